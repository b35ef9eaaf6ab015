"""Why not, in words that help: what stands in the way of a wish, and who changed what meanwhile."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.errors import BookingError, DayOff_, OutsideHours, SlotTaken, WrongStatus
from bookings.models import Booking
from bookings.values import Item
from botbackend.office.calendar import words
from botbackend.office.calendar.history import history_of
from botbackend.office.calendar.panels import Visit
from botbackend.office.desk import Desk
from botbackend.office.refusals import told

_MOST = 3


def told_of(desk: Desk, error: BookingError, items: Sequence[Item], ignore: Collection[int] = ()) -> str:
    """Return the refusal: that somebody does not do a service, or with what stands on a taken time.

    Who does not do the service comes first: whatever else is in the way does not matter then.
    """
    if not items:
        return told(error)
    rules = rules_for(desk, items)
    if cannot := list(_who_does_not(rules, items)):
        return " ".join(cannot)
    there = _in_the_way(desk, rules, items, ignore) if isinstance(error, SlotTaken) else []
    return " ".join([told(error), *there])


def way_out(error: BookingError | None) -> str:
    """Return what a reason makes of a refusal: `on_top` of others, `outside` the hours; "" for no way."""
    if isinstance(error, SlotTaken):
        return "on_top"
    return "outside" if isinstance(error, OutsideHours | DayOff_) else ""


def rules_for(desk: Desk, items: Sequence[Item]) -> Rules:
    """Return the rules for these services on their days: one statement."""
    days = [item.start.astimezone(desk.zone).date() for item in items]
    services = {item.service_id for item in items}
    return read_rules(desk.salon, first=min(days), last=max(days), service_ids=services)


def _who_does_not(rules: Rules, items: Sequence[Item]) -> Iterator[str]:
    """Yield who was chosen for what they do not do, and who does it."""
    for item in dict.fromkeys(items):
        who, service = rules.specialists.get(item.specialist_id or 0), rules.services.get(item.service_id)
        if who is None or service is None or rules.offers(who.id, service.id):
            continue
        others = ", ".join(rules.specialists[one].name for one in rules.candidates(service.id))
        names = {"who": who.name, "service": service.name, "others": others}
        if others:
            yield _("%(who)s does not do %(service)s; these do: %(others)s.") % names
        else:
            yield _("%(who)s does not do %(service)s, and nobody else does.") % names


def _in_the_way(desk: Desk, rules: Rules, items: Sequence[Item], ignore: Collection[int]) -> list[str]:
    """Return the visits on the time of these items; whose they are is for those who see that calendar."""
    found: dict[int, Booking] = {}
    for item in items:
        if item.service_id not in rules.services or item.specialist_id is None:
            continue
        shape = rules.shape(item.specialist_id, item.service_id)
        taking = Booking.objects.filter(
            project=desk.salon,
            specialist=item.specialist_id,
            status__in=[Booking.Status.BOOKED, Booking.Status.HELD],
            busy_from__lt=item.start + timedelta(minutes=shape.duration + shape.after),
            busy_until__gt=item.start - timedelta(minutes=shape.before),
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
