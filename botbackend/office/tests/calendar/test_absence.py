"""Who is away is written at the head of the column, and what is booked with them stands out everywhere."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking, DayOff
from bookings.tests.factories import make_day_off, make_override
from botbackend.office.tests.calendar.salon import Salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Salon:
    return Salon(language="en")


def ill(salon: Salon, *, why: str = "flu", days: int = 0) -> DayOff:
    row = make_day_off(salon.project, salon.day(), salon.day(3 + days), salon.anna)
    DayOff.objects.filter(pk=row.pk).update(reason=why)
    return row


def shown(salon: Salon, *, until: int = 4, columns: str = "1", **over: Any) -> dict[str, Any]:
    asked = {"start": salon.day(), "end": salon.day(until), "columns": columns} | over
    found: dict[str, Any] = salon.get("calendar-events", **asked).json()
    return found


def of(found: dict[str, Any], visit: Booking) -> dict[str, Any]:
    return next(one for one in found["events"] if one["id"] == str(visit.pk))


def test_the_head_of_a_column_says_who_is_away_and_why(salon: Salon) -> None:
    ill(salon)
    found = shown(salon)
    assert [(one["title"], one["away"]) for one in found["specialists"]] == [
        ("Anna", "Away: flu"),
        ("Maria", ""),
    ]
    shade = next(one for one in found["events"] if "off" in one["classNames"])
    assert shade["title"] == "Away: flu"
    page = salon.get("calendar", view="day", date=salon.day()).content.decode()
    assert "Away: flu" in page


def test_a_leave_without_a_reason_a_closed_salon_and_a_free_weekday_are_each_called_what_they_are(
    salon: Salon,
) -> None:
    ill(salon, why="")
    make_override(salon.project, salon.day(), specialist=salon.maria)
    found = shown(salon)
    assert [one["away"] for one in found["specialists"]] == ["Away", ""]
    titles = {one["title"] for one in found["events"] if "off" in one["classNames"]}
    assert titles == {"Away", "Day off"}
    make_day_off(salon.project, salon.day(), salon.day())
    assert [one["away"] for one in shown(salon)["specialists"]] == ["Away", "The salon is closed"]


def test_what_is_booked_with_somebody_who_is_away_stands_out_in_grid_list_and_panel(salon: Salon) -> None:
    visit, other = salon.book("10:00"), salon.book("10:00", specialist=salon.maria)
    assert "stranded" not in of(shown(salon), visit)["classNames"]
    ill(salon)
    found = shown(salon)
    assert "stranded" in of(found, visit)["classNames"]
    assert of(found, visit)["extendedProps"]["away"] == "Away: flu"
    assert "stranded" not in of(found, other)["classNames"]
    assert "stranded" in of(shown(salon, columns="0"), visit)["classNames"]
    listed = salon.get("calendar-list", view="list", date=salon.day()).content.decode()
    assert listed.count("Away: flu") == 1
    panel = salon.get("visit", visit.pk).content.decode()
    assert "<strong>Anna</strong>: <bdi>Away: flu</bdi>" in panel
    assert "needs another time" not in salon.get("visit", other.pk).content.decode()


def test_a_shorter_day_strands_what_lies_outside_of_it(salon: Salon) -> None:
    early, late = salon.book("10:00"), salon.book("16:00")
    make_override(salon.project, salon.day(), ("09:00", "14:00"), specialist=salon.anna)
    found = shown(salon)
    assert "stranded" not in of(found, early)["classNames"]
    assert of(found, late)["extendedProps"]["away"] == "Outside the working hours"


def test_what_was_put_there_with_a_reason_or_is_no_longer_booked_is_not_stranded(salon: Salon) -> None:
    done = salon.book("12:00")
    Booking.objects.filter(pk=done.pk).update(status=Booking.Status.COMPLETED)
    ill(salon)
    meant = salon.book("10:00", overbook_reason="she comes for her")
    late = salon.book("21:30", overbook_reason="a bride", specialist=salon.maria)
    found = shown(salon)
    for row in (done, meant, late):
        assert "stranded" not in of(found, row)["classNames"]


def test_a_reason_counts_where_it_was_given_and_not_for_the_next_place(salon: Salon) -> None:
    visit = salon.book("21:30", overbook_reason="a bride")
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "12:00"))
    ill(salon)
    assert "stranded" in of(shown(salon), visit)["classNames"]


def test_a_week_says_on_which_days(salon: Salon) -> None:
    ill(salon, days=1)
    found = shown(salon, until=10, columns="0")
    assert found["specialists"][0]["away"].startswith("Away: flu (")
    assert " – " in found["specialists"][0]["away"]


def test_the_calendar_looks_again_when_a_leave_or_its_reason_changes(salon: Salon) -> None:
    marks = [shown(salon)["mark"]]
    ill(salon)
    marks.append(shown(salon)["mark"])
    DayOff.objects.update(reason="broken leg")
    marks.append(shown(salon)["mark"])
    assert len(set(marks)) == 3
    asked = {"start": salon.day(), "end": salon.day(4)}
    assert salon.get("calendar-pulse", **asked).json()["mark"] == marks[-1]


def test_many_leaves_cost_no_more_statements_than_one_which_asks_for_reasons(
    salon: Salon,
) -> None:
    salon.book("10:00")

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            shown(salon)
        return len(caught)

    none = count()
    ill(salon)
    one = count()
    assert one == none + 1
    for clock in ("12:00", "14:00", "16:00"):
        ill(salon)
        salon.book(clock, overbook_reason="asked")
    assert count() == one
