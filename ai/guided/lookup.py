"""What is free for the wishes gathered so far. Two statements per look."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ai.guided.counter import Desk
from ai.guided.state import ANYONE, State
from bookings.engine.freshness import before_offer
from bookings.errors import BookingError
from bookings.models import Booking
from bookings.selectors import check_item, find_slots, find_visits
from bookings.values import Item, Slot

_NEAR_DAYS = 14
_FAR_DAYS = 90
Bounds = tuple[time | None, time | None]


@dataclass(frozen=True)
class Search:
    """The services in order, with whom, and the visit that is to be moved, whose own time is free."""

    desk: Desk
    wishes: tuple[tuple[int, int | None], ...]
    moving: Booking | None = None

    @classmethod
    def of(cls, desk: Desk, state: State) -> "Search":
        """Read the wishes of the state; whoever was not chosen is anyone."""
        people = [found if found > ANYONE else None for found in state.people]
        moving = desk.facts.visit(state.booking) if state.booking is not None else None
        return cls(desk, tuple(zip(state.services, people, strict=True)), moving)

    @property
    def ignored(self) -> list[int]:
        return [*self.desk.own_holds, *([self.moving.pk] if self.moving else [])]

    def visits(self, first: date, last: date, bounds: Bounds = (None, None)) -> list[list[Slot]]:
        """Return one visit per start, in order. A visit that is moved is not offered where it stands."""
        before_offer(project=self.desk.project)
        if len(self.wishes) > 1:
            return find_visits(
                project=self.desk.project,
                wishes=self.wishes,
                date_from=first,
                date_to=last,
                time_from=bounds[0],
                time_to=bounds[1],
                ignore_booking_ids=self.ignored,
            )
        service, specialist = self.wishes[0]
        slots = find_slots(
            project=self.desk.project,
            service_ids=[service],
            specialist_id=specialist,
            date_from=first,
            date_to=last,
            time_from=bounds[0],
            time_to=bounds[1],
            ignore_booking_ids=self.ignored,
        )
        by_start: dict[datetime, list[Slot]] = {}
        for slot in slots:
            if not self._is_as_now(slot):
                by_start.setdefault(slot.start, [slot])
        return list(by_start.values())

    def _is_as_now(self, slot: Slot) -> bool:
        moving = self.moving
        return (
            moving is not None and slot.start == moving.start and slot.specialist_id == moving.specialist_id
        )

    def days(self, first: date, until: date, bounds: Bounds, *, want: int) -> list[date]:
        """Return the first free days, one more than wanted if there are more: the near ones, then the far."""
        found: list[date] = []
        begin = first
        for length in (_NEAR_DAYS, _FAR_DAYS):
            if begin > until:
                break
            end = min(begin + timedelta(days=length - 1), until)
            starts = (visit[0].start.date() for visit in self.visits(begin, end, bounds))
            found += dict.fromkeys(starts)
            if len(found) > want:
                break
            begin = end + timedelta(days=1)
        return found[: want + 1]

    def at(self, start: datetime) -> list[Slot] | None:
        """Return the visit that begins at this moment if it is free."""
        wall = start.astimezone(self.desk.salon.zone)
        clock = wall.time().replace(second=0, microsecond=0, tzinfo=None)
        found = self.visits(wall.date(), wall.date(), (clock, clock))
        return next((visit for visit in found if visit[0].start == start), None)

    def why_not(self, start: datetime) -> str:
        """Return the code of the refusal for a start that is not free; "" when none tells the client more."""
        service, specialist = self.wishes[0]
        try:
            check_item(
                project=self.desk.project,
                item=Item(service, specialist, start),
                ignore_booking_ids=self.ignored,
            )
        except BookingError as error:
            return error.code
        return ""
