"""Notes of colleagues on a visit: who wrote them, whom they reach, and whom never."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser

from bookings.errors import BookingNotFound, ChangedMeanwhile, InvalidRequest
from bookings.models import Booking, BookingEvent
from bookings.operations import VisitChange, change_booking, write_staff_note
from bookings.tests.factories import (
    NOW,
    STAFF,
    at,
    make_booking,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import Origin
from botbackend.outbox.models import Task
from projects.tests.factories import bearer, make_key

pytestmark = pytest.mark.django_db
SECRET = "colour 7.1, talks a lot"
IRYNA = Origin(source=Booking.Source.ADMIN, actor="Iryna", for_staff=True)


def make_visit() -> Booking:
    project = make_project()
    return make_booking(
        make_specialist(project, "Anna"),
        make_service(project, "Cut"),
        at("12:00"),
        client=make_client(project, name="Olena", phone="+380671112233"),
    )


def write(visit: Booking, text: str = SECRET, **over: object) -> Booking:
    values: dict[str, object] = {"origin": IRYNA, "seen_at": visit.staff_note_at} | over
    return write_staff_note(project=visit.project, booking_id=visit.pk, text=text, **values)  # type: ignore[arg-type]


def test_it_keeps_who_wrote_it_and_when_and_the_audit_keeps_both_texts() -> None:
    visit = write(make_visit(), " first ")
    assert (visit.staff_note, visit.staff_note_by) == ("first", "Iryna")
    assert visit.staff_note_at is not None
    visit = write(visit)
    event = BookingEvent.objects.filter(action="staff_note").latest("pk")
    assert (event.before, event.after, event.actor) == (
        {"staff_note": "first"},
        {"staff_note": SECRET},
        "Iryna",
    )
    assert write(visit, "").staff_note == ""


def test_it_stands_encrypted_in_the_table() -> None:
    visit = write(make_visit())
    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text FROM bookings_booking b WHERE id = %s", [visit.pk])
        assert "talks" not in cursor.fetchone()[0]


def test_a_note_that_a_colleague_wrote_meanwhile_is_not_overwritten() -> None:
    visit = make_visit()
    write(visit)
    with pytest.raises(ChangedMeanwhile):
        write(visit, "mine", seen_at=None)
    visit.refresh_from_db()
    assert visit.staff_note == SECRET


def test_what_is_too_long_or_of_another_salon_is_refused() -> None:
    visit = make_visit()
    with pytest.raises(InvalidRequest):
        write(visit, "x" * 1001)
    with pytest.raises(BookingNotFound):
        write_staff_note(project=make_project(), booking_id=visit.pk, text="x", origin=IRYNA, seen_at=None)


def test_nobody_is_told_of_it_and_it_stays_when_the_visit_moves() -> None:
    visit = make_visit()
    Task.objects.all().delete()
    write(visit)
    assert not Task.objects.exists()
    change = VisitChange(start=at("15:00"))
    with time_machine.travel(NOW, tick=False):
        change_booking(project=visit.project, booking_id=visit.pk, origin=STAFF, change=change, now=NOW)
    visit.refresh_from_db()
    assert visit.staff_note == SECRET
    assert SECRET not in str(BookingEvent.objects.filter(action="changed").values_list("before", "after"))


def test_no_program_and_no_feed_reads_it() -> None:
    visit = write(make_visit())
    headers = bearer(make_key(visit.project))
    with time_machine.travel(NOW, tick=False):
        pages = [
            Browser().get(f"/calendar/{visit.specialist.calendar_token}.ics"),
            Browser().get(f"/projects/{visit.project.slug}/bookings", headers=headers),
            Browser().get(f"/projects/{visit.project.slug}/bookings/{visit.pk}", headers=headers),
        ]
    shown = [page.content.decode() for page in pages if page.status_code == 200]
    assert "Olena" in shown[0]
    assert len(shown) > 1
    assert not [page for page in shown if "talks a lot" in page or "staff_note" in page]
    assert visit.start - NOW > timedelta(0)
