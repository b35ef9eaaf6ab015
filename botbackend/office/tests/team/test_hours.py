"""The week as people type it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import BookingRules, Specialist, WeeklyBreak, WeeklyRange
from bookings.tests.factories import make_booking, make_break, make_hours, make_service, make_specialist
from bookings.tests.test_setup import soon
from botbackend.office.team.weeks import typed_time
from botbackend.office.tests.people import Role, make_colleague, signed_in
from projects.models import Project

pytestmark = pytest.mark.django_db


def week_of(specialist: Specialist) -> str:
    return reverse("office:team-hours", args=[specialist.project.slug, specialist.pk])


def seen_on(browser: Client, address: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', browser.get(address).content.decode())
    assert found is not None
    return found[1]


def pairs(day: int, *clocks: str, kind: str = "hours") -> dict[str, Any]:
    """Fields of one day: "09:00-12:00"."""
    ends = [clock.split("-") for clock in clocks]
    return {
        f"{kind}-{day}-start": [start for start, _ in ends],
        f"{kind}-{day}-end": [end for _, end in ends],
    }


def hours_of(specialist: Specialist) -> list[tuple[int, int, int]]:
    rows = WeeklyRange.objects.filter(specialist=specialist).order_by("weekday", "start_minute")
    return list(rows.values_list("weekday", "start_minute", "end_minute"))


@pytest.mark.parametrize(
    ("text", "is_end", "minute"),
    [
        ("9", False, 540),
        ("930", False, 570),
        ("0930", False, 570),
        ("9.30", False, 570),
        (" 09:30 ", True, 570),
        ("24:00", True, 1440),
        ("00:00", True, 1440),
        ("24", True, 1440),
        ("0", False, 0),
    ],
)
def test_a_time_is_read_as_people_type_it(text: str, minute: int, *, is_end: bool) -> None:
    assert typed_time(text, is_end=is_end) == minute


@pytest.mark.parametrize("text", ["", "25:00", "9:5", "24:30", "nine", "12:60", "24:00", "1 2 3", "-9"])
def test_what_is_no_time_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        typed_time(text, is_end=False)


def test_several_ranges_and_breaks_are_saved_up_to_midnight(owner: Client, anna: Specialist) -> None:
    data = {"seen": seen_on(owner, week_of(anna)), "own": "yes"}
    data |= pairs(0, "9-13", "1400-24:00") | pairs(5, "10:00-12:00", "-") | pairs(0, "11-1115", kind="breaks")
    answer = owner.post(week_of(anna), data)
    assert (answer.status_code, "office:said" in answer["HX-Trigger"]) == (200, True)
    assert hours_of(anna) == [(0, 540, 780), (0, 840, 1440), (5, 600, 720)]
    assert WeeklyBreak.objects.get().end_minute == 675
    assert 'value="24:00"' in answer.content.decode()


def test_every_mistake_stands_at_its_pair_and_nothing_typed_is_lost(owner: Client, anna: Specialist) -> None:
    make_hours(anna, 3, ("10:00", "11:00"))
    data = {"seen": seen_on(owner, week_of(anna)), "own": "yes"}
    data |= pairs(0, "9-26", "14-13") | pairs(1, "9-12", "11-14") | pairs(2, "-18", kind="breaks")
    answer = owner.post(week_of(anna), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    names = re.findall(r'<ul class="errorlist" id="([\w-]+)-said"', page)
    assert sorted(names) == ["breaks-2-0", "hours-0-0", "hours-0-1", "hours-1-1"]
    assert 'value="26"' in page
    assert hours_of(anna) == [(3, 600, 660)]


def test_who_saves_an_old_page_is_told_and_not_lost(owner: Client, anna: Specialist) -> None:
    data = {"seen": seen_on(owner, week_of(anna)), "own": "yes"} | pairs(0, "9-13")
    make_hours(anna, 3, ("10:00", "11:00"))
    answer = owner.post(week_of(anna), data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else changed this" in page
    assert "10:00–11:00" in page  # what is stored now
    assert hours_of(anna) == [(3, 600, 660)]
    found = re.search(r'name="seen" value="(\w*)"', page)
    assert owner.post(week_of(anna), data | {"seen": found[1] if found else ""}).status_code == 200
    assert hours_of(anna) == [(0, 540, 780)]


def test_a_mistake_does_not_hide_that_somebody_else_was_faster(owner: Client, anna: Specialist) -> None:
    data = {"seen": seen_on(owner, week_of(anna)), "own": "yes"}
    make_hours(anna, 3, ("10:00", "11:00"))
    page = owner.post(week_of(anna), data | pairs(0, "9-8")).content.decode()
    found = re.search(r'name="seen" value="(\w*)"', page)
    again = data | pairs(0, "9-18") | {"seen": found[1] if found else ""}
    assert owner.post(week_of(anna), again).status_code == 409


def test_visits_outside_the_new_hours_are_listed(owner: Client, salon: Project, anna: Specialist) -> None:
    make_booking(anna, make_service(salon, "Cut"), soon("10:00"))
    data = {"seen": seen_on(owner, week_of(anna)), "own": "yes"}
    page = owner.post(week_of(anna), data | pairs(soon("10:00").weekday(), "14-18")).content.decode()
    assert "Visits outside these hours" in page
    assert "Olena" in page


def test_the_salons_hours_and_closed_days(owner: Client, salon: Project, anna: Specialist) -> None:
    make_break(salon, 2, "12:00", "13:00")
    address = reverse("office:team-salon-hours", args=[salon.slug])
    data = {"seen": seen_on(owner, address), "opening-start": "8", "opening-end": "20", "closed-6": "on"}
    assert owner.post(address, data | pairs(1, "12-13", kind="breaks")).status_code == 200
    rules = BookingRules.objects.get(project=salon)
    assert (rules.work_start_minute, rules.work_end_minute) == (480, 1200)
    assert list(WeeklyBreak.objects.values_list("weekday", "start_minute", "end_minute")) == [
        (1, 720, 780),
        (6, 0, 1440),
    ]
    assert "the salon is closed" in owner.get(week_of(anna)).content.decode()


def test_a_manager_changes_hours_but_not_those_of_the_salon(salon: Project, anna: Specialist) -> None:
    manager = signed_in(make_colleague(salon, Role.STAFF))
    data = {"seen": seen_on(manager, week_of(anna)), "own": "yes"} | pairs(0, "9-13")
    assert manager.post(week_of(anna), data).status_code == 200
    address = reverse("office:team-salon-hours", args=[salon.slug])
    data = {"seen": seen_on(manager, address), "opening-start": "1", "opening-end": "2"}
    assert manager.post(address, data | pairs(1, "12-13", kind="breaks")).status_code == 200
    assert BookingRules.objects.get(project=salon).work_start_minute == 540
    assert WeeklyBreak.objects.filter(specialist=None).count() == 1


def test_the_week_begins_as_the_persons_language_has_it(salon: Project, anna: Specialist) -> None:
    user = make_colleague(salon)
    browser = signed_in(user)

    def first_day(language: str) -> str:
        browser.cookies["django_language"] = language
        browser.post(reverse("office:language"), {"language": language, "next": "/admin/"})
        days = re.findall(r'data-day="(\d)"', browser.get(week_of(anna)).content.decode())
        return str(days[0])

    assert (first_day("uk"), first_day("en")) == ("0", "0")  # English as it is written in Europe


def test_pages_take_as_many_queries_for_many_as_for_few(
    owner: Client, salon: Project, anna: Specialist
) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert owner.get(address).status_code == 200
        return len(found)

    pages = [reverse("office:team", args=[salon.slug]), week_of(anna)]
    make_booking(anna, make_service(salon), soon("20:00"))
    Specialist.objects.filter(pk=anna.pk).update(has_own_hours=True)
    for address in pages:
        owner.get(address)
    few = [queries(address) for address in pages]
    for number in range(4):
        other = make_specialist(salon, f"Other {number}", is_active=number > 1)
        make_hours(other, 0, ("09:00", "12:00"))
        make_break(salon, number, "09:00", "10:00", anna)
    for clock in ("10:00", "12:00", "14:00"):
        Specialist.objects.filter(pk=anna.pk).update(has_own_hours=False)
        make_booking(anna, make_service(salon), soon(clock))
    Specialist.objects.filter(pk=anna.pk).update(has_own_hours=True)
    assert [queries(address) for address in pages] == few
