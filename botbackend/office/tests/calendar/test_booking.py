"""Booking from the office: by the rules of the bot, once, and never losing what was typed."""

from typing import Any

import pytest

from bookings.models import Booking, BookingEvent, Client
from bookings.tests.factories import make_client
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from dialogues.models import Message

pytestmark = pytest.mark.django_db


def test_it_books_a_new_client_by_phone_and_says_so() -> None:
    salon = Salon()
    answer = salon.post("visit-new", **salon.typed(note="window seat"))
    assert answer.status_code == 204
    assert "bookings-changed" in answer["HX-Trigger"]
    (visit,) = Booking.objects.all()
    assert (visit.start, visit.specialist, visit.source) == (salon.at("10:00"), salon.anna, "admin")
    assert (visit.client.name, visit.client.phone, visit.note) == ("Olena", "+380671234567", "window seat")
    assert BookingEvent.objects.get().actor == "Iryna Bondar"


def test_it_books_the_client_who_was_chosen() -> None:
    salon = Salon()
    olena = make_client(salon.project)
    assert salon.post("visit-new", **salon.typed(client=olena.pk, name="", phone="")).status_code == 204
    assert Booking.objects.get().client == olena
    assert Client.objects.count() == 1


def test_a_double_tap_books_once_and_tells_once() -> None:
    salon = Salon()
    olena, dialogue = salon.client_with_chat()
    typed = salon.typed(client=olena.pk, tell="1")
    assert [salon.post("visit-new", **typed).status_code for _ in range(2)] == [204, 204]
    assert Booking.objects.count() == 1
    assert Message.objects.filter(dialogue=dialogue).count() == 1


def test_several_services_are_one_visit_one_after_another() -> None:
    salon = Salon()
    typed = salon.typed(services=[salon.haircut.pk, salon.manicure.pk])
    assert salon.post("visit-new", **typed).status_code == 204
    haircut, manicure = Booking.objects.order_by("start")
    assert haircut.visit_id == manicure.visit_id
    assert (haircut.start, manicure.start) == (salon.at("10:00"), salon.at("11:00"))


