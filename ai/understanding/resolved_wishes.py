"""From what the model read to what is meant: days and hours fixed by code, or the question to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from ai.facts.salon import SalonBriefing
from ai.facts.search import SearchedItem, SlotSearch
from ai.language.dates import resolve
from ai.language.numbers.finder import find_mentions
from ai.language.values import NamedTime, Question, Resolved
from ai.turn.drafts import TurnContext
from ai.turn.shortcuts import spoken, words_of
from ai.understanding.form import DayRange, Wish, WishedItem, WishedTime
from bookings.models import rules_of
from botbackend.lib.clock import WEEKDAYS, Weekday


@dataclass(frozen=True)
class ResolvedTime:
    """When a wish is meant, on the salon's clock. `start` (aware) is set for one exact moment.

    `question` is what has to be asked first; nothing is looked up then.
    """

    days: tuple[tuple[date, date], ...] = ()
    weekdays: frozenset[int] = frozenset()
    time_from: time | None = None
    time_to: time | None = None
    start: datetime | None = None
    question: Question | None = None


@dataclass(frozen=True)
class ResolvedWish:
    """A wish and when it is meant."""

    wish: Wish
    when: ResolvedTime

    @property
    def search(self) -> SlotSearch:
        """The wish as a search for free time."""
        return search_of(self.wish, self.wish.items, self.when)


def resolve_wishes(
    *, wishes: Sequence[Wish], context: TurnContext, salon: SalonBriefing, offered: str = ""
) -> tuple[ResolvedWish, ...]:
    """Hold every wish against the salon's hours and horizon; anything doubtful becomes a question.

    `offered` is what the salon said last: an hour that stands there is meant, in whatever words it is taken.
    """
    words = words_of(context) if len(wishes) == 1 and not _was_offered(wishes[0], offered) else ""
    return tuple(
        ResolvedWish(wish, resolve_time(said=wish, context=context, salon=salon, words=words))
        for wish in wishes
    )


def _was_offered(wish: Wish, offered: str) -> bool:
    return wish.exact and wish.time_from is not None and f"{wish.time_from:%H:%M}" in offered


def resolve_time(
    *, said: WishedTime, context: TurnContext, salon: SalonBriefing, words: str = ""
) -> ResolvedTime:
    """Fix the days and hours of one wish; of several days those that cannot be are left out."""
    found = [
        resolve(
            wish=one,
            now=said_at(context).astimezone(salon.zone),
            opening=salon.opening(),
            horizon_days=rules_of(context.project).horizon_days,
            words=words,
        )
        for one in _named_times(said)
    ]
    usable = [one for one in found if isinstance(one, Resolved)]
    if not usable:
        return ResolvedTime(question=next(one for one in found if isinstance(one, Question)))
    first = usable[0]
    named = frozenset(WEEKDAYS.index(day) for day in said.weekdays)
    # Beside a single date a weekday only says it once more; alone it is any of those days.
    chooses = any(one.date_from != one.date_to for one in usable) if said.days else bool(named)
    dated = usable if said.days or not named else []
    return ResolvedTime(
        days=tuple((one.date_from, one.date_to or one.date_from) for one in dated if one.date_from),
        weekdays=named if chooses else frozenset(),
        time_from=first.time_from,
        time_to=first.time_to,
        start=first.start if len(usable) == 1 and said.time_is == "start" else None,
    )


def _named_times(said: WishedTime) -> list[NamedTime]:
    """Return each alternative of days with the hours of the wish."""
    hours = NamedTime(
        time_from=said.time_from,
        time_to=said.time_to,
        exact_time=said.exact and said.time_is == "start",
        impossible=said.impossible,
    )
    weekday = said.weekdays[0] if len(said.weekdays) == 1 else None
    if not said.days:
        return [replace(hours, weekday=weekday)]
    return [_on_days(hours, days, weekday) for days in said.days]


def _on_days(hours: NamedTime, days: DayRange, weekday: Weekday | None) -> NamedTime:
    is_one_day = days.first == days.last
    impossible = hours.impossible if days.is_possible else (*hours.impossible, "date_from")
    return replace(
        hours,
        date_from=days.first,
        date_to=days.last,
        weekday=weekday if is_one_day else None,
        impossible=impossible,
    )


def search_of(said: WishedTime, items: Sequence[WishedItem], when: ResolvedTime) -> SlotSearch:
    """Return the search for these items at that time."""
    return SlotSearch(
        items=tuple(
            SearchedItem(
                service_ids=item.services,
                specialist_id=item.specialist or None,
                not_specialists=frozenset(item.not_specialists),
                guest=item.guest,
            )
            for item in items
        ),
        days=_first_week(when.days) if said.times > 1 else when.days,
        weekdays=when.weekdays,
        time_from=when.time_from,
        time_to=when.time_to,
        exact=said.exact,
        time_is=said.time_is,
        pick=said.pick,
        at_once=said.at_once,
        every_weeks=said.every_weeks,
        times=said.times,
    )


def _first_week(days: tuple[tuple[date, date], ...]) -> tuple[tuple[date, date], ...]:
    """A series begins with its first date; how long it goes on is told by its length."""
    return tuple((first, min(last, first + timedelta(days=6))) for first, last in days)


def said_at(context: TurnContext) -> datetime:
    """Return when the newest message that names a day or a time reached us: "tomorrow" counts from there."""
    dated = [message for message in spoken(context.burst.messages) if find_mentions(message.text)]
    return max(message.created_at for message in dated) if dated else context.now
