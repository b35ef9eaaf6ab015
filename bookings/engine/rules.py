"""The salon's rules as plain values, and what follows from them for one date or one visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache

from bookings.engine.availability import Shape
from bookings.engine.calendars import LocalDays
from bookings.engine.minutes import Interval, merge, subtract
from bookings.models.names import Names, Translated
from bookings.models.prices import Price

Everyone = None  # key of rules that hold for the whole salon
_WeeklyHours = Callable[[int, int], list[Interval]]


@dataclass(frozen=True, slots=True)
class SpecialistRule(Translated):
    id: int
    name: str
    is_active: bool
    order: int
    has_own_hours: bool
    does_every_service: bool
    names: Names = field(default_factory=dict)
    version: str = ""  # of the row that was read


@dataclass(frozen=True, slots=True)
class ServiceRule(Translated):
    """A service with its general length; `price` in the project's currency."""

    id: int
    name: str
    is_active: bool
    duration: int
    price: Price | None
    before: int
    after: int
    gap_start: int
    gap_minutes: int
    resource_kind: str
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfferingRule:
    """What one specialist does differently; None = as the service says."""

    duration: int | None
    price: Price | None
    before: int | None
    after: int | None


@dataclass(slots=True)
class Rules:
    """Everything that decides when who works, for the window it was read for."""

    zone: tzinfo
    slot_minutes: int
    salon_hours: Interval
    min_notice_minutes: int
    horizon_days: int
    allow_nesting: bool
    specialists: dict[int, SpecialistRule] = field(default_factory=dict)
    services: dict[int, ServiceRule] = field(default_factory=dict)
    offerings: dict[tuple[int, int], OfferingRule] = field(default_factory=dict)
    weekly: dict[tuple[int, int], list[Interval]] = field(default_factory=dict)
    breaks: dict[tuple[int | None, int], list[Interval]] = field(default_factory=dict)
    overrides: dict[tuple[int | None, int], list[Interval]] = field(default_factory=dict)
    days_off: dict[int | None, list[Interval]] = field(default_factory=dict)
    resources: dict[str, list[int]] = field(default_factory=dict)

    def are_of(self, versions: Mapping[int, str]) -> bool:
        """Say whether they were read after the last change of these specialists' rows."""
        known = {number: one.version for number, one in self.specialists.items()}
        return all(known.get(number, version) == version for number, version in versions.items())

    def offers(self, specialist_id: int, service_id: int) -> bool:
        """Say whether the specialist does the service, both being active."""
        specialist, service = self.specialists.get(specialist_id), self.services.get(service_id)
        if not (specialist and service and specialist.is_active and service.is_active):
            return False
        return specialist.does_every_service or (specialist_id, service_id) in self.offerings

    def shape(self, specialist_id: int, service_id: int) -> Shape:
        """Return what a visit occupies with this specialist, own duration and buffers first."""
        service = self.services[service_id]
        own = self.offerings.get((specialist_id, service_id), _AS_THE_SERVICE)
        duration = service.duration if own.duration is None else own.duration
        gap_fits = service.gap_minutes > 0 and service.gap_start + service.gap_minutes < duration
        nests = self.allow_nesting and gap_fits
        return Shape(
            duration=duration,
            before=service.before if own.before is None else own.before,
            after=service.after if own.after is None else own.after,
            gap_start=service.gap_start if nests else 0,
            gap_minutes=service.gap_minutes if nests else 0,
        )

    def price(self, specialist_id: int, service_id: int) -> Price | None:
        """Return the catalogue's price of today."""
        own = self.offerings.get((specialist_id, service_id), _AS_THE_SERVICE)
        return self.services[service_id].price if own.price is None else own.price

    def candidates(self, service_id: int) -> list[int]:
        """Return the ids of those who do the service, in the salon's order."""
        return [found for found in self.specialists if self.offers(found, service_id)]

    def is_day_off(self, specialist_id: int, day: int) -> bool:
        """Say whether the specialist or the whole salon has that local date off."""
        return any(
            first <= day <= last
            for owner in (specialist_id, Everyone)
            for first, last in self.days_off.get(owner, ())
        )

    def hours_on(self, specialist_id: int, day: int) -> list[Interval]:
        """Return wall-clock ranges of one local date.

        A day off closes it. Otherwise the most particular word holds: the specialist's override, the
        salon's override, own weekly hours, the salon's hours. An override is the whole truth of its
        date: weekly breaks do not cut it.
        """
        if self.days_off and self.is_day_off(specialist_id, day):
            return []
        return self._hours_of_open(specialist_id, day, self.weekly_hours)

    def _hours_of_open(self, specialist_id: int, day: int, weekly: _WeeklyHours) -> list[Interval]:
        if self.overrides:
            for owner in (specialist_id, Everyone):
                if (owner, day) in self.overrides:
                    return self.overrides[owner, day]
        return weekly(specialist_id, (day + 3) % 7)  # 1970-01-01 was a Thursday

    def weekly_hours(self, specialist_id: int, weekday: int) -> list[Interval]:
        """Return wall-clock ranges of a weekday (0 = Monday) without the breaks."""
        has_own_hours = self.specialists[specialist_id].has_own_hours
        hours = self.weekly.get((specialist_id, weekday), []) if has_own_hours else [self.salon_hours]
        if not self.breaks:
            return hours
        pauses = [*self.breaks.get((specialist_id, weekday), ()), *self.breaks.get((Everyone, weekday), ())]
        return subtract(hours, sorted(pauses)) if pauses else hours

    def work(self, specialist_id: int, days: LocalDays) -> list[Interval]:
        """Return the specialist's working stretches; ranges that touch, also at midnight, are one.

        Over years a weekday comes a hundred times and most dates are none of those off: both are looked up
        once. What holds on a date says `hours_on`.
        """
        weekly = cache(self.weekly_hours)
        off = self._days_off(specialist_id, days.first, days.last)
        return merge(
            stretch
            for day in range(days.first, days.last + 1)
            if day not in off
            for stretch in days.elapsed(day, self._hours_of_open(specialist_id, day, weekly))
        )

    def _days_off(self, specialist_id: int, first: int, last: int) -> set[int]:
        return {
            day
            for owner in (specialist_id, Everyone)
            for begins, ends in self.days_off.get(owner, ())
            for day in range(max(begins, first), min(ends, last) + 1)
        }


_AS_THE_SERVICE = OfferingRule(duration=None, price=None, before=None, after=None)
