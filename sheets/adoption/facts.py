"""What a plan has to know: of the salon from the database, of the spreadsheet from Google."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from bookings.models import Booking, Client, Offering, Service, Specialist
from botbackend.lib.text import comparable
from projects.models import Project
from sheets import google
from sheets.adoption.clients import Person
from sheets.adoption.planning import Salon, ServiceFacts, TabRead, VisitFacts
from sheets.models import SheetLink

MOST_COLUMNS = 100  # nobody's book is wider, and our own columns still have their place


def read_salon(project: Project, specialists: Collection[Specialist], *, now: datetime) -> Salon:
    """Return what of the database the plan of these specialists' tabs depends on."""
    services = Service.objects.filter(project=project, is_active=True).order_by("-name_key")
    own = Offering.objects.filter(project=project, duration_minutes__isnull=False)
    return Salon(
        zone=ZoneInfo(project.timezone),
        now=now,
        country=project.home_country,
        specialists={one.pk: one.name for one in specialists},
        services={one.key: ServiceFacts(one.pk, one.name, one.duration_minutes) for one in services},
        contacts=set(
            Client.objects.filter(project=project).exclude(contact_id="").values_list("contact_id", flat=True)
        ),
        visits=_visits_ahead(project, now),
        durations={
            (specialist, service): minutes
            for specialist, service, minutes in own.values_list(
                "specialist_id", "service_id", "duration_minutes"
            )
            if minutes is not None
        },
    )


def _visits_ahead(project: Project, now: datetime) -> dict[tuple[int, datetime], VisitFacts]:
    booked = Booking.objects.filter(project=project, status=Booking.Status.BOOKED, start__gte=now)
    return {
        (one.specialist_id, one.start): VisitFacts(
            pk=one.pk,
            service_id=one.service_id,
            person=Person(one.client.contact_id, one.guest_phone or one.client.phone),
            names=frozenset(map(comparable, (one.guest_name, one.client.name))),
        )
        for one in booked.select_related("client")
    }


def read_tabs(link: SheetLink, grids: Collection[google.Grid]) -> list[TabRead]:
    """Return these worksheets with all that stands in them. One read."""
    if not grids:
        return []
    raw = google.read_tabs(link.spreadsheet_id, [grid.sheet_id for grid in grids], MOST_COLUMNS)
    return [TabRead(grid.sheet_id, grid.title, raw[grid.sheet_id]) for grid in grids]
