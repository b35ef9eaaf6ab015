"""What is free for a wish: as it was asked, else as near to it as there is, and what had to be given up.

Nothing is relaxed before it must be, and always in this order: other times of the wished days; other
specialists, where one was named; the days around with the same weekdays and times; the days around at all;
any day and time with other specialists; last of all that everything begins at once. Each step tries the
services in the order they were named in, then in others. Of three or more who cannot all come at once as
many as can do, at the wished time, before another time is looked for. Specialists whom the client ruled out
are never offered.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import chain

from ai.facts.calendar import NEXT_DAYS, Calendar
from ai.facts.groups import in_groups
from ai.facts.picking import MOST_VISITS, Start, listed, picked, spread
from ai.facts.wish import FreeTimes, SearchedItem, SlotSearch, Visit
from bookings.engine.freshness import before_offer
from bookings.engine.minutes import minute_of
from bookings.engine.openings import Openings, read_board
from bookings.values import Days, When, WishedService
from projects.models import Project

__all__ = ["FreeTimes", "SearchedItem", "SlotSearch", "exact_visits", "free_times"]

_USUAL_DAYS, _DAYS_FOR_WEEKDAYS = 7, 28
_NEXT = 3


def free_times(
    *,
    project: Project,
    zone: tzinfo,
    now: datetime,
    horizon: date,
    search: SlotSearch,
    ignore: Collection[int] = (),
) -> FreeTimes:
    """Look up what is free up to the date `horizon`. The time of the bookings in `ignore` counts as free."""
    before_offer(project=project)
    today = now.astimezone(zone).date()
    if not search.items or today > horizon:
        return FreeTimes()
    items = [_wished(item) for item in search.items]
    calendar = Calendar(project=project, now=now, span=(today, horizon), items=items, ignore=ignore)
    if search.times > 1:
        return _series(calendar, search)
    asked = _asked_days(calendar, search)
    visits, looked = _first_that_fits(calendar, search, _as_asked(asked, search))
    grouped = FreeTimes() if visits else in_groups(calendar, search, replace(search.when, days=asked))
    if grouped.visits:
        return _told_in_groups(calendar, search, grouped, asked)
    if not visits:
        visits, looked = _first_that_fits(calendar, search, _relaxed(calendar, search))
    searched = () if search.days else looked or (calendar.span,)
    if not visits:
        only_excluded = ("only_excluded",) if calendar.is_only_excluded() else ()
        return replace(grouped, relaxed=only_excluded, searched=searched)
    relaxed = _given_up(search, visits)
    beside = relaxed and "day" not in relaxed
    following = _following(calendar, search) if beside else _sooner(calendar, search, visits, relaxed)
    return FreeTimes(visits, relaxed, following, searched=searched, partly=grouped.partly, left=grouped.left)


def _told_in_groups(calendar: Calendar, search: SlotSearch, grouped: FreeTimes, asked: Days) -> FreeTimes:
    """Return the groups at the wished times, and next where all can come together instead."""
    together = tuple(_together_that_day(calendar, search, asked)) or _following(calendar, search)
    searched = () if search.days else asked
    return FreeTimes(grouped.visits, _given_up(search, grouped.visits), together, searched=searched)


def _together_that_day(calendar: Calendar, search: SlotSearch, asked: Days) -> Iterator[Visit]:
    step = _Step(When(asked, search.when.weekdays), at_once=True)
    openings = calendar.openings(asked, at_once=True)
    starts = _starts(openings, search, step, calendar.span[0])
    for start in picked(starts, pick="any", is_near=True, count=_NEXT):
        yield from openings.visits_at(start.minute, step.when, limit=1)


def exact_visits(
    *,
    project: Project,
    now: datetime,
    items: Sequence[SearchedItem],
    start: datetime,
    at_once: bool = False,
    ignore: Collection[int] = (),
) -> tuple[Visit, ...]:
    """Return the free visits that begin at a moment in the salon's zone, the least busy specialists first."""
    before_offer(project=project)
    day, minute = start.date(), minute_of(start)
    wished = [_wished(item) for item in items]
    board = read_board(project=project, items=wished, first=day, last=day, now=now, ignore=ignore)
    openings = Openings(board, wished, at_once=at_once)
    if minute not in openings.starts(When()):
        return ()
    return tuple(openings.visits_at(minute, When(), limit=MOST_VISITS))


