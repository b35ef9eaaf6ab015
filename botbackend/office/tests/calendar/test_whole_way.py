"""From the form to the client's chat and to the spreadsheet, over the stand-ins."""

import pytest

from bookings.models import Booking
from bookings.tests.factories import make_client
from botbackend.office.tests.calendar.outside import Outside
from botbackend.office.tests.calendar.salon import Salon
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import Dialogue

pytestmark = pytest.mark.django_db


def test_what_is_done_here_is_read_in_the_chat_and_stands_in_the_sheet(
    sendpulse: SendPulseStandIn, google: GoogleStandIn
) -> None:
    outside = Outside(sendpulse, google)
    salon = Salon(**outside.settings(), language="en")
    olena = make_client(salon.project, contact_id=outside.contact(), name="Olena")
    Dialogue.objects.create(project=salon.project, client=olena)

    salon.post("visit-new", **salon.typed(client=olena.pk, tell="1"))
    outside.let_it_pass(salon.project)
    assert "You have been booked" in outside.read_by_client()[-1]
    assert [row[2] for row in outside.rows("Anna")] == ["10:00"]

    visit = Booking.objects.get()
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "14:00", specialist=salon.maria.pk, tell="1"))
    outside.let_it_pass(salon.project)
    assert "has moved your visit" in outside.read_by_client()[-1]
    assert (outside.rows("Anna"), [row[2] for row in outside.rows("Maria")]) == ([], ["14:00"])

    edition = salon.edition(visit)
    salon.post("visit-cancel", visit.pk, edition=edition, tell="1")
    outside.let_it_pass(salon.project)
    assert "had to cancel" in outside.read_by_client()[-1]
    assert outside.rows("Maria") == []

    salon.post("visit-restore", visit.pk, edition=salon.cancelled(visit), tell="1")
    outside.let_it_pass(salon.project)
    assert "has put your cancelled visit back" in outside.read_by_client()[-1]
    assert [row[2] for row in outside.rows("Maria")] == ["14:00"]

    wish = {f"service-{visit.pk}": salon.manicure.pk, "added": salon.haircut.pk, "tell": "1"}
    salon.post("visit-services", visit.pk, edition=salon.edition(visit), **wish)
    outside.let_it_pass(salon.project)
    assert "has changed the services of your visit" in outside.read_by_client()[-1]
    assert [row[2] for row in outside.rows("Maria")] == ["14:00", "14:30"]
    assert len(outside.read_by_client()) == 5

    vira = make_client(salon.project, name="Vira")
    salon.post("visit-give", visit.pk, edition=salon.edition(visit), client=vira.pk, tell_former="1")
    outside.let_it_pass(salon.project)
    assert "is no longer booked for you" in outside.read_by_client()[-1]
    assert [row[4] for row in outside.rows("Maria")] == ["Vira", "Vira"]
