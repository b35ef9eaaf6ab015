"""What binds a program that acts for staff, and what does not; keys of changes; prices that stay."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from bookings.models import Booking, BookingEvent, Client, Service
from bookings.tests.factories import MONDAY, make_day_off, make_offering
from bookings.tests.test_bookings_api import ApiSalon, sunday_noon  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday_noon")]


def test_the_cap_and_the_deadline_of_clients_do_not_bind_the_api() -> None:
    salon = ApiSalon(max_active_visits=1, cancel_deadline_hours=720)
    first = salon.book(client={"contact_id": "c1"}).json()

    assert salon.book("2026-11-23T14:00", client={"contact_id": "c1"}).status_code == 201
    assert salon.ask("patch", f"bookings/{first['id']}", {"start": "2026-11-23T16:00"}).status_code == 200
    assert salon.ask("delete", f"bookings/{first['id']}").json()["status"] == "cancelled"


def test_the_price_is_that_of_the_day_of_booking_and_stays() -> None:
    salon = ApiSalon()
    booking = salon.book().json()
    Service.objects.filter(pk=salon.cut.pk).update(price="999")

    moved = salon.ask("patch", f"bookings/{booking['id']}", {"start": "2026-11-23T15:00"}).json()

    assert (booking["price"], moved["price"]) == (700, 700)
    assert salon.book("2026-11-23T18:00").json()["price"] == 999


def test_without_a_specialist_the_least_busy_one_is_chosen() -> None:
    salon = ApiSalon()
    salon.book()

    assert salon.book("2026-11-23T16:00", specialist=None).json()["specialist"] == "Bohdan"


@pytest.mark.parametrize("client", [{"name": "Olena"}, {"phone": "+380671112233"}, {"contact_id": "c1"}])
def test_one_of_name_phone_and_contact_is_enough_of_a_client(client: dict[str, str]) -> None:
    assert ApiSalon().book(client=client).status_code == 201


def test_a_guest_comes_in_the_clients_name() -> None:
    salon = ApiSalon()

    answer = salon.book(guest_name="Ira", guest_phone="+380501112233")

    assert answer.json()["guest_name"] == "Ira"
    assert Booking.objects.get().guest_phone == "+380501112233"


def test_a_repeated_change_does_nothing_more_and_its_key_serves_no_other_change() -> None:
    salon = ApiSalon()
    path = f"bookings/{salon.book().json()['id']}"
    key = {"Idempotency-Key": "k1"}

    first = salon.ask("patch", path, {"status": "completed"}, **key)
    salon.ask("patch", path, {"status": "no_show"})
    again = salon.ask("patch", path, {"status": "completed"}, **key)
    other = salon.ask("patch", path, {"status": "no_show"}, **key)

    assert (first.json()["status"], again.json()["status"]) == ("completed", "no_show")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_key_reused")
    assert BookingEvent.objects.count() == 3


def test_a_refused_change_of_several_things_changes_none() -> None:
    salon = ApiSalon()
    booking = salon.book().json()
    salon.book("2026-11-23T15:00")

    wish = {"start": "2026-11-23T15:30", "guest_name": "Ira", "status": "completed"}
    answer = salon.ask("patch", f"bookings/{booking['id']}", wish)

    assert answer.status_code == 409
    assert salon.ask("get", f"bookings/{booking['id']}").json() == booking


def test_a_day_off_leaves_the_visits_booked_before_it() -> None:
    salon = ApiSalon()
    booking = salon.book().json()
    make_day_off(salon.project, MONDAY, MONDAY)

    assert salon.ask("get", f"bookings/{booking['id']}").json()["status"] == "booked"
    day = "date_from=2026-11-23&date_to=2026-11-23"
    assert salon.ask("get", f"slots?service=Haircut&{day}").json() == {"slots": []}


def test_an_own_duration_shows_in_the_end_of_slots_and_bookings() -> None:
    salon = ApiSalon()
    make_offering(salon.anna, salon.cut, duration_minutes=45)

    slot = salon.ask("get", "slots?service=Haircut&specialist=Anna").json()["slots"][0]
    booking = salon.book().json()

    assert slot["end"][11:16] == "12:45"  # today from noon on
    assert booking["end"] == "2026-11-23T12:45:00+02:00"


def test_a_day_off_is_refused_with_a_start_elsewhere_that_can_be_booked_at_once() -> None:
    salon = ApiSalon()
    make_day_off(salon.project, MONDAY, MONDAY + timedelta(days=5))

    slot = salon.book().json()["alternatives"][0]
    answer = salon.book(slot["start"], service=slot["service_id"], specialist=slot["specialist_id"])

    assert answer.status_code == 201
    assert (answer.json()["start"], answer.json()["end"]) == (slot["start"], slot["end"])


def test_no_key_is_401_with_the_scheme_and_another_salons_key_404() -> None:
    salon, other = ApiSalon(), ApiSalon()

    salon.headers, own = other.headers, salon.headers
    assert salon.ask("get", "bookings").status_code == 404
    salon.headers = {}
    answer = salon.ask("get", "bookings")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    salon.headers = own
    assert salon.ask("get", "bookings")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["bookings/999999", "bookings/0"])
def test_a_booking_that_is_not_there_is_a_json_404(path: str) -> None:
    answer = ApiSalon().ask("get", path)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ["haircut", "Hаirсut", "Hair\u200bcut", "\ufeffHaircut ", "Ｈａｉｒｃｕｔ"])
def test_a_service_and_a_specialist_are_found_in_any_spelling(name: str) -> None:
    salon = ApiSalon()
    answer = salon.book(service=name, specialist="Аnnа\u00ad")
    assert answer.status_code == 201, answer.json()
    query = {"service": name, "specialist": "ANNA", "date_from": "2026-11-24"}
    assert salon.ask("get", f"slots?{urlencode(query)}").json()["slots"]


def test_one_phone_in_all_its_spellings_is_one_client() -> None:
    salon = ApiSalon()
    spellings = [
        "0501234567",
        "501234567",
        "380501234567",
        "8 050 123 45 67",
        "+38 (050) 123-45-67",
        "+380501234567",
    ]
    for hour, phone in enumerate(spellings, 10):
        answer = salon.book(f"2026-11-23T{hour}:00", client={"phone": phone}, guest_phone=phone)
        assert answer.status_code == 201, answer.json()
        assert answer.json()["client"]["phone"] == "+380501234567"
    assert Client.objects.count() == 1
    assert {booking.guest_phone for booking in Booking.objects.all()} == {"+380501234567"}


@pytest.mark.parametrize("phone", ["89161234567", "+89161234567", "12345", "call me"])
def test_a_phone_that_nobody_can_dial_is_refused_by_its_path(phone: str) -> None:
    salon = ApiSalon()
    answer = salon.book(client={"phone": phone}, guest_phone=phone)
    assert answer.status_code == 400
    assert sorted(answer.json()["error"]["fields"]) == ["client.phone", "guest_phone"]
    booked = salon.book()
    answer = salon.ask("patch", f"bookings/{booked.json()['id']}", {"guest_phone": phone})
    assert list(answer.json()["error"]["fields"]) == ["guest_phone"]
    assert Client.objects.filter(phone_index="").count() == Client.objects.count()


def test_a_russian_number_is_one_in_a_kazakh_salon() -> None:
    salon = ApiSalon(timezone="Asia/Almaty", currency="KZT")
    assert salon.book(client={"phone": "89161234567"}).json()["client"]["phone"] == "+79161234567"


def test_a_guests_name_is_stored_in_the_one_form() -> None:
    salon = ApiSalon()
    assert salon.book(guest_name="Зоя\u200b\u00a0 К").json()["guest_name"] == "Зоя К"
    assert salon.book("2026-11-23T15:00", client={"name": "olenа\u00ad"}).status_code == 201
    assert Client.objects.count() == 1
