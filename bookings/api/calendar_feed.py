"""A specialist's visits as an iCalendar feed for a phone. The address is the secret; no phones go out."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import icalendar
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.models import Booking, BookingEvent, Specialist
from botbackend.lib.logs import redact
from projects.throttles import wait_after_wrong

_BACK = timedelta(days=30)
_MOST = 2000
_CHANGES = ("changed", "overbooked", "given")  # audit lines after which a calendar shows something else


@require_safe
def calendar_view(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the feed of the specialist with this token; 404 for every other one, 429 beyond so many."""
    specialist = (
        Specialist.objects.select_related("project")
        .filter(calendar_token=token, is_active=True, project__is_active=True)
        .first()
    )
    if specialist is None:
        if wait := wait_after_wrong(request, "calendar"):
            return HttpResponse(status=429, headers={"Retry-After": str(wait)})
        raise Http404
    body = feed(specialist, now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


def feed(specialist: Specialist, *, now: datetime) -> bytes:
    """Return the visits from 30 days back on, times in UTC: every calendar shows them in its own zone."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//botbackend//bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{specialist.name} - {specialist.project.name}")
    rows = Booking.objects.filter(
        specialist=specialist,
        end__gt=now - _BACK,
        status__in=[Booking.Status.BOOKED, Booking.Status.COMPLETED],
    )
    shown = list(rows.select_related("service", "client").order_by("start", "id")[:_MOST])
    changes = _changes(shown)
    for booking in shown:
        sequence = _sequence(booking, *changes.get(booking.pk, (0, None)))
        calendar.add_component(_event(booking, sequence=sequence))
    return bytes(calendar.to_ical())


def _changes(bookings: Sequence[Booking]) -> dict[int, tuple[int, datetime]]:
    """How often each visit became another since it was booked, and when it did last."""
    lines = BookingEvent.objects.filter(booking__in=bookings, action__in=_CHANGES).order_by()
    found = lines.values_list("booking_id").annotate(Count("pk"), Max("at"))
    return {booking: (count, last) for booking, count, last in found}


def _sequence(booking: Booking, changes: int, changed_at: datetime | None) -> int:
    """A number that grows with every change of the visit and with every new name in it.

    Names have no history: the seconds until the latest change of all stand for it. A visit that gets another
    service, whose name is older, does so by a change, which is later than any name it had.
    """
    moments = (changed_at, booking.service.changed_at, booking.client.changed_at)
    latest = max((moment for moment in moments if moment is not None), default=booking.created_at)
    return changes + max(0, math.ceil((latest - booking.created_at).total_seconds()))


def _event(booking: Booking, *, sequence: int) -> icalendar.Event:
    event = icalendar.Event()
    who = booking.guest_name or booking.client.name
    event.add("uid", f"booking-{booking.pk}@project-{booking.project_id}")
    event.add("dtstamp", booking.updated_at)
    event.add("last-modified", booking.updated_at)
    event.add("sequence", sequence)  # a calendar may leave a moved visit where it was without a higher one
    event.add("dtstart", booking.start)
    event.add("dtend", booking.end)
    event.add("summary", f"{booking.service.name} - {who}" if who else booking.service.name)
    if booking.note:
        event.add("description", redact(booking.note))
    event.add("status", "CONFIRMED")
    return event
