"""What colleagues note for each other on a visit reaches neither the model, nor the client, nor the sheet."""

import json

import pytest
from django.utils import timezone

from ai.tests.factories import SalonRows, Talk, bodies, make_visit, responds, understood
from bookings.models import Booking
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from sheets.tests.salon import SheetSalon

SECRET = "never says thanks"


def note(visit: Booking) -> None:
    changed = Booking.objects.filter(pk=visit.pk).update(
        staff_note=SECRET, staff_note_by="Iryna", staff_note_at=timezone.now()
    )
    assert changed == 1


@pytest.mark.django_db
def test_the_model_and_the_client_hear_nothing_of_it(claude: ClaudeStandIn) -> None:
    salon = SalonRows(language="en")
    talk = Talk(salon)
    visit = make_visit(talk, "15:00")
    note(visit)
    understood(claude, wants="my_bookings")
    responds(claude, "You are booked.")
    reply = talk.say("what are my visits?")
    understood(claude, change=[visit.pk])
    responds(claude, "When shall it be?")
    reply += talk.say("move my visit please")
    asked = json.dumps(bodies(claude))
    assert "Manicure" in asked
    assert SECRET not in asked
    assert SECRET not in reply


@pytest.mark.django_db
def test_the_sheet_shows_nothing_of_it(google: GoogleStandIn) -> None:
    salon = SheetSalon(google)
    note(salon.book("10:00"))
    salon.sync()
    assert salon.rows("Анна")
    assert SECRET not in json.dumps(salon.rows("Анна"), default=str)
