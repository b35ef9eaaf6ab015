"""Hours, the matrix of who does what, days off. Each map replaces what was there for the active names.

Names come as their keys here, those of rows and those of the document.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from bookings.models import DayOff, Offering, Service, Specialist, WeeklyRange
from bookings.models.catalogue import key_of
from bookings.models.prices import PRICE_COLUMNS, Price
from botbackend.lib.clock import WEEKDAYS, Weekday
from botbackend.salon_api.config.document import DayOffEntry
from botbackend.salon_api.config.times import read_range
from projects.models import Project

_BARE = Q(duration_minutes=None, price=None, buffer_before=None, buffer_after=None)
Week = Mapping[Weekday, Sequence[Sequence[str]]]


def apply_hours(project: Project, specialists: Mapping[str, Specialist], hours: Mapping[str, Week]) -> None:
    """Give own hours to those in the map, the salon's to everybody else who is active."""
    WeeklyRange.objects.filter(specialist__in=specialists.values()).delete()
    ranges: list[WeeklyRange] = []
    for name, specialist in specialists.items():
        specialist.has_own_hours = name in hours
        for day, items in hours.get(name, {}).items():
            ends = [read_range(*item) for item in items]
            ranges += [
                WeeklyRange(
                    project=project,
                    specialist=specialist,
                    weekday=WEEKDAYS.index(day),
                    start_minute=start,
                    end_minute=end,
                )
                for start, end in ends
            ]
    WeeklyRange.objects.bulk_create(ranges)
    Specialist.objects.bulk_update(specialists.values(), ["has_own_hours"])


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
    wanted = {
        (specialist.pk, services[service].pk): (specialist, services[service])
        for name, specialist in specialists.items()
        for service in matrix.get(name, [])
    }
    for name, specialist in specialists.items():
        specialist.does_every_service = name not in matrix
        mine = cells.filter(specialist=specialist)
        if specialist.does_every_service:
            mine.filter(_BARE).delete()  # cells with own values go on to say how long and how much
        else:
            mine.exclude(service__in=[services[key] for key in matrix[name] if key in services]).delete()
    have = set(cells.values_list("specialist_id", "service_id"))
    Offering.objects.bulk_create(
        Offering(project=project, specialist=specialist, service=service)
        for key, (specialist, service) in wanted.items()
        if key not in have
    )
    Specialist.objects.bulk_update(specialists.values(), ["does_every_service"])


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
    cells.filter(_BARE, specialist__does_every_service=True).delete()


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
