"""Settles which day and time are meant, by the salon's clock, hours and horizon, or asks.

Relative words count from the moment the message was received, never from now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayOfWeek, Kind, Mention
from ai.language.values import NamedTime, Opening, Question, Resolved
from botbackend.lib.clock import WEEKDAYS, minute_of_day

_NIGHT_HOURS = 7  # "after 5" or "at 7" outside opening hours is the afternoon's or evening's hour


class Unclear(Exception):
    """Carries the question out of the steps below."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.question = Question(key, values)


@dataclass(frozen=True)
class _Salon:
    """What a wish is held against. `now` is aware and in the salon's zone."""

    now: datetime
    opening: Opening
    last: date

    @property
    def today(self) -> date:
        return self.now.date()

    def ranges(self, day: date | None) -> tuple[tuple[time, time], ...]:
        """Return the opening hours of the day; of all days when there is no day or it has none of its own."""
        own = self.opening.get(WEEKDAYS[day.weekday()], ()) if day else ()
        if own:
            return own
        return tuple(sorted({span for spans in self.opening.values() for span in spans}))

    def is_open(self, moment: time, day: date | None) -> bool:
        ranges = self.ranges(day)
        return not ranges or any(first <= moment < last for first, last in ranges)


def resolve(
    *,
    wish: NamedTime,
    now: datetime,
    opening: Opening,
    horizon_days: int,
    words: str = "",
) -> Resolved | Question:
    """Return the days and times meant, or the question that has to be asked first.

    `now` is when the message was received, aware and in the salon's zone. `words` is what the client wrote:
    with it an hour that may be two ("at 9") and "in 24 hours" over a change of the clocks are noticed.
    """
    salon = _Salon(now, opening, now.date() + timedelta(days=horizon_days))
    mentions = find_mentions(words)
    try:
        _refuse_impossible(wish, mentions)
        elapsed = _elapsed(salon, mentions)
        if elapsed is not None:
            return _exactly(elapsed)
        first, last = _days(wish, salon)
        return _with_times(wish, salon, first, last, mentions)
    except Unclear as unclear:
        return unclear.question


def _refuse_impossible(wish: NamedTime, mentions: Sequence[Mention]) -> None:
    if {"date_from", "date_to"} & set(wish.impossible):
        written = [mention.text for mention in mentions if mention.kind == Kind.DATE]
        if written:
            raise Unclear("question_no_date", date=written[0])
        raise Unclear("question_no_such_date")
    if {"time_from", "time_to"} & set(wish.impossible):
        raise Unclear("question_no_such_time")


def _elapsed(salon: _Salon, mentions: Sequence[Mention]) -> datetime | None:
    """Return the moment of "in 24 hours"; ask when the clocks change in between."""
    wait = next((one for one in mentions if one.kind == Kind.DURATION and one.bound == "in"), None)
    if wait is None or any(one.kind in (Kind.TIME, Kind.DATE) for one in mentions):
        return None
    length = timedelta(minutes=int(wait.number))
    by_clock = salon.now + length  # aware arithmetic in one zone moves the hands of the clock
    by_elapsed = (salon.now.astimezone(UTC) + length).astimezone(salon.now.tzinfo)
    if by_clock.replace(tzinfo=None) != by_elapsed.replace(tzinfo=None):
        raise Unclear("question_skipped_hour", first=by_clock, second=by_elapsed)
    _refuse_past_and_far(salon, by_elapsed.date(), by_elapsed.date())
    return by_elapsed.replace(second=0, microsecond=0)


def _exactly(start: datetime) -> Resolved:
    return Resolved(start.date(), start.date(), start.time(), None, start)


def _days(wish: NamedTime, salon: _Salon) -> tuple[date | None, date | None]:
    """Return the first and last day meant, checked against weekday, past and horizon."""
    first, last = wish.date_from, wish.date_to
    named = WEEKDAYS.index(wish.weekday) if wish.weekday else None
    if first is None and last is not None:
        first = salon.today
    if first is None:
        if named is None:
            return None, None
        first = _next_weekday(named, wish, salon)
        return first, first
    last = last if last and last >= first else first
    if first < salon.today <= last:
        first = salon.today
        named = None
    first, last = _rolled(first, last, salon)
    if named is not None and first.weekday() != named and not (wish.date_to and wish.date_to > first):
        raise Unclear(
            "question_weekday", date=first, actual=DayOfWeek(first.weekday()), named=DayOfWeek(named)
        )
    _refuse_past_and_far(salon, first, last)
    return first, min(last, salon.last)


