"""Slots and bookings over HTTP, exactly as programs outside rely on them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from bookings.models import Booking, BookingEvent, Client, Service, Specialist
from bookings.tests.factories import (
    MONDAY,
    NOW,
    at,
    make_booking,
    make_client,
    make_day_off,
    make_offering,
    make_project,
    make_service,
    make_specialist,
)
from projects.models import ApiKey, Project
from projects.tests.factories import bearer, make_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday_noon")]


@pytest.fixture
def sunday_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


class ApiSalon:
    """A salon with Anna and Bohdan, a haircut of an hour, and a program with its key."""

    def __init__(self, **over: Any) -> None:
        self.project: Project = make_project(**over)
        self.anna: Specialist = make_specialist(self.project, "Anna")
        self.bohdan: Specialist = make_specialist(self.project, "Bohdan")
        self.cut: Service = make_service(self.project, "Haircut")
        self.headers = bearer(make_key(self.project))
        self.browser = Browser()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        url = path if path.startswith("http") else f"/projects/{self.project.slug}/{path}"
        options: dict[str, Any] = {"headers": {**self.headers, **headers}}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        return getattr(self.browser, method)(url, **options)

    def book(self, start: str = "2026-11-23T12:00", **over: Any) -> Any:
        headers = over.pop("headers", {})
        body = {"service": "Haircut", "specialist": "Anna", "start": start, "client": {"name": "Olena"}}
        return self.ask("post", "bookings", {**body, **over}, **headers)


def test_it_lists_free_slots_sorted_by_start_then_name_with_the_salons_offset() -> None:
    salon = ApiSalon()
    make_booking(salon.anna, salon.cut, at("09:00"), now=NOW)

    answer = salon.ask("get", "slots?service=Haircut&date_from=2026-11-23&date_to=2026-11-23")

    assert answer.status_code == 200
    slots = answer.json()["slots"]
    assert slots[0] == {
        "specialist_id": salon.bohdan.pk,
        "specialist": "Bohdan",
        "service_id": salon.cut.pk,
        "service": "Haircut",
        "start": "2026-11-23T09:00:00+02:00",
        "end": "2026-11-23T10:00:00+02:00",
    }
    assert [(slot["start"][11:16], slot["specialist"]) for slot in slots[:4]] == [
        ("09:00", "Bohdan"), ("09:30", "Bohdan"), ("10:00", "Anna"), ("10:00", "Bohdan"),
    ]  # fmt: skip


def test_slots_take_ids_as_well_as_names_and_look_a_week_ahead_by_default() -> None:
    salon = ApiSalon()

    slots = salon.ask("get", f"slots?service={salon.cut.pk}&specialist={salon.anna.pk}").json()["slots"]

    dates = sorted({slot["start"][:10] for slot in slots})
    assert (dates[0], dates[-1]) == ("2026-11-22", "2026-11-29")
    assert {slot["specialist"] for slot in slots} == {"Anna"}


@pytest.mark.parametrize("window", ["date_from=2020-01-01&date_to=2020-01-02", "date_from=2030-01-01"])
def test_a_window_in_the_past_or_past_the_horizon_is_an_empty_list(window: str) -> None:
    answer = ApiSalon().ask("get", f"slots?service=Haircut&{window}")

    assert (answer.status_code, answer.json()) == (200, {"slots": []})


def test_every_mistake_in_a_question_for_slots_is_told_at_once() -> None:
    answer = ApiSalon().ask("get", "slots?service=Perm&specialist=Nobody&date_from=tomorrow&colour=red")

    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {"service", "specialist", "date_from", "colour"}


def test_it_books_and_answers_with_the_committed_row() -> None:
    salon = ApiSalon()

    answer = salon.book(client={"contact_id": "c1", "name": "Olena", "phone": "+380671112233"})

    assert answer.status_code == 201
    row = Booking.objects.get()
    assert answer.json() == {
        "id": row.pk,
        "specialist": "Anna",
        "specialist_id": salon.anna.pk,
        "service": "Haircut",
        "service_id": salon.cut.pk,
        "start": "2026-11-23T12:00:00+02:00",
        "end": "2026-11-23T13:00:00+02:00",
        "status": "booked",
        "client": {"contact_id": "c1", "name": "Olena", "phone": "+380671112233"},
        "guest_name": "",
        "note": "",
        "source": "api",
        "price": 700,
    }
    assert salon.ask("get", f"bookings/{row.pk}").json() == answer.json()
    assert BookingEvent.objects.get().action == "booked"


def test_a_start_with_an_offset_is_that_instant_and_one_without_is_salon_time() -> None:
    salon = ApiSalon()

    assert salon.book("2026-11-23T10:00:00Z").json()["start"] == "2026-11-23T12:00:00+02:00"
    assert salon.book("2026-11-23T14:00").json()["start"] == "2026-11-23T14:00:00+02:00"


def test_half_amounts_of_money_stay_halves() -> None:
    salon = ApiSalon()
    make_offering(salon.anna, salon.cut, price="700.50")

    assert salon.book().json()["price"] == 700.5
    assert salon.book(specialist="Bohdan").json()["price"] == 700


def test_a_taken_time_is_409_with_alternatives_that_can_be_booked_at_once() -> None:
    salon = ApiSalon()
    salon.book()

    answer = salon.book("2026-11-23T12:30")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "slot_taken")
    alternatives = answer.json()["alternatives"]
    assert [slot["start"][11:16] for slot in alternatives] == ["11:00", "13:00", "13:30"]
    for slot in alternatives[:2]:
        again = salon.book(slot["start"], service=slot["service_id"], specialist=slot["specialist_id"])
        assert again.status_code == 201


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-11-23T08:30", "outside_hours"),
        ("2026-11-23T21:00", "outside_hours"),
        ("2026-11-22T12:30", "too_soon"),
        ("2027-11-23T12:00", "too_far"),
        ("2026-11-21T12:00", "in_the_past"),
        ("2026-11-24T12:00", "day_off"),
    ],
)
def test_a_refusal_is_422_with_its_code_and_alternatives(start: str, code: str) -> None:
    salon = ApiSalon(min_notice_minutes=60)
    make_day_off(salon.project, MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))

    answer = salon.book(start)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert len(answer.json()["alternatives"]) == 3


def test_a_service_the_specialist_does_not_do_is_refused_on_submit_too() -> None:
    salon = ApiSalon()
    Specialist.objects.filter(pk=salon.anna.pk).update(does_every_service=False)

    answer = salon.book()

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_offered")
    assert {slot["specialist"] for slot in answer.json()["alternatives"]} == {"Bohdan"}


def test_a_blocked_client_is_refused() -> None:
    salon = ApiSalon()
    make_client(salon.project, contact_id="c1", is_blocked=True)

    answer = salon.book(client={"contact_id": "c1"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "client_blocked")


def test_staff_may_book_off_the_grid_through_the_api() -> None:
    assert ApiSalon().book("2026-11-23T12:10").status_code == 201


def test_unknown_fields_and_other_mistakes_are_400_with_their_paths() -> None:
    answer = ApiSalon().ask(
        "post",
        "bookings",
        {"service": True, "start": "soon-ish....", "client": {"nick": "x"}, "price": 1, "specialist": "Anna"},
    )

    assert answer.status_code == 400
    assert {"service", "client.nick", "price"} <= set(answer.json()["error"]["fields"])


def test_names_that_do_not_exist_are_400_all_at_once() -> None:
    answer = ApiSalon().book("2026-11-23 at noon", service="Perm", specialist=10**30, client={})

    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {"service", "specialist", "start", "client"}


def test_a_wall_clock_time_that_the_clock_skips_is_400() -> None:
    salon = ApiSalon(work_start_minute=0, work_end_minute=1440, horizon_days=365)

    answer = salon.book("2027-03-28T03:30")

    assert answer.json()["error"]["fields"] == {"start": ["This local time does not exist."]}


def test_the_same_key_and_body_is_the_same_booking_also_once_it_was_cancelled() -> None:
    salon = ApiSalon()
    headers = {"Idempotency-Key": "k1"}

    first = salon.book(headers=headers)
    second = salon.book(headers=headers)
    salon.ask("delete", f"bookings/{first.json()['id']}")
    third = salon.book(headers=headers)

    assert [answer.status_code for answer in (first, second, third)] == [201, 200, 200]
    assert first.json() == second.json()
    assert third.json() == {**first.json(), "status": "cancelled"}
    assert Booking.objects.count() == 1


def test_the_same_key_with_another_body_is_409() -> None:
    salon = ApiSalon()
    salon.book(headers={"Idempotency-Key": "k1"})

    answer = salon.book("2026-11-23T15:00", headers={"Idempotency-Key": "k1"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_key_reused")


def test_a_refused_request_leaves_its_key_and_its_client_unwritten() -> None:
    salon = ApiSalon()
    salon.book()

    refused = salon.book(client={"contact_id": "new"}, headers={"Idempotency-Key": "k2"})
    later = salon.book("2026-11-23T15:00", client={"contact_id": "new"}, headers={"Idempotency-Key": "k2"})

    assert (refused.status_code, later.status_code) == (409, 201)
    assert Client.objects.filter(contact_id="new").count() == 1


def test_a_change_keeps_the_id_and_a_refused_change_keeps_the_slot() -> None:
    salon = ApiSalon()
    booking = salon.book().json()
    salon.book("2026-11-23T15:00")

    moved = salon.ask("patch", f"bookings/{booking['id']}", {"start": "2026-11-23T12:30"})
    refused = salon.ask("patch", f"bookings/{booking['id']}", {"start": "2026-11-23T15:30"})

    assert moved.json() == {
        **booking, "start": "2026-11-23T12:30:00+02:00", "end": "2026-11-23T13:30:00+02:00"
    }  # fmt: skip
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "slot_taken")
    assert salon.ask("get", f"bookings/{booking['id']}").json() == moved.json()


def test_patch_takes_service_specialist_guest_and_status() -> None:
    salon = ApiSalon()
    make_service(salon.project, "Colour", duration_minutes=120, price="1500")
    booking = salon.book().json()

    changed = salon.ask(
        "patch",
        f"bookings/{booking['id']}",
        {"service": "Colour", "specialist": "Bohdan", "guest_name": "Ira", "status": "completed"},
    ).json()

    assert (changed["service"], changed["specialist"], changed["guest_name"]) == ("Colour", "Bohdan", "Ira")
    assert (changed["status"], changed["price"]) == ("completed", 1500)
    assert changed["end"] == "2026-11-23T14:00:00+02:00"


@pytest.mark.parametrize("name", ["start", "service", "specialist", "guest_name", "guest_phone", "status"])
def test_null_in_a_change_is_a_mistake_and_changes_nothing(name: str) -> None:
    salon = ApiSalon()
    made = salon.book().json()
    answer = salon.ask("patch", f"bookings/{made['id']}", {name: None})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [name])
    assert salon.ask("get", f"bookings/{made['id']}").json() == made


def test_a_status_that_patch_does_not_take_is_400_and_a_wrong_one_409() -> None:
    salon = ApiSalon()
    booking = salon.book().json()
    path = f"bookings/{booking['id']}"

    assert salon.ask("patch", path, {"status": "cancelled"}).status_code == 400
    salon.ask("delete", path)
    answer = salon.ask("patch", path, {"status": "no_show"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "wrong_status")


def test_delete_cancels_and_again_changes_nothing() -> None:
    salon = ApiSalon()
    booking = salon.book().json()

    first = salon.ask("delete", f"bookings/{booking['id']}")
    again = salon.ask("delete", f"bookings/{booking['id']}")

    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()) == (200, first.json())
    assert BookingEvent.objects.count() == 2


def test_the_list_is_ordered_filtered_and_paged_by_urls() -> None:
    salon = ApiSalon()
    for hour in ("15:00", "09:00", "12:00"):
        salon.book(f"2026-11-23T{hour}", client={"contact_id": "c1"})
    salon.book("2026-11-24T12:00", specialist="Bohdan", client={"contact_id": "c2"})
    salon.ask("delete", f"bookings/{Booking.objects.order_by('id')[0].pk}")

    seen, url = [], "bookings?limit=2"
    while url:
        page = salon.ask("get", url).json()
        seen += [booking["start"][5:16] for booking in page["bookings"]]
        url = page["next"]

    assert seen == ["11-23T09:00", "11-23T12:00", "11-23T15:00", "11-24T12:00"]
    counts = {
        query: len(salon.ask("get", f"bookings?{query}").json()["bookings"])
        for query in (
            "status=cancelled",
            "status=booked,cancelled",
            "specialist=Bohdan",
            "service=Haircut",
            "contact_id=c1",
            "date_from=2026-11-24",
            "date_to=2026-11-23",
            "limit=500",
        )
    }
    assert list(counts.values()) == [1, 4, 1, 4, 3, 1, 3, 4]


@pytest.mark.parametrize(
    "query",
    [
        "limit=501",
        "limit=0",
        "status=gone",
        "after=x",
        "date_from=23.11.2026",
        "date_from=2026-W01-1",
        "date_to=2026-02-30",
        "date_to=٢٠٢٦-11-23",
        "q=1",
    ],
)
def test_nonsense_filters_are_400(query: str) -> None:
    answer = ApiSalon().ask("get", f"bookings?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [query.partition("=")[0]]


def test_another_salons_bookings_do_not_exist() -> None:
    salon, other = ApiSalon(), ApiSalon()
    booking = salon.book().json()

    for method, body in (("get", None), ("patch", {"guest_name": "x"}), ("delete", None)):
        assert other.ask(method, f"bookings/{booking['id']}", body).status_code == 404
    assert other.book(service=salon.cut.pk).status_code == 400
    assert other.ask("get", "bookings").json() == {"bookings": [], "next": None}


def test_a_read_key_reads_and_writes_nothing() -> None:
    salon = ApiSalon()
    salon.headers = bearer(make_key(salon.project, ApiKey.Scope.READ))

    assert salon.ask("get", "slots?service=Haircut").status_code == 200
    assert salon.book().status_code == 403
