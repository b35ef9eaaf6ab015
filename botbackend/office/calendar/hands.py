"""Who does which service of a visit that is to be booked: a list for each, as soon as there are several."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bookings.catalogue import Catalogue
from botbackend.office.asked import number_in
from botbackend.office.calendar.forms import ANYONE, name_of
from botbackend.office.calendar.offers import services_in


@dataclass(frozen=True)
class Hands:
    """`key` is another one as soon as the lists are; who is chosen in them is not part of it."""

    key: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)


def hands_of(offered: Catalogue, query: QueryDict) -> Hands:
    """Return the lists for what the form says so far; none for a single service, whose list is the form's."""
    services, specialist = services_in(offered, query), number_in(query.get("specialist", ""))
    if len(services) < 2:
        return Hands()
    names = {one.id: one.name for one in offered.services}
    key = f"{services} {specialist}"
    return Hands(key, [_line(offered, one, names[one], specialist, query) for one in services])


def _line(
    offered: Catalogue, service: int, title: str, specialist: int | None, query: QueryDict
) -> dict[str, Any]:
    does = {one.specialist_id for one in offered.offerings if one.service_id == service}
    chosen = query.get(name_of(service), "")
    people = [(one.id, one.name) for one in offered.specialists if one.id in does or str(one.id) == chosen]
    same = next((name for number, name in people if number == specialist and number in does), "")
    first = [("", same or _("Anyone who is free")), *([(ANYONE, _("Anyone who is free"))] if same else [])]
    others = [(number, name) for number, name in people if not same or number != specialist]
    choices = [(str(number), name) for number, name in [*first, *others]]
    return {"name": name_of(service), "title": title, "chosen": chosen, "choices": choices}
