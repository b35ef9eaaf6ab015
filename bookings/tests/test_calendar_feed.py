"""The feed that a specialist's phone reads."""

from datetime import UTC, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client as Browser

from bookings.api.calendar_feed import feed
from bookings.models import Booking, Client
from bookings.operations import VisitChange, change_booking, reject_booking
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

pytestmark = pytest.mark.django_db


def events(token: str) -> list[Any]:
    with time_machine.travel(NOW, tick=False):
        answer = Browser().get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def test_the_feed_parses_back_into_the_specialists_visits_as_instants() -> None:
    project = make_project()
    anna, cut = make_specialist(project, "Anna"), make_service(project, "Cut; wash, dry\nand style")
    olena = make_client(project, name="Olena, Іра", phone="+380671112233")
    make_booking(anna, cut, at("12:00"), client=olena)
    gone = make_booking(anna, cut, at("15:00"))
    reject_booking(project=project, booking_id=gone.pk, origin=STAFF)
    make_booking(make_specialist(project), cut, at("12:00"))

    (event,) = events(anna.calendar_token)

    assert event["dtstart"].dt.astimezone(UTC) == at("12:00").astimezone(UTC)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=1)
    assert str(event["summary"]) == "Cut; wash, dry and style - Olena, Іра"


def test_no_phone_number_leaves_through_the_feed() -> None:
    project = make_project()
    anna = make_specialist(project)
    olena = make_client(project, phone="+380671112233")
    make_booking(anna, make_service(project), at("12:00"), client=olena, guest_phone="+380509998877")

    (event,) = events(anna.calendar_token)

    assert b"671112233" not in event.to_ical()
    assert b"509998877" not in event.to_ical()


@pytest.mark.parametrize("token", ["wrong", "", "%00"])
def test_any_other_address_is_404(token: str) -> None:
    make_specialist(make_project())

    assert Browser().get(f"/calendar/{token}.ics").status_code == 404


def test_a_specialist_who_left_has_no_feed() -> None:
    anna = make_specialist(make_project(), is_active=False)

    assert Browser().get(f"/calendar/{anna.calendar_token}.ics").status_code == 404


def sequences(token: str) -> dict[str, int]:
    return {str(event["uid"]): int(event["sequence"]) for event in events(token)}


def test_a_new_name_of_the_service_or_the_client_has_a_higher_sequence() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        project = make_project()
        anna, cut, dye = make_specialist(project), make_service(project, "Cut"), make_service(project, "Dye")
        booking = make_booking(anna, cut, at("12:00"))
        other = make_booking(anna, dye, at("17:00"))
        seen = [sequence_of(booking)]

        def rename(row: Any, name: str) -> None:
            clock.shift(60)
            row.name = name
            row.save(update_fields=["name"])
            seen.append(sequence_of(booking))

        rename(cut, "Haircut")
        rename(cut, "HAIRCUT")
        clock.shift(60)
        change = VisitChange(service_id=dye.pk)
        change_booking(project=project, booking_id=booking.pk, origin=STAFF, now=NOW, change=change)
        seen.append(sequence_of(booking))
        rename(booking.client, "Ірина")
        rename(dye, "Colour")
        before = sequence_of(other)
        Client.objects.filter(pk=booking.client_id).update(last_seen_at=NOW)
    assert seen == sorted(set(seen))
    assert sequence_of(booking) == seen[-1]
    assert before > 0


def sequence_of(booking: Booking) -> int:
    shown = icalendar.Calendar.from_ical(feed(booking.specialist, now=NOW)).walk("VEVENT")
    found = {str(event["uid"]): int(str(event["sequence"])) for event in shown}
    return found[f"booking-{booking.pk}@project-{booking.project_id}"]


def test_every_change_of_a_visit_has_a_higher_sequence() -> None:
    project = make_project()
    anna, olha = make_specialist(project, "Anna"), make_specialist(project, "Olha")
    cut, dye = make_service(project, "Cut"), make_service(project, "Dye", duration_minutes=120)
    booking, other = make_booking(anna, cut, at("12:00")), make_booking(anna, cut, at("17:00"))
    uid = f"booking-{booking.pk}@project-{project.pk}"
    assert set(sequences(anna.calendar_token).values()) == {0}

    changes = [
        VisitChange(start=at("14:00")),
        VisitChange(service_id=dye.pk),
        VisitChange(guest_name="Ірина"),
        VisitChange(specialist_id=olha.pk),
    ]
    seen = []
    for change in changes:
        change_booking(project=project, booking_id=booking.pk, origin=STAFF, now=NOW, change=change)
        seen.append((sequences(anna.calendar_token) | sequences(olha.calendar_token))[uid])

    assert seen == sorted(set(seen))
    assert seen[0] > 0
    assert sequences(anna.calendar_token) == {f"booking-{other.pk}@project-{project.pk}": 0}
