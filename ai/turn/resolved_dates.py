"""From what the model read to what is meant: days and times fixed by code, or the question to ask."""

from dataclasses import dataclass
from datetime import datetime

from ai.facts.salon import SalonBriefing
from ai.language.dates import resolve
from ai.language.numbers.finder import find_mentions
from ai.language.values import Question, Resolved
from ai.turn.drafts import TurnContext, Understanding
from ai.turn.shortcuts import spoken, words_of
from bookings.models import rules_of

_DATED = ("book", "change", "unclear", "question")


@dataclass(frozen=True)
class ResolvedDates:
    """The understanding with its days and times as the salon's clock has them, and what came of them."""

    understanding: Understanding
    resolved: Resolved
    question: Question | None = None


def resolve_dates(
    *, understanding: Understanding, context: TurnContext, salon: SalonBriefing
) -> ResolvedDates:
    """Hold the wish against the salon's hours and horizon; anything doubtful becomes a question.

    Only a wish for a visit is asked back about: nobody who asks for the way wants to hear of weekdays.
    """
    if understanding.intent not in _DATED:
        return ResolvedDates(understanding, Resolved())
    found = resolve(
        wish=understanding.wish,
        now=said_at(context).astimezone(salon.zone),
        opening=salon.opening(),
        horizon_days=rules_of(context.project).horizon_days,
        words=words_of(context),
    )
    if isinstance(found, Question):
        asks = understanding.intent in ("book", "change")
        return ResolvedDates(understanding, Resolved(), found if asks else None)
    changes = {
        "date_from": found.date_from,
        "date_to": found.date_to,
        "time_from": found.time_from,
        "time_to": found.time_to,
        "weekday": None,
    }
    return ResolvedDates(understanding.model_copy(update=changes), found)


def said_at(context: TurnContext) -> datetime:
    """Return when the newest message that names a day or a time reached us: "tomorrow" counts from there."""
    dated = [message for message in spoken(context.burst.messages) if find_mentions(message.text)]
    return max(message.created_at for message in dated) if dated else context.now