def _wished(item: SearchedItem) -> WishedService:
    return WishedService(item.service_ids, item.specialist_id, item.not_specialists)


@dataclass(frozen=True)
class _Step:
    """What one look keeps of a wish. `is_near`: not as asked, so what is nearest to it is told."""

    when: When
    anybody: bool = False
    at_once: bool = False
    is_near: bool = True


def _asked_days(calendar: Calendar, search: SlotSearch) -> Days:
    """Return the wished days that can be booked; where none were named, the next ones.

    One hour on any of some weekdays is one start a day: all of them can be told.
    """
    if search.days:
        return calendar.within(search.days)
    if search.weekdays and search.exact:
        return (calendar.span,)
    first = calendar.span[0]
    usual = _DAYS_FOR_WEEKDAYS if search.weekdays else _USUAL_DAYS
    return calendar.within(((first, first + timedelta(days=usual - 1)),))


def _as_asked(days: Days, search: SlotSearch) -> Iterator[_Step]:
    if days:
        yield _Step(replace(search.when, days=days), at_once=search.at_once, is_near=False)


def _relaxed(calendar: Calendar, search: SlotSearch) -> Iterator[_Step]:
    """Return the looks that follow, in the order of the module's first lines."""
    span, when = (calendar.span,), search.when
    is_named = any(item.specialist_id is not None for item in search.items)
    if not search.days:
        yield _Step(replace(when, days=span), at_once=search.at_once)
    for at_once in dict.fromkeys((search.at_once, False)):
        yield from _on_wished_days(calendar, search, is_named=is_named, at_once=at_once)
        around = _around(calendar, search)
        for days in around:
            yield _Step(replace(when, days=days), at_once=at_once)
        if around:
            yield _Step(When(around[-1]), at_once=at_once)
        for anybody in dict.fromkeys((False, is_named)):
            yield _Step(replace(when, days=span), anybody, at_once)
            yield _Step(When(span), anybody, at_once)


def _on_wished_days(
    calendar: Calendar, search: SlotSearch, *, is_named: bool, at_once: bool
) -> Iterator[_Step]:
    when = search.when
    days = calendar.within(search.days) if search.days else (calendar.span,)
    if not days:
        return
    if at_once != search.at_once:
        yield _Step(replace(when, days=days), at_once=at_once)
    yield _Step(When(days, when.weekdays), at_once=at_once)
    if is_named:
        yield _Step(replace(when, days=days), True, at_once)


def _around(calendar: Calendar, search: SlotSearch) -> tuple[Days, ...]:
    """Return the days around the wished ones: the next in both directions, then all of them."""
    if not search.days:
        return ()
    first, last = min(since for since, _ in search.days), max(until for _, until in search.days)
    near = calendar.within(((first - NEXT_DAYS, last + NEXT_DAYS),))
    return tuple(days for days in (near, (calendar.span,)) if days)


def _first_that_fits(
    calendar: Calendar, search: SlotSearch, steps: Iterable[_Step], limit: int = MOST_VISITS
) -> tuple[tuple[Visit, ...], Days]:
    """Return the visits of the first step that has any, and the days that it looked at."""
    for step in steps:
        if search.at_once and not step.at_once:
            grouped = in_groups(calendar, search, step.when, anybody=step.anybody)
            if grouped.visits:
                return grouped.visits, step.when.days
        for reordered in (False, True):
            openings = calendar.openings(
                step.when.days, anybody=step.anybody, at_once=step.at_once, reordered=reordered
            )
            visits = _look(openings, search, step, calendar.span[0], limit)
            if visits:
                return visits, step.when.days
    return (), ()


def _look(openings: Openings, search: SlotSearch, step: _Step, today: date, limit: int) -> tuple[Visit, ...]:
    starts = _starts(openings, search, step, today)
    found = listed(openings, step.when, starts, pick=search.pick, is_near=step.is_near, limit=limit)
    return tuple(visit for visit in found if search.changes_something(visit))


