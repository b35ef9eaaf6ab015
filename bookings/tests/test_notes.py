"""What a client asks staff to heed stands on the visit, whoever looks at it."""

from datetime import timedelta

import icalendar
import pytest

from bookings.api.calendar_feed import feed
from bookings.errors import BookingNotFound, WrongStatus
from bookings.limits import MAX_NOTE
from bookings.models import Booking, BookingEvent
from bookings.operations import VisitChange, change_booking, note_on_booking, reject_booking
from bookings.tests.factories import (
    BOT,
    NOW,
    STAFF,
    at,
    make_booking,
    make_client,
    make_project,
    make_service,
    make_specialist,
)

pytestmark = pytest.mark.django_db


def make_visit(note: str = "") -> Booking:
    project = make_project(cancel_deadline_hours=24)
    return make_booking(make_specialist(project), make_service(project), at("10:00"), note=note)


def remark(visit: Booking, note: str) -> Booking:
    moment = visit.start - timedelta(hours=1)  # past the deadline for changes
    note_on_booking(
        project=visit.project, booking_id=visit.pk, note=note, origin=BOT, client=visit.client, now=moment
    )
    visit.refresh_from_db()
    return visit


def test_a_remark_is_booked_with_the_visit_and_kept_in_its_history() -> None:
    visit = make_visit(" please\u00a0no calls ")
    visit.refresh_from_db()

    assert visit.note == "please no calls"
    assert BookingEvent.objects.get(booking=visit).after["note"] == "please no calls"


def test_a_remark_joins_what_stands_there_and_a_repeat_adds_nothing() -> None:
    visit = remark(make_visit("please no calls"), "allergic to latex")
    remark(visit, "allergic to latex")

    assert visit.note == "please no calls\nallergic to latex"
    assert BookingEvent.objects.filter(booking=visit, action="changed").count() == 1


def test_a_move_brings_its_remark_along() -> None:
    visit = make_visit("please no calls")
    change = VisitChange(start=at("15:00"), note="as on the photo")

    moved = change_booking(project=visit.project, booking_id=visit.pk, origin=STAFF, change=change, now=NOW)

    assert (moved.start, moved.note) == (at("15:00"), "please no calls\nas on the photo")


def test_remarks_without_end_do_not_fill_the_database() -> None:
    visit = remark(make_visit("please no calls"), "a" * 5 * MAX_NOTE)

    assert len(visit.note) == MAX_NOTE
    assert visit.note.startswith("please no calls\naaa")


def test_nobody_leaves_a_remark_on_another_clients_visit() -> None:
    visit = make_visit()
    stranger = make_client(visit.project)
    with pytest.raises(BookingNotFound):
        note_on_booking(
            project=visit.project, booking_id=visit.pk, note="mine", origin=BOT, client=stranger, now=NOW
        )


def test_a_visit_that_does_not_take_place_takes_no_remark() -> None:
    visit = make_visit()
    reject_booking(project=visit.project, booking_id=visit.pk, origin=STAFF)
    with pytest.raises(WrongStatus):
        remark(visit, "please no calls")


def test_the_specialists_calendar_shows_the_note_without_phone_numbers() -> None:
    visit = make_visit("please no calls, only +380 67 123 45 67")

    (event,) = icalendar.Calendar.from_ical(feed(visit.specialist, now=NOW)).walk("VEVENT")

    assert str(event["description"]) == "please no calls, only <phone>"
