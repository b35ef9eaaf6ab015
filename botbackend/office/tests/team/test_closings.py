"""Leave and other hours on the calendar."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import DateOverride, DayOff, Specialist
from bookings.tests.factories import (
    make_booking,
    make_client,
    make_day_off,
    make_override,
    make_service,
    make_specialist,
)
from bookings.tests.test_setup import soon
from botbackend.office.tests.people import Role, make_colleague, signed_in
from projects.models import Project

pytestmark = pytest.mark.django_db


def address(name: str, salon: Project, *rows: Any) -> str:
    return reverse(f"office:team-{name}", args=[salon.slug, *(row.pk for row in rows)])


def test_leave_shows_the_visits_it_hits_and_asks(owner: Client, salon: Project, anna: Specialist) -> None:
    visit = make_booking(anna, make_service(salon, "Cut"), soon("10:00"))
    day = soon("10:00").date().isoformat()
    data = {"specialist": str(anna.pk), "first": day, "last": day, "reason": "Sea"}
    asked = owner.post(address("leave-new", salon), data)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "1 visit is booked then" in page
    assert f'name="accepts" value="{visit.pk}"' in page
    assert 'value="Sea"' in page
    assert not DayOff.objects.exists()
    saved = owner.post(address("leave-new", salon), data | {"accepts": [str(visit.pk)]})
    assert (saved.status_code, "team-changed" in saved["HX-Trigger"]) == (204, True)
    month = owner.get(address("leave-month", salon), {"month": day[:7]}).content.decode()
    assert "Visits that are hit" in month
    assert "Olena" in month
    assert "Anna" in owner.get(address("day", salon), {"date": day}).content.decode()


def test_leave_is_changed_taken_back_and_refused_by_its_fields(owner: Client, salon: Project) -> None:
    row = make_day_off(salon, soon("10:00").date(), soon("10:00").date())
    page = owner.get(address("leave", salon, row)).content.decode()
    found = re.search(r'name="seen" value="(\w*)"', page)
    seen = found[1] if found else ""
    wrong = {"first": "2026-12-24", "last": "2026-12-20", "seen": seen}
    answer = owner.post(address("leave", salon, row), wrong)
    assert (answer.status_code, "The last day must not be" in answer.content.decode()) == (422, True)
    stale = {"first": "2026-12-24", "last": "2026-12-26", "seen": "other"}
    assert owner.post(address("leave", salon, row), stale).status_code == 409
    assert owner.post(address("leave", salon, row), stale | {"seen": seen}).status_code == 204
    row.refresh_from_db()
    assert row.date_from.isoformat() == "2026-12-24"
    gone = owner.post(address("leave-drop", salon, row), {"seen": seen})
    assert "Somebody else changed" in gone["HX-Trigger"]
    page = owner.get(address("leave", salon, row)).content.decode()
    found = re.search(r'name="seen" value="(\w*)"', page)
    owner.post(address("leave-drop", salon, row), {"seen": found[1] if found else ""})
    assert not DayOff.objects.exists()


def test_a_short_day_says_all_its_mistakes(owner: Client, salon: Project, anna: Specialist) -> None:
    make_override(salon, soon("10:00").date(), ("09:00", "12:00"))
    data: dict[str, Any] = {"date": "no date", "hours-0-start": ["9", "11"], "hours-0-end": ["12", "x"]}
    answer = owner.post(address("override-new", salon), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter a valid date" in page
    assert "Write a time such as" in page
    empty = owner.post(address("override-new", salon), {"date": "2026-12-24"})
    assert "tick that it is closed" in empty.content.decode()
    good = {"date": "2026-12-24", "specialist": str(anna.pk), "hours-0-start": ["9"], "hours-0-end": ["12"]}
    assert owner.post(address("override-new", salon), good).status_code == 204
    assert DateOverride.objects.get(specialist=anna).ranges == [[540, 720]]
    twice = owner.post(address("override-new", salon), good)
    assert (twice.status_code, "has other hours already" in twice.content.decode()) == (422, True)


def test_a_closed_day_and_back_to_the_usual_hours(owner: Client, salon: Project, anna: Specialist) -> None:
    visit = make_booking(anna, make_service(salon), soon("10:00"))
    day = soon("10:00").date()
    data = {"date": day.isoformat(), "closed": "on"}
    assert owner.post(address("override-new", salon), data).status_code == 409
    assert owner.post(address("override-new", salon), data | {"accepts": [visit.pk]}).status_code == 204
    row = DateOverride.objects.get()
    page = owner.get(address("override", salon, row)).content.decode()
    found = re.search(r'name="seen" value="(\w*)"', page)
    assert "checked" in page
    owner.post(address("override-drop", salon, row), {"seen": found[1] if found else ""})
    assert not DateOverride.objects.exists()


def test_an_extra_day_asks_before_it_goes(owner: Client, salon: Project, anna: Specialist) -> None:
    Specialist.objects.filter(pk=anna.pk).update(has_own_hours=True)
    row = make_override(salon, soon("10:00").date(), ("09:00", "12:00"), specialist=anna)
    visit = make_booking(anna, make_service(salon), soon("10:00"))
    page = owner.get(address("override", salon, row)).content.decode()
    found = re.search(r'name="seen" value="(\w*)"', page)
    seen = found[1] if found else ""
    asked = owner.post(address("override-drop", salon, row), {"seen": seen})
    assert (asked.status_code, DateOverride.objects.count()) == (409, 1)
    owner.post(address("override-drop", salon, row), {"seen": seen, "accepts": [visit.pk]})
    assert not DateOverride.objects.exists()


def test_a_manager_has_leave_and_another_salons_specialist_is_no_choice(salon: Project) -> None:
    manager = signed_in(make_colleague(salon, Role.STAFF))
    other = make_specialist(Project.objects.create(slug="other", name="Other"))
    data = {"specialist": str(other.pk), "first": "2026-12-24", "last": "2026-12-24"}
    assert manager.post(address("leave-new", salon), data).status_code == 422
    assert manager.post(address("leave-new", salon), data | {"specialist": "salon"}).status_code == 204


def test_the_whole_salon_is_closed_by_nobodys_oversight(owner: Client, salon: Project) -> None:
    page = owner.get(address("leave-new", salon)).content.decode()
    assert re.search(r'<option value=""[^>]* selected', page)
    data = {"specialist": "", "first": "2026-12-24", "last": "2026-12-24"}
    assert owner.post(address("leave-new", salon), data).status_code == 422
    assert not DayOff.objects.exists()
    owner.post(address("leave-new", salon), data | {"specialist": "salon"})
    leave = DayOff.objects.get()
    assert re.search(
        r'<option value="salon"[^>]* selected', owner.get(address("leave", salon, leave)).content.decode()
    )


@pytest.mark.parametrize("month", ["", "2026-02", "2026-13", "9999-12", "0001-01", "x"])
def test_any_month_is_shown_in_whole_weeks(owner: Client, salon: Project, month: str) -> None:
    page = owner.get(address("leave-month", salon), {"month": month}).content.decode()
    assert len(re.findall(r"data-date=", page)) in (28, 35, 42)


def test_names_are_text_and_queries_do_not_grow(owner: Client, salon: Project, anna: Specialist) -> None:
    nasty = make_client(salon, name="<script>alert(1)</script>")
    day = soon("10:00").date()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page = owner.get(address("leave-month", salon), {"month": f"{day:%Y-%m}"})
        assert "<script>alert" not in page.content.decode()
        return len(found)

    cut = make_service(salon)
    make_booking(anna, cut, soon("10:00"), client=nasty)
    make_day_off(salon, day, day)
    queries()
    few = queries()
    for number in range(3):
        other = make_specialist(salon, f"Other {number}")
        make_override(salon, day, ("09:00", "10:00"), specialist=other)
        DayOff.objects.all().delete()
        make_booking(other, cut, soon("09:00"), client=nasty)
        make_day_off(salon, day, day)
        make_day_off(salon, day, day, other)
    assert queries() == few
