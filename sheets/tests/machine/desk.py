"""Bot and API: visits made, moved and cancelled on our side at any moment."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bookings.errors import BookingError
from bookings.models import Booking
from bookings.operations import activate_booking, change_booking, reject_booking
from bookings.tests.factories import BOT, STAFF, make_client
from bookings.values import Item, VisitChange, VisitRequest
from sheets.tests.machine.memory import Known, Memory, facts_of
from sheets.tests.machine.world import KYIV, World, say

FIRST_DAY = 4


def place(world: World, a: int, b: int) -> tuple[int, datetime]:
    """One of two specialists and one of few starts, so close that they get in each other's way."""
    day = world.today + timedelta(days=FIRST_DAY + (a // 2) % 4 * 2)
    clock = time(10 + b % 9 // 2, 30 * (b % 9 % 2))
    return world.specialists[a % 2].pk, datetime.combine(day, clock, KYIV)


class Desk:
    """The other side of the mirror."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.world = memory, memory.world

    def _active(self) -> list[Booking]:
        return [
            b
            for b in self.world.bookings()
            if b.status == Booking.Status.BOOKED and b.pk in self.memory.by_pk
        ]

    def book(self, a: int, b: int, c: int) -> None:
        """A client books; a taken place is refused."""
        specialist, start = place(self.world, a, b)
        service = self.world.services[c % 2]
        name = self.memory.new_name()
        known = self.memory.meet(name)
        client = make_client(self.world.project, name=name)
        item = Item(service.pk, specialist, start)
        request = VisitRequest(
            project=self.world.project, client=client, items=[item], origin=(BOT, STAFF)[c // 2 % 2]
        )
        try:
            (booking,) = activate_booking(request=request)
        except BookingError as error:
            self.world.tell(f"bot: {name} cannot be booked, {type(error).__name__}")
            return
        self.remember(known, booking)
        self.world.tell(f"bot: books {say(booking)}")

    def remember(self, known: Known, booking: Booking) -> None:
        """The visit was booked on our side."""
        self.memory.by_pk[booking.pk] = known
        known.pks.append(booking.pk)
        self._note(known, booking, *facts_of(booking))

    def move(self, a: int, b: int, c: int) -> None:
        """A client or an administrator moves a visit, or gives it another service."""
        active = self._active()
        if not active:
            return
        booking = active[c % len(active)]
        specialist, start = place(self.world, a, b)
        service = self.world.services[a % 2].pk if b % 4 == 0 else None
        change = VisitChange(start=start, specialist_id=specialist, service_id=service)
        before = facts_of(booking)
        try:
            change_booking(project=self.world.project, booking_id=booking.pk, origin=STAFF, change=change)
        except BookingError as error:
            self.world.tell(f"API: {say(booking)} cannot move to {start:%d.%m %H:%M}, {type(error).__name__}")
            return
        booking = Booking.objects.with_names().get(pk=booking.pk)
        now = facts_of(booking)
        self._note(
            self.memory.by_pk[booking.pk], booking, *(name for name in now if now[name] != before[name])
        )
        self.world.tell(f"API: moves it: {say(booking)}")

    def cancel(self, a: int, b: int, c: int) -> None:
        """A visit is cancelled on our side."""
        active = self._active()
        if not active:
            return
        booking = active[c % len(active)]
        reject_booking(project=self.world.project, booking_id=booking.pk, origin=STAFF)
        known = self.memory.by_pk[booking.pk]
        known.was_cancelled, known.acts = True, known.acts + 1
        known.ours["cancelled"] = True
        self.world.tell(f"API: cancels {say(booking)}")

    def _note(self, known: Known, booking: Booking, *changed: str) -> None:
        facts = facts_of(booking)
        known.acts += 1
        for name in changed:
            known.ours[name] = facts[name]
            known.values[name].add(facts[name])
        self.memory.claim(known, facts["specialist"], facts["date"], facts["time"])
