"""What staff do with a visit is done with all of its services or none, and only as it was shown."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.errors import BookingNotFound, SlotTaken, WrongStatus
from bookings.models import Booking, BookingEvent, Specialist
from bookings.operations import (
    cancel_visit,
    edition_of,
    finish_visit,
    hold_slots,
    mark_arrived,
    move_visit,
    restore_visit,
)
from bookings.tests.asking import book
from bookings.tests.factories import (
    BOT,
    NOW,
    STAFF,
    at,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Item, VisitChange, VisitRequest
from botbackend.outbox.models import Task

pytestmark = pytest.mark.django_db


class Salon:
    """A haircut with Anna at ten, a manicure with Maria at eleven: one visit."""

    def __init__(self) -> None:
        self.project = make_project()
        self.anna, self.maria = make_specialist(self.project, "Anna"), make_specialist(self.project, "Maria")
        self.haircut = make_service(self.project)
        one, two = self.visit(self.anna, "10:00"), self.visit(self.maria, "11:00")
        Booking.objects.filter(pk=two.pk).update(visit_id=one.visit_id)
        self.ids = [one.pk, two.pk]

    def visit(self, who: Specialist, clock: str) -> Booking:
        return book(who, self.haircut, at(clock))

    def rows(self) -> list[Booking]:
        return list(Booking.objects.filter(pk__in=self.ids).order_by("start"))

    def act(self, **over: Any) -> dict[str, Any]:
        return {"project": self.project, "booking_ids": self.ids, "origin": STAFF} | over

    def statuses(self) -> set[str]:
        return {row.status for row in self.rows()}


def later(rows: list[Booking], hours: int) -> dict[int, VisitChange]:
    return {row.pk: VisitChange(start=row.start + timedelta(hours=hours)) for row in rows}


def test_it_cancels_and_puts_back_the_whole_visit() -> None:
    salon = Salon()
    cancel_visit(**salon.act(reason="ill"))
    assert salon.statuses() == {"cancelled"}
    restore_visit(**salon.act())
    assert salon.statuses() == {"booked"}
    assert BookingEvent.objects.filter(action="cancelled", reason="ill").count() == 2
    assert BookingEvent.objects.filter(action="restored").count() == 2


def test_it_puts_back_nothing_when_the_time_of_one_service_is_taken() -> None:
    salon = Salon()
    cancel_visit(**salon.act())
    salon.visit(salon.maria, "11:30")
    with pytest.raises(SlotTaken):
        restore_visit(**salon.act())
    assert salon.statuses() == {"cancelled"}


def test_a_hold_that_ended_does_not_stand_in_the_way_of_putting_back() -> None:
    salon = Salon()
    cancel_visit(**salon.act())
    request = VisitRequest(
        project=salon.project,
        client=make_client(salon.project),
        items=[Item(salon.haircut.pk, salon.anna.pk, at("10:30"))],
        origin=BOT,
    )
    hold_slots(request=request, until=NOW + timedelta(minutes=10), now=NOW)
    with pytest.raises(SlotTaken):
        restore_visit(**salon.act(now=NOW))
    restore_visit(**salon.act(now=NOW + timedelta(hours=1)))
    assert salon.statuses() == {"booked"}


def test_a_visit_that_is_not_as_it_was_shown_stays_as_it_is() -> None:
    salon = Salon()
    shown = edition_of(salon.rows())
    move_visit(project=salon.project, changes=later(salon.rows(), 2), origin=STAFF, shown=shown, now=NOW)
    for act in (cancel_visit, mark_arrived, restore_visit):
        with pytest.raises(WrongStatus):
            act(**salon.act(shown=shown))
    with pytest.raises(WrongStatus):
        finish_visit(**salon.act(shown=shown, status=Booking.Status.COMPLETED))
    with pytest.raises(WrongStatus):
        move_visit(project=salon.project, changes=later(salon.rows(), 1), origin=STAFF, shown=shown, now=NOW)
    assert [row.start for row in salon.rows()] == [at("12:00"), at("13:00")]


def test_half_a_visit_does_not_move_and_the_refusal_says_what_is_free() -> None:
    salon = Salon()
    salon.visit(salon.maria, "15:00")
    with pytest.raises(SlotTaken) as refusal:
        move_visit(project=salon.project, changes=later(salon.rows(), 4), origin=STAFF, now=NOW)
    assert refusal.value.alternatives
    assert [row.start for row in salon.rows()] == [at("10:00"), at("11:00")]


def test_who_has_come_is_noted_beside_the_status_and_told_to_nobody_outside() -> None:
    salon = Salon()
    Task.objects.all().delete()
    mark_arrived(**salon.act(now=NOW))
    assert {row.arrived_at for row in salon.rows()} == {NOW}
    assert salon.statuses() == {"booked"}
    mark_arrived(**salon.act(now=NOW + timedelta(minutes=1), arrived=False))
    assert {row.arrived_at for row in salon.rows()} == {None}
    assert not Task.objects.exists()
    finish_visit(**salon.act(status=Booking.Status.NO_SHOW))
    assert Task.objects.filter(topic="booking.changed").exists()


def test_what_is_so_already_leaves_no_trace() -> None:
    salon = Salon()
    finish_visit(**salon.act(status=Booking.Status.COMPLETED))
    events = BookingEvent.objects.count()
    finish_visit(**salon.act(status=Booking.Status.COMPLETED))
    assert BookingEvent.objects.count() == events


def test_a_visit_of_another_salon_is_none() -> None:
    salon, other = Salon(), make_project()
    with pytest.raises(BookingNotFound):
        cancel_visit(**salon.act(project=other))
    assert salon.statuses() == {"booked"}
