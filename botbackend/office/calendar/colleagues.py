"""Who else could take a visit at the time that its client has: asked before any other time is."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from django.utils import timezone

from bookings.engine.moves import free_hands
from bookings.values import Item
from botbackend.office.calendar.choices import Choice
from botbackend.office.calendar.forms import name_of
from botbackend.office.calendar.panels import Visit

_CHOICES = 4
_LOOKED_AT = 60


def colleagues_then(
    visit: Visit, items: Mapping[int, Item], start: datetime, names: Mapping[int, str]
) -> list[Choice]:
    """Return those with whom all of the visit is free at `start`, fewest new faces first.

    `items` is who was asked for, by row, and cannot. A specialist gives no visit to a colleague.
    """
    if visit.desk.own_specialist is not None:
        return []
    open_to_all = dict.fromkeys(visit.ids)
    found = free_hands(
        project=visit.desk.salon, rows=visit.live, start=start, specialists=open_to_all, now=timezone.now()
    )
    present = {row.pk: row.specialist_id for row in visit.live}
    others = [who for who in islice(found, _LOOKED_AT) if start != visit.start or who != present]

    def new_faces(people: Mapping[int, int]) -> int:
        return sum(who != items[pk].specialist_id for pk, who in people.items())

    nearest = sorted(others, key=new_faces)[:_CHOICES]
    return [_choice(visit, items, start, people, names) for people in nearest]


def _choice(
    visit: Visit,
    items: Mapping[int, Item],
    start: datetime,
    people: Mapping[int, int],
    names: Mapping[int, str],
) -> Choice:
    if len(visit.live) == 1:
        [who] = people.values()
        return Choice(start, who, names.get(who, ""))
    new = dict.fromkeys(who for pk, who in people.items() if who != items[pk].specialist_id)
    said = ", ".join(names.get(who, "") for who in new)
    return Choice(start, specialist=said, people={name_of(pk): who for pk, who in people.items()})
