"""A visit of the wrong client is given to the right one, in its panel."""

import pytest

from bookings.models import Booking, Client
from bookings.tests.factories import make_client
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from dialogues.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Salon:
    return Salon(language="en")


def give(salon: Salon, visit: Booking, **typed: object) -> tuple[int, str]:
    edition = salon.edition(visit)
    answer = salon.post("visit-give", visit.pk, **({"edition": edition} | typed))
    return answer.status_code, answer.content.decode()


def said(client: Client) -> list[str]:
    return list(Message.objects.filter(dialogue__client=client).values_list("text", flat=True))


def test_the_panel_gives_the_visit_and_shows_whose_it_is_now_and_was(salon: Salon) -> None:
    visit = salon.book(client=make_client(salon.project, name="Innocent"))
    hers = make_client(salon.project, name="Right one", phone="+380671234567")
    assert salon.url("visit-give", visit.pk) in salon.get("visit", visit.pk).content.decode()
    form = salon.get("visit-give", visit.pk).content.decode()
    assert "Innocent" in form
    assert 'name="phone"' in form
    code, page = give(salon, visit, client=hers.pk)
    assert code == 200
    assert "<bdi>Right one</bdi></p>" in page
    assert "Client: Innocent → Right one" in page
    visit.refresh_from_db()
    assert (visit.client, visit.status) == (hers, Booking.Status.BOOKED)


def test_somebody_new_gets_it_by_name_and_phone_and_a_known_phone_is_asked_about(salon: Salon) -> None:
    visit = salon.book()
    make_client(salon.project, name="Mother", phone="+380671234567")
    code, page = give(salon, visit, name="Daughter", phone="067 123 45 67")
    assert code == 409
    assert "This phone is known. Who comes?" in page
    assert f'hx-post="{salon.url("visit-give", visit.pk)}"' in page
    code, _page = give(salon, visit, name="Daughter", phone="067 123 45 67", another="1")
    assert code == 200
    visit.refresh_from_db()
    assert (visit.client.name, visit.client.phone) == ("Daughter", "+380671234567")


def test_either_is_told_by_choice_each_in_a_chat_of_their_own(salon: Salon) -> None:
    former, _chat = salon.client_with_chat(name="Innocent", contact_id="a" * 24)
    hers, _hers = salon.client_with_chat(name="Right one", contact_id="b" * 24)
    visit = salon.book(client=former)
    form = salon.get("visit-give", visit.pk).content.decode()
    assert "Tell Innocent in the chat" in form
    give(salon, visit, client=hers.pk)
    assert (said(former), said(hers)) == ([], [])
    visit.refresh_from_db()
    code, page = give(salon, visit, client=former.pk, tell="1", tell_former="1")
    assert (code, "A message is on its way." in page) == (200, True)
    assert "no longer booked for you" in said(hers)[0]
    assert "You have been booked" in said(former)[0]


def test_who_cannot_be_written_to_is_no_choice(salon: Salon) -> None:
    visit = salon.book(client=make_client(salon.project, name="Innocent", phone="+380671234567"))
    page = salon.get("visit-give", visit.pk).content.decode()
    assert "tell_former" not in page
    assert "If Innocent knows of the visit, please call." in page


def test_mistakes_are_named_and_the_visit_stays(salon: Salon) -> None:
    visit = salon.book(client=make_client(salon.project, name="Innocent"))
    blocked = make_client(salon.project, name="Blocked", is_blocked=True)
    for typed, code, word in (
        ({}, 422, "Write a name or a phone, or choose a client."),
        ({"client": visit.client_id}, 422, "It is this client&#x27;s visit already."),
        ({"client": blocked.pk}, 409, "This client is blocked."),
        ({"client": make_client(Salon().project).pk}, 422, "This client is not there any more."),
        ({"phone": "12"}, 422, "This is no phone number."),
    ):
        status, page = give(salon, visit, **typed)
        assert (status, word in page) == (code, True), word
    visit.refresh_from_db()
    assert visit.client.name == "Innocent"


def test_a_stale_form_gives_nothing_and_says_who_changed_what(salon: Salon) -> None:
    visit = salon.book()
    seen = salon.edition(visit)
    salon.post("visit-note", visit.pk, edition=seen, note="late")
    code, page = give(salon, visit, edition=seen, client=make_client(salon.project, name="Right one").pk)
    assert code == 409
    assert "somebody changed it meanwhile" in page
    assert Booking.objects.get().client == visit.client


def test_a_cancelled_visit_is_put_back_first_and_one_that_took_place_is_corrected(salon: Salon) -> None:
    visit = salon.book()
    hers = make_client(salon.project, name="Right one")
    Booking.objects.filter(pk=visit.pk).update(status=Booking.Status.NO_SHOW)
    assert salon.url("visit-give", visit.pk) in salon.get("visit", visit.pk).content.decode()
    assert give(salon, visit, client=hers.pk)[0] == 200
    Booking.objects.filter(pk=visit.pk).update(status=Booking.Status.CANCELLED)
    page = salon.get("visit-give", visit.pk).content.decode()
    assert "Put the visit back first." in page


def test_where_the_new_client_is_booked_then_is_said(salon: Salon) -> None:
    visit = salon.book("10:00")
    hers = make_client(salon.project, name="Right one")
    salon.book("10:30", client=hers, specialist=salon.maria)
    page = salon.get("visit-give-look", visit.pk, client=hers.pk).content.decode()
    assert "Right one is with Maria at 10:30–11:30 already: Haircut." in page
    assert "already" not in salon.get("visit-give-look", visit.pk, client=visit.client_id).content.decode()


def test_a_specialist_gives_no_visit_away(salon: Salon) -> None:
    visit = salon.book()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    assert (
        salon.url("visit-give", visit.pk) not in salon.get("visit", visit.pk, browser=anna).content.decode()
    )
    for name in ("visit-give", "visit-give-look"):
        assert salon.get(name, visit.pk, browser=anna).status_code == 403
