"""Is this a yes or a no to the card? Told in one place: by words, by a model's reading, or too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from ai.language.answers import Answer, CardKind, consents, read_answer
from ai.models import Proposal
from ai.proposals.details import cancelled_ids, visits_of
from ai.proposals.lifecycle import was_shown_before
from ai.proposals.otherwise import Beside, names_otherwise
from dialogues.models import Dialogue, Message

# "early": a yes that was written before the card was shown belongs to an older question.
CardAnswer = Literal["yes", "early", "no", "none"]


def read_words(proposal: Proposal, text: str, messages: Sequence[Message]) -> CardAnswer:
    """Return what the text answers if it is an answer and nothing else. `messages` is the burst it is of.

    Counts only while the card's question is the last thing that the client was asked.
    """
    answer = read_answer(text, _kind(proposal))
    if answer == "none" or not is_last_asked(proposal):
        return "early" if answer == "yes" and not was_shown_before(proposal, messages) else "none"
    if answer == "yes" and not was_shown_before(proposal, messages):
        return "early"
    return answer


def check_reading(
    proposal: Proposal, answer: Answer, messages: Sequence[Message], *, beside: Beside
) -> CardAnswer:
    """Return what a model read, a yes only if the words can be one and the card was the last thing asked.

    `beside` is what the words were understood to say of other things than the card.
    """
    if answer != "yes":
        return answer
    text = "\n".join(message.text for message in messages)
    if not consents(text, _kind(proposal), names=_shown_names(proposal), cancels=beside.cancels):
        return "none"
    if any(names_otherwise(message, proposal, beside) for message in messages):
        return "none"
    if not was_shown_before(proposal, messages):
        return "early"
    return "yes" if is_last_asked(proposal) else "none"


def is_last_asked(proposal: Proposal) -> bool:
    """Say whether nothing was said to the client since the card: a yes then can only mean the card."""
    said = Message.objects.filter(dialogue=proposal.dialogue_id, direction=Message.Direction.OUT)
    return said.order_by("-pk").values_list("pk", flat=True).first() == proposal.message_id


@dataclass(frozen=True)
class LateAnswer:
    """A yes or a no to a card whose time ran out."""

    proposal: Proposal
    answer: Answer

    def is_next(self) -> bool:
        """Say whether the card was the last thing that the client was told."""
        return is_last_asked(self.proposal)


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
    return "both" if cancelled_ids(proposal.details) else cast(CardKind, proposal.kind)


def _shown_names(proposal: Proposal) -> list[str]:
    """Return what the card's services and people are called in whatever language, and its guests."""
    shown = [
        str(line.get(name) or "")
        for line in proposal.details.get("shown", [])
        for name in ("service", "specialist")
    ]
    guests = [item.guest_name for visit in visits_of(proposal.details) for item in visit]
    return [*shown, *proposal.details.get("names", []), *filter(None, guests)]
