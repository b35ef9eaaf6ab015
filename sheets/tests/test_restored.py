"""The database is put back to an earlier moment, the spreadsheet is not: it tells what was done since."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from bookings.models import Booking
from bookings.operations import change_booking
from bookings.tests.factories import STAFF, at, make_booking, make_client
from bookings.values import VisitChange
from sheets.models import SheetConflict, SheetLink, SheetTab
from sheets.tests.salon import KYIV, SheetSalon


@contextmanager
def lost() -> Iterator[None]:
    """What happens in the block is gone from the database afterwards, and stands in the spreadsheet."""
    moment = transaction.savepoint()  # of no block of its own, in which nobody may ask Google
    yield
    transaction.savepoint_rollback(moment)


def booked(salon: SheetSalon) -> list[str]:
    visits = Booking.objects.filter(project=salon.project, status=Booking.Status.BOOKED).order_by("start")
    return [f"{one.start.astimezone(KYIV):%H:%M} {one.guest_name or one.client.name}" for one in visits]


def settle(salon: SheetSalon) -> None:
    for _ in range(3):
        salon.sync()
        salon.let_minutes_pass(2)


def test_visits_made_moved_and_cancelled_since_the_backup_come_back(salon: SheetSalon) -> None:
    known = make_client(salon.project, name="Ірина", contact_id="6a4969158278b1482a02e7f6")
    salon.book("10:00", name="Олена")
    moved, gone = salon.book("11:00", name="Марта"), salon.book("12:00", name="Оксана")
    salon.sync()
    with lost():
        change = VisitChange(start=at("15:00", salon.day()))
        change_booking(project=salon.project, booking_id=moved.pk, origin=STAFF, change=change)
        salon.cancel(gone)
        make_booking(salon.anna, salon.manicure, at("16:00", salon.day()), client=known)
        salon.book("17:00", name="Нова")
        salon.sync()
        wanted, rows = booked(salon), sorted(salon.rows())
    assert wanted == ["10:00 Олена", "15:00 Марта", "16:00 Ірина", "17:00 Нова"]
    assert booked(salon) == ["10:00 Олена", "11:00 Марта", "12:00 Оксана"]
    settle(salon)
    assert booked(salon) == wanted
    assert Booking.objects.get(start=at("16:00", salon.day())).client == known
    assert [row[:3] + row[4:] for row in sorted(salon.rows())] == [row[:3] + row[4:] for row in rows]
    assert not SheetTab.objects.filter(state=SheetTab.State.FROZEN).exists()
    assert SheetLink.objects.get().state == SheetLink.State.OK
    # Of a client who came after the backup only the name is left: nobody knows any more whose the id was.
    [told] = SheetConflict.objects.values_list("booking__client__name", "booking__client__contact_id")
    assert told == ("Нова", "")


def test_many_visits_cancelled_since_the_backup_wait_for_a_person_instead(salon: SheetSalon) -> None:
    visits = [salon.book(f"{hour}:00") for hour in range(10, 18)]
    salon.sync()
    with lost():
        for visit in visits[:5]:
            salon.cancel(visit)
        salon.sync()
    settle(salon)
    assert len(booked(salon)) == 8
    assert SheetTab.objects.filter(state=SheetTab.State.FROZEN).count() == 1