def test_a_taken_time_is_refused_with_free_ones_and_keeps_what_was_typed() -> None:
    salon = Salon()
    salon.book("10:00")
    typed = salon.typed(name="Ганна", note="likes <b>tea</b>")
    answer = salon.post("visit-new", **typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This time is taken." in page
    assert page.count("data-pick-time") == 4
    assert page.count("<button") - page.count("data-pick-time") == 2  # to close, and to book
    assert 'value="Ганна"' in page
    assert "likes &lt;b&gt;tea&lt;/b&gt;" in page
    assert (Client.objects.count(), Booking.objects.count()) == (1, 1)


def test_on_top_of_another_it_goes_only_with_a_reason() -> None:
    salon = Salon()
    salon.book("10:00")
    assert salon.post("visit-new", **salon.typed(overbook_reason="a regular")).status_code == 409
    refused = salon.post("visit-new", **salon.typed(on_top="1", overbook_reason="   "))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'name="on_top" value="1" checked' in page
    assert "Write why: it is kept with the visit." in page
    typed = salon.typed(on_top="1", overbook_reason="a regular")
    assert salon.post("visit-new", **typed).status_code == 204
    visit = Booking.objects.latest("pk")
    assert visit.is_overbooked
    assert visit.events.get().reason == "a regular"


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ({"services": []}, "Choose at least one service."),
        ({"name": "", "phone": ""}, "Write a name or a phone, or choose a client."),
        ({"phone": "call me"}, "This is no phone number."),
        ({"client": 0}, "This client is not there any more."),
        ({"time": "25:00"}, "Write the time as hours and minutes, like 14:30."),
    ],
)
def test_every_mistake_is_named_and_nothing_is_booked(mistake: dict[str, Any], said: str) -> None:
    salon = Salon()
    answer = salon.post("visit-new", **salon.typed(**mistake))
    assert (answer.status_code, Booking.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_the_hour_that_the_clock_skips_is_named() -> None:
    salon = Salon()
    answer = salon.post("visit-new", **salon.typed(day="2027-03-28", time="03:30"))
    assert answer.status_code == 422
    assert "The clock skips this time on that date." in answer.content.decode()


def test_free_times_come_with_the_price_and_with_what_is_near() -> None:
    salon = Salon()
    salon.book("10:00")
    asked: dict[str, Any] = {"services": [salon.haircut.pk], "day": salon.day(), "specialist": salon.anna.pk}
    free = salon.get("visit-times", **asked, time="12:00").content.decode()
    assert "This time is free." in free
    assert "700" in free
    taken = salon.get("visit-times", **asked, time="10:30").content.decode()
    assert "This time is taken." in taken
    assert taken.count("data-pick-time") == 4


def test_somebody_is_found_by_the_phone_however_it_is_written() -> None:
    salon = Salon()
    make_client(salon.project, name="شيماء", phone="+380671234567")
    found = salon.get("visit-clients", phone="067 123-45-67").content.decode()
    assert "<bdi>شيماء</bdi>" in found
    assert "hx-get" not in salon.get("visit-clients", name="nobody").content.decode()


def test_a_specialist_books_nobody() -> None:
    salon = Salon()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    assert salon.post("visit-new", browser=anna, **salon.typed()).status_code == 403
    assert salon.get("visit-new", browser=anna).status_code == 403


def test_a_client_of_another_salon_is_nobody() -> None:
    salon, other = Salon(), Salon()
    stranger = make_client(other.project)
    assert salon.post("visit-new", **salon.typed(client=stranger.pk)).status_code == 422
    assert salon.get("visit-new", client=stranger.pk).status_code == 404
    assert salon.get("visit-client", stranger.pk).status_code == 404
    typed = salon.typed(services=[other.haircut.pk])
    assert salon.post("visit-new", **typed).status_code == 422


# A family with one phone
def test_a_known_phone_under_another_name_is_asked_about_and_kept_apart() -> None:
    salon = Salon()
    mother = make_client(salon.project, name="Olena", phone="+380671234567", contact_id="")
    typed = salon.typed(name="Ivan", note="first time")
    answer = salon.post("visit-new", **typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This phone is known. Who comes?" in page
    assert salon.url("visit-client", mother.pk) in page
    assert 'value="first time"' in page
    assert not Booking.objects.exists()
    for _ in range(2):
        assert salon.post("visit-new", **typed, another="1").status_code == 204
    visit = Booking.objects.get()
    assert (visit.client.name, visit.client.phone) == ("Ivan", "+380671234567")
    assert visit.client != mother
    assert Client.objects.count() == 2
    assert salon.post("visit-new", **salon.typed("12:00", name="ivan", key="1" * 32)).status_code == 204
    assert Booking.objects.latest("pk").client == visit.client


def test_the_choice_outlives_a_taken_time_and_needs_a_name() -> None:
    salon = Salon()
    make_client(salon.project, name="Olena", phone="+380671234567", contact_id="")
    salon.book("10:00", client=make_client(salon.project, name="Maria", phone=""))
    page = salon.post("visit-new", **salon.typed(name="Ivan"), another="1").content.decode()
    assert "This time is taken." in page
    assert '<input type="hidden" name="another" value="1">' in page
    answer = salon.post("visit-new", **salon.typed(name=""), another="1")
    assert answer.status_code == 422
    assert "Write the name" in answer.content.decode()


@pytest.mark.parametrize("name", ["Olena", "", "OLENA"])
def test_the_same_name_or_none_is_the_client_who_is_known(name: str) -> None:
    salon = Salon()
    mother = make_client(salon.project, name="Olena", phone="+380671234567", contact_id="")
    assert salon.post("visit-new", **salon.typed(name=name)).status_code == 204
    assert Booking.objects.get().client == mother


def test_whoever_writes_to_the_bot_from_this_phone_is_offered_not_taken() -> None:
    salon = Salon()
    olena, _ = salon.client_with_chat(name="Olena", phone="+380671234567")
    answer = salon.post("visit-new", **salon.typed(name="Olena"))
    assert answer.status_code == 409
    assert salon.url("visit-client", olena.pk) in answer.content.decode()
