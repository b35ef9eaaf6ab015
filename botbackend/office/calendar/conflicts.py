"""Why not, in words that help: what stands in the way of a wish, and who changed what meanwhile."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.engine.reading import read_rules
from bookings.errors import BookingError, SlotTaken, WrongStatus
from bookings.models import Booking
from bookings.values import Item
from botbackend.office.calendar import words
from botbackend.office.calendar.history import history_of
from botbackend.office.calendar.panels import Visit
from botbackend.office.desk import Desk
from botbackend.office.refusals import told

_MOST = 3


def told_of(desk: Desk, error: BookingError, items: Sequence[Item], ignore: Collection[int] = ()) -> str:
    """Return the refusal; of a time that is taken, with what stands there."""
    there = in_the_way(desk, items, ignore) if isinstance(error, SlotTaken) else []
    return " ".join([told(error), *there])


def in_the_way(desk: Desk, items: Sequence[Item], ignore: Collection[int] = ()) -> list[str]:
    """Return the visits on the time of these items; whose they are is for those who see that calendar."""
    named = [item for item in items if item.specialist_id is not None]
    if not named:
        return []
    days = [item.start.astimezone(desk.zone).date() for item in named]
    services = {item.service_id for item in named}
    rules = read_rules(desk.salon, first=min(days), last=max(days), service_ids=services)
    found: dict[int, Booking] = {}
    for item in named:
        if item.service_id not in rules.services:
            continue
        shape = rules.shape(item.specialist_id or 0, item.service_id)
        begins = item.start - timedelta(minutes=shape.before)
        ends = item.start + timedelta(minutes=shape.duration + shape.after)
        taking = Booking.objects.filter(
            project=desk.salon,
            specialist=item.specialist_id,
            status__in=[Booking.Status.BOOKED, Booking.Status.HELD],
            busy_from__lt=ends,
            busy_until__gt=begins,
        )
        rows = taking.real(timezone.now()).exclude(pk__in=ignore).with_names().order_by("start")
        found |= {row.pk: row for row in rows[:_MOST]}
    return list(_lines(desk, found.values()))


def _lines(desk: Desk, rows: Collection[Booking]) -> Iterator[str]:
    for row in rows:
        start, end = row.start.astimezone(desk.zone), row.end.astimezone(desk.zone)
        is_seen = desk.own_specialist in (None, row.specialist_id)
        who = words.who_comes(row) if is_seen else row.specialist.name
        yield f"{start:%H:%M}–{end:%H:%M} {who}."


def told_now(visit: Visit, error: BookingError) -> str:
    """Return the refusal of an act on a visit; of one that was changed meanwhile, by whom and how."""
    last = next(iter(history_of(project=visit.desk.salon, bookings=visit.rows)), None)
    if last is None or not isinstance(error, WrongStatus):
        return told(error)
    at = last.at.astimezone(visit.desk.zone)
    said = _("%(who)s, %(time)s: %(what)s.") % {"who": last.who, "time": f"{at:%H:%M}", "what": last.what}
    return " ".join([told(error), said, *(f"{detail}." for detail in last.details)])
