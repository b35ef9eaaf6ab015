"""Hours, the matrix of who does what, days off. Each map replaces what was there for the active names.

Names come as their keys here, those of rows and those of the document.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from bookings.models import DayOff, Offering, Service, Specialist
from bookings.models.catalogue import key_of
from bookings.models.prices import PRICE_COLUMNS, Price
from bookings.operations.setup.cells import drop_empty, list_done
from bookings.operations.setup.hours import write_weeks
from botbackend.lib.clock import WEEKDAYS, Weekday
from botbackend.salon_api.config.document import DayOffEntry
from botbackend.salon_api.config.times import read_range
from projects.models import Project

Week = Mapping[Weekday, Sequence[Sequence[str]]]


def apply_hours(project: Project, specialists: Mapping[str, Specialist], hours: Mapping[str, Week]) -> None:
    """Give own hours to those in the map, the salon's to everybody else who is active."""
    weeks = {
        specialist: _clocks(hours[name]) if name in hours else None
        for name, specialist in specialists.items()
    }
    write_weeks(project, weeks)


def _clocks(week: Week) -> list[tuple[int, int, int]]:
    return [(WEEKDAYS.index(day), *read_range(*item)) for day, items in week.items() for item in items]


def apply_matrix(
    project: Project,
    specialists: Mapping[str, Specialist],
    services: Mapping[str, Service],
    matrix: Mapping[str, Sequence[str]],
) -> None:
    """List for those in the map exactly these services; everybody else who is active does every one.

    A cell that stays keeps its own length and price, and so do cells of services that left.
    """
    cells = Offering.objects.filter(specialist__in=specialists.values(), service__in=services.values())
    for name, specialist in specialists.items():
        specialist.does_every_service = name not in matrix
        mine = cells.filter(specialist=specialist)
        if not specialist.does_every_service:
            mine.exclude(service__in=[services[key] for key in matrix[name] if key in services]).delete()
    listed = [(one, services[key]) for name, one in specialists.items() for key in matrix.get(name, ())]
    list_done(project, listed)
    Specialist.objects.bulk_update(specialists.values(), ["does_every_service"])
    drop_empty(cells)


def apply_own_prices(
    project: Project,
    specialists: Mapping[str, Specialist],
    services: Mapping[str, Service],
    own: Mapping[str, Mapping[str, Price]],
) -> None:
    """Give those in the map these prices of their own, the services' to everybody else who is active.

    Of somebody who does every service a cell says only what differs: it comes and goes with that.
    """
    cells = Offering.objects.filter(specialist__in=specialists.values(), service__in=services.values())
    known = {(cell.specialist_id, cell.service_id): cell for cell in cells}
    for cell in known.values():
        cell.full_price = None
    for name, prices in own.items():
        for key, price in prices.items():
            place = specialists[name], services[key]
            cell = Offering(project=project, specialist=place[0], service=place[1])
            known.setdefault((place[0].pk, place[1].pk), cell).full_price = price
    Offering.objects.bulk_create(cell for cell in known.values() if cell.pk is None)
    Offering.objects.bulk_update(known.values(), PRICE_COLUMNS)
    drop_empty(cells)


def apply_days_off(
    project: Project, specialists: Mapping[str, Specialist], entries: Sequence[DayOffEntry]
) -> None:
    """Replace the days off of the salon and of all active specialists."""
    DayOff.objects.filter(
        Q(specialist=None) | Q(specialist__in=specialists.values()), project=project
    ).delete()
    DayOff.objects.bulk_create(
        DayOff(
            project=project,
            specialist=specialists[key_of(entry.specialist)] if entry.specialist is not None else None,
            date_from=entry.date_from,
            date_to=entry.date_to,
            reason=entry.reason,
        )
        for entry in entries
    )
