"""Where else the client is booked at that time: worth a word, and no reason to refuse."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.limits import MAX_VISIT_MINUTES
from bookings.models import Booking, Client
from bookings.operations.apart import clients_with_phone
from bookings.values import Item
from botbackend.lib.phones import InvalidPhone, e164
from botbackend.office.asked import number_in
from botbackend.office.calendar.conflicts import rules_for
from botbackend.office.desk import Desk

Span = tuple[datetime, datetime]
_MOST = 3


def clients_meant(desk: Desk, query: Mapping[str, str]) -> list[int]:
    """Return who comes as far as the form says: the client who was chosen, or all with the phone."""
    if (number := number_in(query.get("client", ""))) is not None:
        return list(Client.objects.filter(project=desk.salon, pk=number).values_list("pk", flat=True))
    try:
        phone = e164(query.get("phone", ""), country=desk.salon.home_country)
    except InvalidPhone:
        return []
    return [one.pk for one in clients_with_phone(project=desk.salon, phone=phone)] if phone else []


def clashes_of(
    desk: Desk, clients: Collection[int], items: Collection[Item], ignore: Collection[int] = ()
) -> list[str]:
    """Return what these clients have while the services last; a guest of theirs is somebody else."""
    mine = [item for item in items if not item.guest_name]
    if not clients or not mine:
        return []
    rules = rules_for(desk, mine)
    lengths = {
        item: timedelta(minutes=rules.shape(item.specialist_id or 0, item.service_id).duration)
        for item in mine
        if item.service_id in rules.services
    }
    spans = [(item.start, item.start + takes) for item, takes in lengths.items()]
    return [_line(desk, row) for row in _rows(desk, clients, spans, ignore)[:_MOST]]


def _rows(
    desk: Desk, clients: Collection[int], spans: Collection[Span], ignore: Collection[int]
) -> list[Booking]:
    if not spans:
        return []
    first, last = min(start for start, _end in spans), max(end for _start, end in spans)
    there = Booking.objects.filter(
        project=desk.salon,
        client__in=clients,
        status__in=[Booking.Status.BOOKED, Booking.Status.HELD],
        start__gte=first - timedelta(minutes=MAX_VISIT_MINUTES),
        start__lt=last,
        end__gt=first,
    )
    rows = there.real(timezone.now()).exclude(pk__in=ignore).with_names().order_by("start", "pk")
    return [row for row in rows if not row.guest_name and _meets(row, spans)]


def _meets(row: Booking, spans: Iterable[Span]) -> bool:
    return any(row.start < end and start < row.end for start, end in spans)


def _line(desk: Desk, row: Booking) -> str:
    start, end = row.start.astimezone(desk.zone), row.end.astimezone(desk.zone)
    known = {
        "client": row.client.name or _("Client without a name"),
        "time": f"{start:%H:%M}–{end:%H:%M}",
        "specialist": row.specialist.name,
        "service": row.service.name,
    }
    if desk.own_specialist not in (None, row.specialist_id):
        return _("%(client)s has another visit at %(time)s.") % known
    return _("%(client)s is with %(specialist)s at %(time)s already: %(service)s.") % known
