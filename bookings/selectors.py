"""Reads: what is free, what is offered, who comes. None of them writes or locks."""

from datetime import date, datetime, timedelta, tzinfo

from bookings.catalogue import Catalogue, catalogue
from bookings.engine.calendars import zone_named
from bookings.engine.checks import check_item, check_items
from bookings.engine.slots import find_slots, find_visits, free_days, next_slots
from bookings.models import Booking, Client, DayOff
from botbackend.lib.stopped_clock import current_time
from projects.models import Project

__all__ = [
    "Catalogue",
    "active_visits",
    "catalogue",
    "check_item",
    "check_items",
    "find_slots",
    "find_visits",
    "free_days",
    "next_slots",
    "own_visits",
    "visits_on_days_off",
]

_MOST_OWN = 60


def active_visits(*, client: Client, now: datetime | None = None) -> list[Booking]:
    """Return the client's booked visits that have not ended, by start, with their names loaded."""
    own = Booking.objects.ahead(now or current_time()).filter(project_id=client.project_id)
    return own.of_client(client)


def own_visits(
    *, client: Client, past: int, now: datetime | None = None
) -> tuple[list[Booking], list[Booking]]:
    """Return what `active_visits` does, and the last `past` visits that took place, newest first; one query.

    Of a client with very many visits ahead, who has been booked by staff, the latest of them count.
    """
    moment = now or current_time()
    took_place = [Booking.Status.BOOKED, Booking.Status.COMPLETED]
    own = Booking.objects.filter(project_id=client.project_id, status__in=took_place)
    rows = own.order_by("-start", "-pk").of_client(client, limit=_MOST_OWN + past)
    ahead = [row for row in rows if row.end >= moment and row.status == Booking.Status.BOOKED]
    return ahead[::-1], [row for row in rows if row.end < moment][:past]


def visits_on_days_off(*, project: Project, now: datetime | None = None) -> list[Booking]:
    """Return booked visits ahead that fall on a day off added after them: staff must move them."""
    moment = now or current_time()
    zone = zone_named(project.timezone)
    off = list(
        DayOff.objects.filter(project=project, date_to__gte=moment.astimezone(zone).date()).values_list(
            "specialist_id", "date_from", "date_to"
        )
    )
    if not off:
        return []
    rows = Booking.objects.ahead(moment).filter(project=project).with_names()
    return [row for row in rows if any(_meets(row, zone, *one) for one in off)]


def _meets(row: Booking, zone: tzinfo, specialist_id: int | None, first: date, last: date) -> bool:
    if specialist_id is not None and specialist_id != row.specialist_id:
        return False
    begins = row.start.astimezone(zone).date()
    ends = (row.end - timedelta(microseconds=1)).astimezone(zone).date()
    return begins <= last and ends >= first