def _starts(openings: Openings, search: SlotSearch, step: _Step, today: date) -> list[Start]:
    when, wished = search.when, search.days or ((today, today),)
    starts = []
    for minute in openings.starts(step.when):
        day = openings.writer.moment(minute).date()
        alternative, away = _days_away(wished, day)
        misses = when.minutes_away(*openings.bounds(minute, step.when)) if step.is_near else 0
        starts.append(Start(alternative, minute, day, away, misses))
    return starts


def _days_away(wished: Days, day: date) -> tuple[int, int]:
    """Return which of the wished days is meant by a date, and how far it lies from the nearest of them."""
    away = [max((first - day).days, (day - last).days, 0) for first, last in wished]
    return (away.index(0) if 0 in away else len(away)), min(away)


def _given_up(search: SlotSearch, visits: Iterable[Visit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for visit in visits for name in search.given_up(visit)))


def _following(calendar: Calendar, search: SlotSearch) -> tuple[Visit, ...]:
    """Return the visits nearest to the wished days with all the rest as asked, one for a start."""
    for days in _around(calendar, search):
        openings = calendar.openings(days, at_once=search.at_once)
        step = _Step(replace(search.when, days=days), at_once=search.at_once)
        starts = _starts(openings, search, step, calendar.span[0])
        near = picked(starts, pick="any", is_near=True, count=_NEXT)
        if near:
            visits = (openings.visits_at(start.minute, step.when, limit=1) for start in near)
            return tuple(filter(search.changes_something, chain.from_iterable(visits)))
    return ()


def _sooner(
    calendar: Calendar, search: SlotSearch, visits: Iterable[Visit], relaxed: Collection[str]
) -> tuple[Visit, ...]:
    """Return what is free at other hours of nearer days: who asks for this evening wants to come soon."""
    around = _around(calendar, search)
    if "day" not in relaxed or "time" in relaxed or not around:
        return ()
    found = min(_days_away(search.days, visit[0].start.date())[1] for visit in visits)
    step = _Step(When(around[0], search.when.weekdays), at_once=search.at_once)
    openings = calendar.openings(around[0], at_once=search.at_once)
    starts = _starts(openings, search, step, calendar.span[0])
    near = [start for start in starts if start.days_away < found]
    nearest = min((start.days_away for start in near), default=0)
    chosen = spread([start for start in near if start.days_away == nearest], _NEXT)
    told = (openings.visits_at(start.minute, step.when, limit=1) for start in chosen)
    return tuple(filter(search.changes_something, chain.from_iterable(told)))


def _series(calendar: Calendar, search: SlotSearch) -> FreeTimes:
    """Look for each date by itself: some may be free as asked, some otherwise, some not at all."""
    dates = [replace(search, days=calendar.within(days)) for days in _dates(calendar, search)]
    every = tuple(chain.from_iterable(one.days for one in dates))
    if every:
        calendar.openings(every, at_once=search.at_once)  # all dates are read at once
    share = max(_NEXT, MOST_VISITS // search.times)
    series: list[tuple[Visit, ...]] = []
    relaxed: list[str] = []
    following: list[Visit] = []
    for one in dates:
        steps = chain(_as_asked(one.days, one), _on_its_days(calendar, one))
        visits, _ = _first_that_fits(calendar, one, steps, share) if one.days else ((), ())
        relaxed += _given_up(one, visits)
        series.append(visits)
        if not visits and one.days:
            following += _following(calendar, one)
    told = tuple(dict.fromkeys(chain.from_iterable(series)))
    return FreeTimes(told, tuple(dict.fromkeys(relaxed)), tuple(dict.fromkeys(following)), tuple(series))


def _on_its_days(calendar: Calendar, search: SlotSearch) -> Iterator[_Step]:
    is_named = any(item.specialist_id is not None for item in search.items)
    return _on_wished_days(calendar, search, is_named=is_named, at_once=search.at_once)


def _dates(calendar: Calendar, search: SlotSearch) -> list[Days]:
    """Return the days of each visit of a series: as they were named, or so many weeks apart."""
    if not search.every_weeks and len(search.days) >= search.times:
        return [(days,) for days in search.days[: search.times]]
    begin = search.days or _asked_days(calendar, replace(search, weekdays=frozenset()))
    steps = [timedelta(weeks=max(search.every_weeks, 1) * number) for number in range(search.times)]
    return [tuple((first + step, last + step) for first, last in begin) for step in steps]
