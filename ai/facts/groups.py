"""Not all who want to come at once can: as many as can together, the others right after, told apart."""

from ai.facts.calendar import Calendar
from ai.facts.picking import Start, picked, spread
from ai.facts.wish import FreeTimes, SlotSearch
from bookings.engine.groups import Group, Groups
from bookings.values import Days, When

_LOOKED_AT = 24  # starts of the largest groups; each is laid out to the last person
_TOLD = 4
_LEAST = 3  # of two of whom one can come nobody comes together


def in_groups(calendar: Calendar, search: SlotSearch, when: When, *, anybody: bool = False) -> FreeTimes:
    """Return the visits in which as many as can begin together on these days, each person with a time.

    Where the days have no time for somebody, `partly` has what there is for the others.
    """
    if not search.at_once or len(search.items) < _LEAST or not when.days:
        return FreeTimes()
    groups = calendar.groups(when.days, anybody=anybody)
    found = groups.largest(when)
    laid_out = [groups.around(one, when) for one in spread(found, _LOOKED_AT)]
    if not laid_out:
        return FreeTimes()
    left = min(one.left for one in laid_out)
    best = _least_waiting([one for one in laid_out if one.left == left])
    told = _told(groups, best, search)
    visits = tuple(one.slots for one in told if search.changes_something(one.slots))
    return FreeTimes(partly=visits, left=left) if left else FreeTimes(visits)


def _least_waiting(laid_out: list[Group]) -> list[Group]:
    """Return those whose others wait the least; who comes ahead of the group is another group's first."""
    least = min((one.gap, one.is_ahead) for one in laid_out)
    return [one for one in laid_out if (one.gap, one.is_ahead) == least]


def _told(groups: Groups, best: list[Group], search: SlotSearch) -> list[Group]:
    """Return a few of the best, as free starts are picked."""
    wished: Days = search.days
    starts = []
    for one in best:
        day = groups.writer.moment(one.start).date()
        alternative = next(
            (place for place, (first, last) in enumerate(wished) if first <= day <= last), len(wished)
        )
        starts.append(Start(alternative, one.start, day))
    chosen = {start.minute for start in picked(starts, pick=search.pick, is_near=False, count=_TOLD)}
    return [one for one in best if one.start in chosen]
