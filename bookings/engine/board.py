"""Rules and occupied time of a window side by side: answers what is free, and why something is not."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.engine.availability import Shape, allowed_starts, on_grid
from bookings.engine.calendars import LocalDays, local_day_of, local_days, wall_minute_of
from bookings.engine.minutes import (
    Interval,
    covers,
    date_of,
    intersect,
    merge,
    minute_not_before,
    minute_of,
    subtract,
)
from bookings.engine.reading import Occupied
from bookings.engine.rules import Rules
from bookings.errors import (
    BookingError,
    DayOff_,
    InThePast,
    NotOffered,
    OutsideHours,
    Refusal,
    SlotTaken,
    TooFar,
    TooSoon,
)
from bookings.limits import MAX_BUFFER_MINUTES, MAX_VISIT_MINUTES
from bookings.models.prices import Price

# The further a wish gets before it fails, the more its refusal tells; the best of "any" is reported.
_STAGES: tuple[type[Refusal], ...] = (
    NotOffered,
    InThePast,
    TooSoon,
    TooFar,
    DayOff_,
    OutsideHours,
    SlotTaken,
)


@dataclass(frozen=True, slots=True)
class Placement:
    """A wish that has found its specialist and room; `start` is an epoch minute.

    `price_varies` says that others who could have it ask another price, `is_on_top` that somebody else is
    there then, which staff wanted all the same.
    """

    specialist_id: int
    service_id: int
    start: int
    shape: Shape
    resource_id: int | None
    price: Price | None
    price_varies: bool = False
    is_on_top: bool = False

    @property
    def end(self) -> int:
        """Return the minute at which the visit ends."""
        return self.start + self.shape.duration


class Board:
    """Judges starts on the local dates `first`..`last`. Occupied time is added by `occupy`."""

    def __init__(self, rules: Rules, *, first: date, last: date, now: datetime) -> None:
        self.rules = rules
        self.zone = rules.zone
        # A visit that begins on the last date may end on the next one, an hour later when the clock skips.
        self.days: LocalDays = local_days(rules.zone, first, last + timedelta(days=2))
        begins, ends = self.days.span(self.days.first, self.days.last - 2)
        self.now = minute_not_before(now)
        self.soonest = self.now + rules.min_notice_minutes
        self.today = local_day_of(minute_of(now), rules.zone)
        self.furthest_day = self.today + rules.horizon_days
        self.window: Interval = (begins, ends)
        self._work: dict[int, list[Interval]] = {}
        self._busy: dict[int, list[Interval]] = defaultdict(list)
        self._rooms: dict[int, list[Interval]] = defaultdict(list)
        self._load: dict[int, list[Interval]] = defaultdict(list)
        self._loads: dict[tuple[int, int], int] = {}
        self._starts: dict[tuple[int, int], list[Interval]] = {}
        self._is_always_open = False

    @staticmethod
    def reach(window: Interval) -> Interval:
        """Return the window in which occupied time matters to visits that begin in `window`."""
        return window[0] - MAX_BUFFER_MINUTES, window[1] + MAX_VISIT_MINUTES + MAX_BUFFER_MINUTES

    def occupy(self, rows: Iterable[Occupied], *, ignore: Collection[int] = ()) -> list[Occupied]:
        """Take in what the database holds; returns the expired holds, which take nothing."""
        expired, nesting = [], self.rules.allow_nesting
        for row in rows:
            if row.id in ignore:
                continue
            if row.status == "held" and row.is_expired:
                expired.append(row)
                continue
            has_gap = row.gap_from is not None
            parts = row.parts(nesting=nesting) if has_gap else [(row.busy_from, row.busy_until)]
            self._load[row.specialist_id] += parts
            if row.status == "completed":
                continue
            self._busy[row.specialist_id] += parts
            if row.resource_id is not None:
                self._rooms[row.resource_id].append((row.busy_from, row.busy_until))
        self._busy = defaultdict(list, {key: merge(value) for key, value in self._busy.items()})
        self._rooms = defaultdict(list, {key: merge(value) for key, value in self._rooms.items()})
        self._starts.clear()
        self._loads.clear()
        return expired

    def take(self, placed: Placement) -> None:
        """Count a placement of the same visit as occupied."""
        parts = placed.shape.occupied_at(placed.start)
        self._busy[placed.specialist_id] = merge([*self._busy[placed.specialist_id], *parts])
        self._load[placed.specialist_id].extend(parts)
        if placed.resource_id is not None:
            whole = placed.shape.without_gap().occupied_at(placed.start)
            self._rooms[placed.resource_id] = merge([*self._rooms[placed.resource_id], *whole])
        self._starts.clear()
        self._loads.clear()

    def copy(self) -> "Board":
        """Return a board on which placements may be tried without leaving a trace on this one."""
        twin = object.__new__(Board)
        twin.__dict__.update(self.__dict__)
        twin._busy = defaultdict(list, self._busy)
        twin._rooms = defaultdict(list, self._rooms)
        twin._load = defaultdict(list, {key: list(value) for key, value in self._load.items()})
        twin._starts, twin._loads = dict(self._starts), dict(self._loads)
        return twin

    def alone(self) -> "Board":
        """Return a board with the same rules on which nobody has any visit."""
        twin = self.copy()
        twin._busy, twin._rooms = defaultdict(list), defaultdict(list)
        twin._starts = {}
        return twin

    def at_all_hours(self) -> "Board":
        """Return a board with the same visits on which everybody works around the clock."""
        twin = self.copy()
        twin._is_always_open, twin._starts = True, {}
        return twin

    def work(self, specialist_id: int) -> list[Interval]:
        """Return the specialist's working stretches of the window and the two dates after it."""
        if self._is_always_open:
            return [self.days.span(self.days.first, self.days.last)]
        if specialist_id not in self._work:
            self._work[specialist_id] = self.rules.work(specialist_id, self.days)
        return self._work[specialist_id]

    def starts(self, specialist_id: int, service_id: int) -> list[Interval]:
        """Return the intervals of minutes at which such a visit may begin: the only yes there is."""
        key = (specialist_id, service_id)
        if key not in self._starts:
            self._starts[key] = self._find_starts(specialist_id, service_id)
        return self._starts[key]

    def _find_starts(self, specialist_id: int, service_id: int) -> list[Interval]:
        if not self.rules.offers(specialist_id, service_id):
            return []
        horizon = self.days.span(self.days.first, min(self.furthest_day, self.days.last))[1]
        first, until = max(self.window[0], self.soonest), min(self.window[1], horizon)
        shape = self.rules.shape(specialist_id, service_id)
        busy = self._busy.get(specialist_id, [])
        spans = allowed_starts(
            work=self.work(specialist_id), busy=busy, shape=shape, first=first, until=until
        )
        kind = self.rules.services[service_id].resource_kind
        return intersect(spans, self._room_starts(kind, shape, first, until)) if kind else spans

    def _room_starts(self, kind: str, shape: Shape, first: int, until: int) -> list[Interval]:
        """Return the starts at which at least one room of the kind is free for the whole visit."""
        always = [(first, until + shape.duration)]
        whole = shape.without_gap()
        return merge(
            span
            for room in self.rules.resources.get(kind, ())
            for span in allowed_starts(
                work=always, busy=self._rooms.get(room, []), shape=whole, first=first, until=until
            )
        )

    def grid_starts(self, specialist_id: int, service_id: int) -> list[int]:
        """Return the free starts on the salon's grid, in order."""
        return on_grid(self.starts(specialist_id, service_id), self.days.pieces, self.rules.slot_minutes)

    def is_on_grid(self, start: int) -> bool:
        """Say whether the clock on the wall shows a multiple of the salon's slot length."""
        return wall_minute_of(start, self.zone) % self.rules.slot_minutes == 0

    def load(self, specialist_id: int, day: int) -> int:
        """Return the occupied minutes of one local date."""
        key = (specialist_id, day)
        if key not in self._loads:
            begins, ends = self.days.span(day, day)
            self._loads[key] = sum(
                max(0, min(until, ends) - max(start, begins)) for start, until in self._load[specialist_id]
            )
        return self._loads[key]

    def by_load(self, specialist_ids: Sequence[int], start: int) -> list[int]:
        """Return the specialists, least busy on that local date first, ties in the salon's order."""
        if len(specialist_ids) < 2:
            return list(specialist_ids)
        day = local_day_of(start, self.zone)
        order = self.rules.specialists
        return sorted(specialist_ids, key=lambda found: (self.load(found, day), order[found].order, found))

    def place(self, *, service_id: int, specialist_ids: Sequence[int], start: int) -> Placement:
        """Return the placement with the least busy of the specialists who can. Raises the best refusal."""
        free = [found for found in specialist_ids if covers(self.starts(found, service_id), start)]
        if not free:
            raise self.refusal(service_id=service_id, specialist_ids=specialist_ids, start=start)
        chosen = self.by_load(free, start)[0]
        return self.placement(service_id=service_id, specialist_id=chosen, start=start, among=free)

    def placement(
        self, *, service_id: int, specialist_id: int, start: int, among: Sequence[int] = ()
    ) -> Placement:
        """Return a placement without asking whether it is free (overbooking); a room only if one is.

        `among` are those of whom the specialist was chosen.
        """
        shape = self.rules.shape(specialist_id, service_id)
        kind = self.rules.services[service_id].resource_kind
        return Placement(
            specialist_id=specialist_id,
            service_id=service_id,
            start=start,
            shape=shape,
            resource_id=self._free_room(kind, shape, start) if kind else None,
            price=self.rules.price(specialist_id, service_id),
            price_varies=self._price_varies(service_id, among, start),
        )

    def _price_varies(self, service_id: int, specialist_ids: Sequence[int], start: int) -> bool:
        prices = {found: self.rules.price(found, service_id) for found in specialist_ids}
        if len(set(prices.values())) < 2:
            return False
        free = {price for found, price in prices.items() if covers(self.starts(found, service_id), start)}
        return len(free) > 1

    def _free_room(self, kind: str, shape: Shape, start: int) -> int | None:
        (begins, ends) = shape.without_gap().occupied_at(start)[0]
        for room in self.rules.resources.get(kind, ()):
            if not intersect(self._rooms.get(room, []), [(begins, ends)]):
                return room
        return None

    def refusal(self, *, service_id: int, specialist_ids: Sequence[int], start: int) -> BookingError:
        """Return why none of the specialists can: the reason of the one who came closest."""
        reasons = [self.reason(found, service_id, start) for found in specialist_ids] or [NotOffered]
        best = max(reasons, key=_STAGES.index)
        return best(_SENTENCES[best])

    def reason(self, specialist_id: int, service_id: int, start: int) -> type[Refusal]:
        """Return the first rule that a start breaks; SlotTaken when only others are in the way."""
        if not self.rules.offers(specialist_id, service_id):
            return NotOffered
        if start < min(self.now, self.soonest):
            return InThePast
        if start < self.soonest:
            return TooSoon
        if local_day_of(start, self.zone) > self.furthest_day:
            return TooFar
        end = start + self.rules.shape(specialist_id, service_id).duration
        if subtract([(start, end)], self.work(specialist_id)):
            days = range(local_day_of(start, self.zone), local_day_of(end - 1, self.zone) + 1)
            is_off = any(self.rules.is_day_off(specialist_id, day) for day in days)
            return DayOff_ if is_off else OutsideHours
        return SlotTaken

    def dates(self) -> list[date]:
        """Return the local dates that are judged."""
        return [date_of(day) for day in range(self.days.first, self.days.last - 1)]


_SENTENCES: dict[type[Refusal], str] = {
    NotOffered: "The service is not offered by this specialist.",
    InThePast: "This time has passed.",
    TooSoon: "This is sooner than the salon's minimum notice.",
    TooFar: "This is further ahead than the salon takes visits.",
    DayOff_: "This is a day off.",
    OutsideHours: "The visit does not lie within working hours.",
    SlotTaken: "This time is taken.",
}
