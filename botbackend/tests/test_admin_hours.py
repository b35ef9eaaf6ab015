"""Hours, breaks and lengths as an owner types them: a form is judged by what it would leave."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from ai.models import Wording
from bookings.models import (
    DateOverride,
    Offering,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.tests.factories import make_break, make_hours, make_offering, make_override, make_service
from bookings.tests.factories import make_specialist as make_person
from botbackend.tests.test_admin_forms import browser_of_owner, save_project
from botbackend.tests.test_admin_scoping import filled_in
from projects.models import Project
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def owner(salon: Project) -> Client:
    return browser_of_owner(salon)


@pytest.fixture
def anna(salon: Project) -> Specialist:
    return make_person(salon, "Anna")


def save_person(browser: Client, person: Specialist, **typed: Any) -> Any:
    url = f"/admin/bookings/specialist/{person.pk}/change/"
    return browser.post(url, filled_in(browser.get(url)) | typed)


def new_ranges(*ranges: tuple[int, int, int], kept: int = 0) -> dict[str, Any]:
    """Rows typed below those that are there already."""
    form: dict[str, Any] = {"weekly_ranges-TOTAL_FORMS": kept + len(ranges)}
    for at, (weekday, start, end) in enumerate(ranges, start=kept):
        form |= {f"weekly_ranges-{at}-weekday": weekday, f"weekly_ranges-{at}-start_minute": start}
        form |= {f"weekly_ranges-{at}-end_minute": end}
    return form


def said_of(answer: Any, prefix: str) -> str:
    """What the page says of one part as a whole."""
    assert answer.status_code == 200
    parts = {inline.formset.prefix: inline.formset for inline in answer.context["inline_admin_formsets"]}
    return " ".join(parts[prefix].non_form_errors())


def hours_of(person: Specialist) -> list[tuple[int, int, int]]:
    rows = WeeklyRange.objects.filter(specialist=person).order_by("weekday", "start_minute")
    return list(rows.values_list("weekday", "start_minute", "end_minute"))


def test_two_new_ranges_that_overlap_are_an_error_that_names_both(owner: Client, anna: Specialist) -> None:
    answer = save_person(owner, anna, **new_ranges((0, 660, 900), (1, 540, 720), (0, 540, 720)))
    said = said_of(answer, "weekly_ranges")
    assert "09:00-12:00" in said
    assert "11:00-15:00" in said
    assert "mon" in said
    assert "tue" not in said
    assert not hours_of(anna)


@pytest.mark.parametrize(
    "ranges", [[(0, 540, 1080), (0, 600, 660), (0, 700, 760)], [(6, 540, 720), (6, 540, 720)]]
)
def test_ranges_within_one_another_and_equal_ones_overlap(
    owner: Client,
    anna: Specialist,
    ranges: list[tuple[int, int, int]],
) -> None:
    assert said_of(save_person(owner, anna, **new_ranges(*ranges)), "weekly_ranges")
    assert not hours_of(anna)


def test_a_new_range_over_a_stored_one_is_an_error(owner: Client, anna: Specialist) -> None:
    make_hours(anna, 0, ("09:00", "12:00"))
    said = said_of(save_person(owner, anna, **new_ranges((0, 660, 900), kept=1)), "weekly_ranges")
    assert "09:00-12:00" in said
    assert "11:00-15:00" in said


def test_a_range_that_is_changed_into_another_of_the_form_is_an_error(
    owner: Client,
    anna: Specialist,
) -> None:
    make_hours(anna, 0, ("09:00", "12:00"), ("13:00", "18:00"))
    said = said_of(save_person(owner, anna, **{"weekly_ranges-0-end_minute": 840}), "weekly_ranges")
    assert "09:00-14:00" in said
    assert "13:00-18:00" in said
    assert hours_of(anna) == [(0, 540, 720), (0, 780, 1080)]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        # The border between two ranges is moved to either side.
        ({"0-end_minute": 780, "1-start_minute": 780}, [(0, 540, 780), (0, 780, 1080)]),
        ({"0-end_minute": 660, "1-start_minute": 660}, [(0, 540, 660), (0, 660, 1080)]),
        # They change places.
        (
            {"0-start_minute": 720, "0-end_minute": 1080, "1-start_minute": 540, "1-end_minute": 720},
            [(0, 540, 720), (0, 720, 1080)],
        ),
        # One goes, the other takes its time, whichever stands first.
        ({"0-DELETE": "on", "1-start_minute": 540}, [(0, 540, 1080)]),
        ({"1-DELETE": "on", "0-end_minute": 1080}, [(0, 540, 1080)]),
    ],
)
def test_ranges_that_fit_together_at_the_end_are_stored_in_one_go(
    owner: Client,
    anna: Specialist,
    typed: dict[str, Any],
    stored: list[tuple[int, int, int]],
) -> None:
    make_hours(anna, 0, ("09:00", "12:00"), ("12:00", "18:00"))
    form = {f"weekly_ranges-{name}": value for name, value in typed.items()}
    assert save_person(owner, anna, **form).status_code == 302
    assert hours_of(anna) == stored


def test_one_mistake_beside_ranges_that_overlap_is_told_first(owner: Client, anna: Specialist) -> None:
    answer = save_person(owner, anna, **new_ranges((0, 540, 720), (0, 900, 600), (0, "x", 700)))  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert not hours_of(anna)


@pytest.mark.parametrize("typed", [{"weekday": 7}, {"weekday": ""}, {"start_minute": ""}, {"end_minute": 1}])
def test_a_stored_range_that_is_typed_over_wrongly_is_shown_again(
    owner: Client, anna: Specialist, typed: dict[str, Any]
) -> None:
    make_hours(anna, 0, ("09:00", "12:00"), ("13:00", "18:00"))
    form = {f"weekly_ranges-1-{name}": value for name, value in typed.items()}
    assert save_person(owner, anna, **form).status_code == 200
    assert hours_of(anna) == [(0, 540, 720), (0, 780, 1080)]


def test_hours_of_a_new_specialist_are_judged_too(owner: Client, salon: Project) -> None:
    url = "/admin/bookings/specialist/add/"
    form = filled_in(owner.get(url)) | {"project": salon.pk, "name": "Zoe", "is_active": "on"}
    assert said_of(owner.post(url, form | new_ranges((0, 540, 720), (0, 600, 660))), "weekly_ranges")
    assert not Specialist.objects.exists()
    assert owner.post(url, form | new_ranges((0, 540, 720), (0, 720, 780))).status_code == 302
    assert hours_of(Specialist.objects.get()) == [(0, 540, 720), (0, 720, 780)]


def test_the_same_service_twice_for_a_specialist_is_an_error(
    owner: Client,
    salon: Project,
    anna: Specialist,
) -> None:
    cut, dye = make_service(salon, "Haircut"), make_service(salon, "Dye")
    twice = {"offerings-TOTAL_FORMS": 2, "offerings-0-service": cut.pk, "offerings-1-service": cut.pk}
    assert "service" in said_of(save_person(owner, anna, **twice), "offerings")
    assert not Offering.objects.exists()
    make_offering(anna, cut)
    make_offering(anna, dye)
    again = {"offerings-TOTAL_FORMS": 3, "offerings-2-service": cut.pk}
    assert "service" in said_of(save_person(owner, anna, **again), "offerings")


@pytest.mark.parametrize(
    "typed", [{"0-service": "dye", "1-service": "cut"}, {"1-DELETE": "on", "0-service": "dye"}]
)
def test_services_of_a_specialist_may_change_places(
    owner: Client,
    salon: Project,
    anna: Specialist,
    typed: dict[str, str],
) -> None:
    services = {"cut": make_service(salon, "Haircut"), "dye": make_service(salon, "Dye")}
    for service in services.values():
        make_offering(anna, service)
    form = {f"offerings-{at}": services[name].pk if name in services else name for at, name in typed.items()}
    assert save_person(owner, anna, **form).status_code == 302


@pytest.mark.parametrize("who", ["anna", "salon"])
def test_a_second_override_of_a_date_is_an_error_also_by_a_change(
    owner: Client,
    salon: Project,
    anna: Specialist,
    who: str,
) -> None:
    person = anna if who == "anna" else None
    make_override(salon, date(2026, 12, 24), specialist=person)
    other = make_override(salon, date(2026, 12, 25), specialist=person)
    form = {"date": "2026-12-24", "specialist": person.pk if person else "", "ranges": "[]"}
    added = owner.post("/admin/bookings/dateoverride/add/", form | {"project": salon.pk})
    changed = owner.post(f"/admin/bookings/dateoverride/{other.pk}/change/", form)
    assert (added.status_code, changed.status_code) == (200, 200)
    assert DateOverride.objects.filter(date=date(2026, 12, 25)).count() == 1
    same = owner.post(f"/admin/bookings/dateoverride/{other.pk}/change/", form | {"date": "2026-12-25"})
    assert same.status_code == 302


def test_a_wording_over_another_is_an_error_also_by_a_change(owner: Client, salon: Project) -> None:
    rows = [
        Wording.objects.create(project=salon, key=key, language="uk", text="...")
        for key in ("slots_offer", "alternatives")
    ]
    url = f"/admin/ai/wording/{rows[0].pk}/change/"
    assert owner.post(url, filled_in(owner.get(url)) | {"key": "alternatives"}).status_code == 200
    assert Wording.objects.filter(key="slots_offer").exists()


@pytest.mark.parametrize("who", ["anna", "salon"])
def test_a_break_over_another_is_an_error_also_by_a_change(
    owner: Client,
    salon: Project,
    anna: Specialist,
    who: str,
) -> None:
    person = anna if who == "anna" else None
    make_break(salon, 0, "12:00", "13:00", person)
    make_break(salon, 0, "15:00", "16:00", person)
    form = {"weekday": 0, "start_minute": 750, "end_minute": 800, "specialist": person.pk if person else ""}
    later = WeeklyBreak.objects.get(start_minute=900)
    added = owner.post("/admin/bookings/weeklybreak/add/", form | {"project": salon.pk})
    changed = owner.post(f"/admin/bookings/weeklybreak/{later.pk}/change/", form)
    assert (added.status_code, changed.status_code) == (200, 200)
    assert WeeklyBreak.objects.count() == 2


def test_a_range_over_another_is_an_error_by_a_change_of_its_own_page(
    owner: Client, anna: Specialist
) -> None:
    make_hours(anna, 0, ("09:00", "12:00"), ("13:00", "18:00"))
    later = WeeklyRange.objects.get(start_minute=780)
    form = {"specialist": anna.pk, "weekday": 0, "start_minute": 700, "end_minute": 1080}
    assert owner.post(f"/admin/bookings/weeklyrange/{later.pk}/change/", form).status_code == 200


def test_a_break_outside_of_any_hours_changes_nothing(
    owner: Client, salon: Project, anna: Specialist
) -> None:
    make_hours(anna, 0, ("09:00", "12:00"))
    form = {
        "project": salon.pk,
        "specialist": anna.pk,
        "weekday": 0,
        "start_minute": 1300,
        "end_minute": 1380,
    }
    assert owner.post("/admin/bookings/weeklybreak/add/", form).status_code == 302


def save_service(browser: Client, row: Service, **typed: Any) -> Any:
    url = f"/admin/bookings/service/{row.pk}/change/"
    return browser.post(url, filled_in(browser.get(url)) | typed)


@pytest.mark.parametrize("minutes", ["45", "0", "1441", "1470", "-30", ""])
def test_a_length_that_is_no_whole_number_of_slots_is_an_error_of_its_field(
    owner: Client,
    salon: Project,
    minutes: str,
) -> None:
    answer = save_service(owner, make_service(salon), duration_minutes=minutes)
    assert set(answer.context["adminform"].errors) == {"duration_minutes"}


def test_a_length_is_typed_in_minutes(owner: Client, salon: Project) -> None:
    row = make_service(salon)
    assert save_service(owner, row, duration_minutes="90").status_code == 302
    row.refresh_from_db()
    assert row.duration_minutes == 90


@pytest.mark.parametrize(("size", "code"), [("15", 302), ("20", 302), ("7", 200), ("45", 200)])
def test_another_slot_size_keeps_the_lengths_or_names_them(
    owner: Client,
    salon: Project,
    size: str,
    code: int,
) -> None:
    row = make_service(salon, "Haircut")
    make_service(salon, "Gone", duration_minutes=50, is_active=False)
    answer = save_project(salon, owner, **{"booking_rules-0-slot_minutes": size})
    assert answer.status_code == code
    if code == 200:
        parts = {part.formset.prefix: part.formset for part in answer.context["inline_admin_formsets"]}
        (message,) = parts["booking_rules"].errors[0]["slot_minutes"]
        assert "Haircut" in message
        assert "Gone" not in message
    row.refresh_from_db()
    assert row.duration_minutes == 60
