"""Is this really a yes? The model reads the answer; code refuses one that the words plainly are not."""

import re
from collections.abc import Sequence

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
_LONG = 12  # words; whoever says so much says more than yes


def consents(messages: Sequence[Message], proposal: Proposal) -> bool:
    """Say whether the client's words can be a yes to exactly what was shown.

    Words of refusal, a question, a "but", or a number that the card does not show make it none, whatever
    the model believes; then the talk simply goes on.
    """
    text = "\n".join(message.text for message in messages).lower()
    words = _WORDS.findall(text)
    if not text.strip() or len(words) > _LONG or "?" in text:
        return False
    refuses = _NO if proposal.kind == Proposal.Kind.CANCEL else _NO | _CANCELS
    if any(word in refuses for word in words):
        return False
    return set(_NUMBERS.findall(text)) <= shown_numbers(proposal)


def shown_numbers(proposal: Proposal) -> set[str]:
    """Return the numbers of the card: hours, minutes, days, prices, with and without leading zeros."""
    parts = [
        str(line.get(name) or "") for line in proposal.details.get("shown", []) for name in ("start", "price")
    ]
    numbers = {number for part in parts for number in _NUMBERS.findall(part)}
    return numbers | {number.lstrip("0") or "0" for number in numbers}