def _next_weekday(named: int, wish: NamedTime, salon: _Salon) -> date:
    """Return the next such day; today only while it can still be meant."""
    ahead = (named - salon.today.weekday()) % 7
    if ahead == 0:
        closing = max((last for _, last in salon.ranges(salon.today)), default=time(23, 59))
        wished = wish.time_from if wish.exact_time and wish.time_from else closing
        if wished <= salon.now.time():
            ahead = 7
    day = salon.today + timedelta(days=ahead)
    _refuse_past_and_far(salon, day, day)
    return day


def _rolled(first: date, last: date, salon: _Salon) -> tuple[date, date]:
    """Move "5 January", said in December, into the year that begins."""
    if first >= salon.today:
        return first, last
    try:
        next_first = first.replace(year=first.year + 1)
        next_last = last.replace(year=last.year + 1)
    except ValueError:  # 29 February
        return first, last
    return (next_first, next_last) if salon.today <= next_first <= salon.last else (first, last)


def _refuse_past_and_far(salon: _Salon, first: date, last: date) -> None:
    if last < salon.today:
        raise Unclear("question_past", date=first)
    if first > salon.last:
        raise Unclear("question_too_far", date=salon.last)


def _with_times(
    wish: NamedTime,
    salon: _Salon,
    first: date | None,
    last: date | None,
    mentions: Sequence[Mention],
) -> Resolved:
    if wish.time_from is None or not wish.exact_time:
        time_from, time_to = _window(wish, salon, first if first == last else None)
        return Resolved(first, last, time_from, time_to)
    day = first if first == last else None
    moment = _hour_meant(wish.time_from, salon, day, mentions)
    if first is None or day is None:
        return Resolved(first, last, moment, None)
    start = _on_clock(day, moment, salon)
    if start <= salon.now:
        raise Unclear("question_past_time", time=moment)
    return _exactly(start)


def _hour_meant(said: time, salon: _Salon, day: date | None, mentions: Sequence[Mention]) -> time:
    """Return the hour of the day meant by "at 5": the one at which the salon is open."""
    candidates = _candidates(said, mentions)
    is_open = [moment for moment in candidates if salon.is_open(moment, day)]
    if len(is_open) == 1:
        return is_open[0]
    if not is_open:
        ranges = salon.ranges(day)
        raise Unclear("question_closed", time=said, hours=ranges)
    ahead = [moment for moment in is_open if day != salon.today or moment > salon.now.time()]
    if len(ahead) == 1:
        return ahead[0]
    if any(mention.kind == Kind.PART for mention in mentions):
        return said
    raise Unclear("question_hour", first=min(is_open), second=max(is_open))


def _candidates(said: time, mentions: Sequence[Mention]) -> list[time]:
    """Return the hours the words may mean; at night the other half of the day stays possible."""
    minute = minute_of_day(said)
    for mention in mentions:
        readings = [reading for reading in mention.readings() if reading.kind == Kind.TIME]
        for reading in readings:
            if minute in reading.minutes:
                return [time(value // 60, value % 60) for value in reading.minutes]
    if said.hour <= _NIGHT_HOURS:
        later = said.replace(hour=said.hour + 12)
        return [said, later]
    return [said]


def _window(wish: NamedTime, salon: _Salon, day: date | None) -> tuple[time | None, time | None]:
    """Return the times between which a visit may begin; "after 5" is the afternoon's five."""
    first, last = wish.time_from, wish.time_to
    if first and last and last < first and last.hour < 12:
        last = last.replace(hour=last.hour + 12)
    ranges = salon.ranges(day)
    opens = min((span[0] for span in ranges), default=time(0))
    if first and first.hour <= _NIGHT_HOURS and first < opens and (last is None or last <= opens):
        first = first.replace(hour=first.hour + 12)
        last = last.replace(hour=last.hour + 12) if last and last.hour < 12 else last
    elif first is None and last and last.hour <= _NIGHT_HOURS and last <= opens:
        last = last.replace(hour=last.hour + 12)
    return first, last


def _on_clock(day: date, moment: time, salon: _Salon) -> datetime:
    """Return the moment in the salon's zone; ask when the clocks skip it that night."""
    start = datetime.combine(day, moment, salon.now.tzinfo)
    shown = start.astimezone(UTC).astimezone(salon.now.tzinfo)
    if shown.replace(tzinfo=None) != start.replace(tzinfo=None):
        before = start.replace(fold=1).astimezone(UTC).astimezone(salon.now.tzinfo)
        raise Unclear("question_skipped_hour", first=min(before, shown), second=max(before, shown))
    return start
