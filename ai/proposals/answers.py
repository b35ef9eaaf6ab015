"""Is this a yes or a no to the card? Told in one place: by words, by a model's reading, or too late."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from ai.language.answers import Answer, CardKind, consents, read_answer
from ai.models import Proposal
from ai.proposals.lifecycle import was_shown_before
from dialogues.models import Dialogue, Message

# "early": a yes that was written before the card was shown belongs to an older question.
CardAnswer = Literal["yes", "early", "no", "none"]

_NUMBERS = re.compile(r"\d+")
_NAMED = ("service", "specialist")


def read_words(proposal: Proposal, text: str, messages: Sequence[Message]) -> CardAnswer:
    """Return what the text answers if it is an answer and nothing else. `messages` is the burst it is of."""
    answer = read_answer(text, _kind(proposal))
    if answer == "yes" and not was_shown_before(proposal, messages):
        return "early"
    return answer


def check_reading(proposal: Proposal, answer: Answer, messages: Sequence[Message]) -> CardAnswer:
    """Return what a model read, a yes only if the words can be one to exactly what was shown."""
    if answer != "yes":
        return answer
    text = "\n".join(message.text for message in messages)
    if not consents(text, _kind(proposal), names=_shown_names(proposal), numbers=_shown_numbers(proposal)):
        return "none"
    return "yes" if was_shown_before(proposal, messages) else "early"


@dataclass(frozen=True)
class LateAnswer:
    """A yes or a no to a card whose time ran out."""

    proposal: Proposal
    answer: Answer

    def is_next(self) -> bool:
        """Say whether the card was the last thing that the client was told."""
        said = Message.objects.filter(dialogue=self.proposal.dialogue_id, direction=Message.Direction.OUT)
        return said.order_by("-pk").values_list("pk", flat=True).first() == self.proposal.message_id


def read_late(dialogue: Dialogue, text: str) -> LateAnswer | None:
    """Return the answer to the dialogue's newest card; None unless that card ran out unanswered."""
    if all(read_answer(text, kind) == "none" for kind in get_args(CardKind)):
        return None
    newest = Proposal.objects.filter(dialogue=dialogue).order_by("-pk").first()
    if newest is None or newest.state not in (Proposal.State.OPEN, Proposal.State.EXPIRED):
        return None
    answer = read_answer(text, _kind(newest))
    return LateAnswer(newest, answer) if answer != "none" else None


def _kind(proposal: Proposal) -> CardKind:
    return cast(CardKind, proposal.kind)


def _shown_names(proposal: Proposal) -> list[str]:
    """Return what the card's services and people are called in whatever language."""
    shown = [str(line.get(name) or "") for line in proposal.details.get("shown", []) for name in _NAMED]
    return [*shown, *proposal.details.get("names", [])]


def _shown_numbers(proposal: Proposal) -> set[str]:
    """Return the numbers of the card: hours, minutes, days, prices, with and without leading zeros."""
    shown = proposal.details.get("shown", [])
    parts = [str(line.get(name) or "") for line in shown for name in ("start", "price", "price_to")]
    numbers = {number for part in parts for number in _NUMBERS.findall(part)}
    return numbers | {number.lstrip("0") or "0" for number in numbers}
