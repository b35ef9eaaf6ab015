"""The audit of a visit in words: who did what when, and what was otherwise before."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Booking, BookingEvent, Client, Service, Specialist
from botbackend.office import visit_words
from projects.models import Project

MOST = 200
_ACTS: dict[str, Promise] = {
    "booked": gettext_lazy("Booked"),
    "overbooked": gettext_lazy("Put on top of another visit"),
    "changed": gettext_lazy("Changed"),
    "cancelled": gettext_lazy("Cancelled"),
    "completed": gettext_lazy("Marked as done"),
    "no_show": gettext_lazy("Marked as no-show"),
    "arrived": gettext_lazy("The client has arrived"),
    "not_arrived": gettext_lazy("The client has not arrived after all"),
    "restored": gettext_lazy("Put back in the calendar"),
    "given": gettext_lazy("Given to another client"),
    "added": gettext_lazy("Service added"),
    "removed": gettext_lazy("Service taken out"),
    "staff_note": gettext_lazy("Note of the team"),
    "priced": gettext_lazy("Price changed for this visit alone"),
    "told": gettext_lazy("The client was told that this time does not hold"),
    "held": gettext_lazy("Held for the client"),
    "released": gettext_lazy("Let go"),
    "expired": gettext_lazy("The time to answer ran out"),
}
Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One act on the visit."""

    at: datetime
    who: str
    what: str
    details: tuple[str, ...]
    reason: str


def history_of(*, project: Project, bookings: Sequence[Booking]) -> list[Line]:
    """Return what was done, newest first; what was done to several services at once is one line."""
    newest = BookingEvent.objects.filter(project=project, booking__in=bookings).order_by("-at", "-pk")
    events = list(newest[:MOST])
    names = _Names(project, events)
    found: dict[tuple[str, str, str], Line] = {}
    for event in events:
        line = Line(
            event.at,
            _who(event),
            str(_ACTS.get(event.action, event.action)),
            tuple(names.changes(event.before or {}, event.after or {})),
            event.reason,
        )
        key = (event.action, event.actor, f"{event.at:%Y%m%d%H%M%S}")
        known = found.get(key)
        details = line.details if known is None else tuple(dict.fromkeys([*line.details, *known.details]))
        found[key] = Line(line.at, line.who, line.what, details, line.reason)
    return list(found.values())


def _who(event: BookingEvent) -> str:
    """Return the colleague by name; of a program where it stands."""
    is_colleague = event.source == Booking.Source.ADMIN and event.actor
    return event.actor if is_colleague else visit_words.source_of(event.source)


class _Names:
    """What people and services are called: two statements, and one for clients where a history names any."""

    def __init__(self, project: Project, events: Iterable[BookingEvent]) -> None:
        self.people = dict(Specialist.objects.filter(project=project).values_list("pk", "name"))
        self.services = dict(Service.objects.filter(project=project).values_list("pk", "name"))
        numbers = {side.get("client_id") for one in events for side in (one.before, one.after) if side}
        self.clients = _names_of(project, numbers - {None})

    def changes(self, before: Snapshot, after: Snapshot) -> Iterator[str]:
        """Yield what differs, of what the line itself does not say."""
        if not before:
            return
        pairs = (
            (_("Time"), "start", _moment),
            (_("Specialist"), "specialist_id", lambda one: self.people.get(one, "?")),
            (_("Service"), "service_id", lambda one: self.services.get(one, "?")),
            (_("Client"), "client_id", lambda one: self.clients.get(one) or "?"),
            (_("Guest"), "guest_name", str),
            (_("Note"), "note", str),
            (_("Note of the team"), "staff_note", str),
            (_("Price"), "price", str),
        )
        for title, key, shown in pairs:
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            values = {"what": title, "old": shown(old) if old else "–", "new": shown(new) if new else "–"}
            yield _("%(what)s: %(old)s → %(new)s") % values


def _names_of(project: Project, clients: Collection[Any]) -> dict[Any, str]:
    """Return what clients are called; of one who was merged what the other is."""
    rows = Client.objects.filter(project=project, pk__in=clients).select_related("merged_into")
    return {row.pk: (row.merged_into or row).name for row in rows} if clients else {}


def _moment(text: str) -> str:
    moment = localtime(datetime.fromisoformat(text))
    return f"{date_format(moment, 'DATE_FORMAT')} {moment:%H:%M}"
