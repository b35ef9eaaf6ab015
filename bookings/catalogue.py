"""What a salon offers, as frozen values for those who describe it to people."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bookings.engine.calendars import local_date_of, zone_named
from bookings.engine.minutes import Interval, date_of, day_number, minute_of
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.models import rules_of
from bookings.models.names import Names, Translated
from bookings.models.prices import Price
from botbackend.lib.stopped_clock import current_time
from projects.models import Project


@dataclass(frozen=True, slots=True)
class CatalogueSpecialist(Translated):
    """`weekly[0]` is Monday: wall-clock minutes, breaks cut out; `service_ids` in order."""

    id: int
    name: str
    service_ids: tuple[int, ...]
    weekly: tuple[tuple[Interval, ...], ...]
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueService(Translated):
    id: int
    name: str
    duration_minutes: int
    price: Price | None
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueOffering:
    """Length and price with one specialist."""

    specialist_id: int
    service_id: int
    duration_minutes: int
    price: Price | None


@dataclass(frozen=True, slots=True)
class CatalogueDayOff:
    """Local dates, both included; `specialist_id` None is the whole salon."""

    specialist_id: int | None
    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Active specialists and services; dates as seen from `today` to the horizon."""

    today: date
    specialists: tuple[CatalogueSpecialist, ...]
    services: tuple[CatalogueService, ...]
    offerings: tuple[CatalogueOffering, ...]
    days_off: tuple[CatalogueDayOff, ...]

    def offers(self, specialist_id: int, service_id: int) -> bool:
        """Say whether the specialist does the service."""
        return any(
            one.specialist_id == specialist_id and one.service_id == service_id for one in self.offerings
        )


def catalogue(*, project: Project, now: datetime | None = None) -> Catalogue:
    """Return what the salon offers, by one statement."""
    today = local_date_of(minute_of(now or current_time()), zone_named(project.timezone))
    rules = read_rules(project, first=today, last=today + timedelta(days=rules_of(project).horizon_days))
    offered = {found: _offered(rules, found) for found, one in rules.specialists.items() if one.is_active}
    return Catalogue(
        today=today,
        specialists=tuple(
            CatalogueSpecialist(found, one.name, services, _weekly(rules, found), one.names)
            for found, services in offered.items()
            if (one := rules.specialists[found])
        ),
        services=tuple(
            CatalogueService(one.id, one.name, one.duration, one.price, one.names)
            for one in rules.services.values()
            if one.is_active
        ),
        offerings=tuple(
            CatalogueOffering(found, one, rules.shape(found, one).duration, rules.price(found, one))
            for found, services in offered.items()
            for one in services
        ),
        days_off=_days_off(rules, today),
    )


def _offered(rules: Rules, specialist_id: int) -> tuple[int, ...]:
    return tuple(service for service in rules.services if rules.offers(specialist_id, service))


def _weekly(rules: Rules, specialist_id: int) -> tuple[tuple[Interval, ...], ...]:
    return tuple(tuple(rules.weekly_hours(specialist_id, weekday)) for weekday in range(7))


def _days_off(rules: Rules, today: date) -> tuple[CatalogueDayOff, ...]:
    return tuple(
        CatalogueDayOff(owner, date_of(first), date_of(last))
        for owner, spans in rules.days_off.items()
        for first, last in sorted(spans)
        if last >= day_number(today)
    )
