"""Questions that tests ask the engine, in as few words as they need."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bookings.models import Booking, Client, Service, Specialist
from bookings.operations import activate_booking
from bookings.selectors import find_slots
from bookings.tests.factories import MONDAY, NOW, STAFF, clocks, make_client
from bookings.values import Item, Slot, VisitRequest

NEW_YORK = ZoneInfo("America/New_York")
CHICAGO = ZoneInfo("America/Chicago")


def slots_of(
    who: Specialist | None, service: Service, day: date = MONDAY, now: datetime = NOW, **over: Any
) -> list[Slot]:
    """What the list offers on one local date; `who` None is any specialist."""
    service.project.refresh_from_db()
    return find_slots(
        project=service.project,
        service_ids=[service.pk],
        specialist_id=who.pk if who else None,
        **{"date_from": day, "date_to": day, "now": now, **over},
    )


def free(who: Specialist | None, service: Service, day: date = MONDAY, now: datetime = NOW) -> list[str]:
    """The wall-clock starts that the list offers on one local date."""
    return clocks(slots_of(who, service, day, now))


def book(
    who: Specialist | None,
    service: Service,
    start: datetime,
    client: Client | None = None,
    *,
    now: datetime = NOW,
    **over: Any,
) -> Booking:
    """Book one service as staff, on the Sunday before."""
    project = service.project
    project.refresh_from_db()
    values: dict[str, Any] = {
        "project": project,
        "client": client or make_client(project),
        "items": [Item(service.pk, who.pk if who else None, start)],
        "origin": STAFF,
    }
    (booking,) = activate_booking(request=VisitRequest(**values | over), now=now)
    return booking
