"""Is this really a yes? The model reads the answer; code refuses one that the words plainly are not."""

import re
from collections.abc import Sequence
from typing import cast

from ai.language.answers import Kind, agrees
from ai.language.text import normalise
from ai.models import Proposal
from dialogues.models import Message

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_NUMBERS = re.compile(r"\d+")
_REFUSALS = """ні не нє нет неа ненадо no not nope don't dont never stop wait nie зачекайте стоп
    передумала передумав передумал подождите poczekaj"""
_CANCEL_WORDS = """cancel скасуйте скасувати відміна відмінити відмініть отмена отмените отменить anuluj
    rezygnuję"""
_CONDITIONS = "але но but ale тільки только only tylko краще лучше better lepiej інший другой other inny"
_CANCELS = frozenset(_CANCEL_WORDS.split())
_NO = frozenset(_REFUSALS.split()) | frozenset(_CONDITIONS.split())
_NAMED = ("service", "specialist")
_JOINERS = "at on with for to the о об в у на до к з із с w we o do na z u"
_JOINING = frozenset(_JOINERS.split())
_LONG = 12  # words; whoever says so much says more than yes


def consents(messages: Sequence[Message], proposal: Proposal) -> bool:
    """Say whether the client's words can be a yes to exactly what was shown.

    There must be a yes in them. Words of refusal or doubt, a question, a "but", or a number that the
    card does not show make it none, whatever the model believes; then the talk simply goes on.
    """
    text = normalise("\n".join(message.text for message in messages))
    words = _WORDS.findall(text)
    if not text.strip() or len(words) > _LONG or "?" in text:
        return False
    refuses = _NO if proposal.kind == Proposal.Kind.CANCEL else _NO | _CANCELS
    if any(word in refuses for word in words):
        return False
    if not set(_NUMBERS.findall(text)) <= shown_numbers(proposal):
        return False
    return agrees(text, cast(Kind, proposal.kind), besides=_shown_words(proposal))


def _shown_words(proposal: Proposal) -> frozenset[str]:
    """Return the names of the card, and the small words that join them."""
    names = [str(line.get(name) or "") for line in proposal.details.get("shown", []) for name in _NAMED]
    return frozenset(word for name in names for word in normalise(name).split()) | _JOINING


def shown_numbers(proposal: Proposal) -> set[str]:
    """Return the numbers of the card: hours, minutes, days, prices, with and without leading zeros."""
    parts = [
        str(line.get(name) or "") for line in proposal.details.get("shown", []) for name in ("start", "price")
    ]
    numbers = {number for part in parts for number in _NUMBERS.findall(part)}
    return numbers | {number.lstrip("0") or "0" for number in numbers}
