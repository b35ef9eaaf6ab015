"""What the calendar draws: visits, shading, holds and gaps, on the salon's clock."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Booking, Service, Specialist
from bookings.operations import hold_slots, reject_booking
from bookings.tests.factories import (
    BOT,
    STAFF,
    at,
    make_break,
    make_client,
    make_day_off,
    make_override,
    make_service,
)
from bookings.values import Item, VisitRequest
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in

pytestmark = pytest.mark.django_db


def events_of(salon: Salon, first: date, days: int = 1, **query: Any) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"start": first, "end": first + timedelta(days=days), "columns": "1", **query}
    found: list[dict[str, Any]] = salon.get("calendar-events", **asked).json()["events"]
    return found


def visits_of(salon: Salon, first: date, days: int = 1, **query: Any) -> list[dict[str, Any]]:
    return [one for one in events_of(salon, first, days, **query) if "visit" in one["classNames"]]


def shades(salon: Salon, day: date, kind: str) -> list[tuple[str, str]]:
    mine = [one for one in events_of(salon, day) if one["resourceIds"] == [str(salon.anna.pk)]]
    return sorted((one["start"][11:16], one["end"][11:16]) for one in mine if kind in one["classNames"])


def test_a_visit_stands_at_the_time_that_the_salons_wall_shows_without_a_zone() -> None:
    salon = Salon()
    salon.book("10:00")
    (visit,) = visits_of(salon, salon.day())
    assert (visit["start"], visit["end"]) == (f"{salon.day()}T10:00:00", f"{salon.day()}T11:00:00")
    assert (visit["title"], visit["extendedProps"]["word"]) == ("Olena", "Booked")


def test_the_clock_that_goes_back_leaves_no_visit_that_ends_before_it_begins() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440, horizon_days=700)
    salon.project.refresh_from_db()
    salon.book_several([(salon.haircut, salon.anna, "10:00")])
    start = at("03:30", date(2027, 10, 31))
    booking = Booking.objects.get()
    Booking.objects.filter(pk=booking.pk).update(
        start=start,
        end=start + timedelta(hours=1),
        busy_from=start,
        busy_until=start + timedelta(hours=1),
    )
    (visit,) = visits_of(salon, date(2027, 10, 31))
    assert (visit["start"][11:16], visit["end"][11:16]) == ("03:30", "04:30")


def test_a_night_visit_is_on_both_its_days() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    salon.book("23:30")
    assert len(visits_of(salon, salon.day())) == len(visits_of(salon, salon.day(4))) == 1
    assert visits_of(salon, salon.day(5)) == []


def test_hours_breaks_and_days_off_are_shaded_as_the_engine_has_them() -> None:
    salon = Salon()
    day = salon.day()
    make_break(salon.project, day.weekday(), "13:00", "14:00")
    assert shades(salon, day, "closed") == [("00:00", "09:00"), ("21:00", "00:00")]
    assert shades(salon, day, "break") == [("13:00", "14:00")]
    make_override(salon.project, day, ("12:00", "15:00"), specialist=salon.anna)
    assert shades(salon, day, "closed") == [("00:00", "12:00"), ("15:00", "00:00")]
    assert shades(salon, day, "break") == []
    make_day_off(salon.project, day, day, salon.anna)
    assert shades(salon, day, "off") == [("00:00", "00:00")]


def test_a_shared_week_is_shaded_when_nobody_works() -> None:
    salon = Salon()
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)
    found = events_of(salon, salon.day(), columns="0")
    assert [(one["start"][11:16], one["end"][11:16]) for one in found] == [
        ("00:00", "09:00"),
        ("21:00", "00:00"),
    ]


def test_holds_gaps_and_notes_are_seen_and_cancelled_visits_only_in_the_list() -> None:
    salon = Salon(allow_nesting=True)
    colour = make_service(salon.project, "Colour", duration_minutes=120, gap_start=30, gap_minutes=60)
    salon.book("10:00", service=colour, note="short")
    gone = salon.book("16:00")
    reject_booking(project=salon.project, booking_id=gone.pk, origin=STAFF)
    request = VisitRequest(
        project=salon.project,
        client=make_client(salon.project),
        items=[Item(salon.haircut.pk, salon.anna.pk, salon.at("14:00"))],
        origin=BOT,
    )
    hold_slots(request=request, until=timezone.now() + timedelta(minutes=10))
    found = {one["extendedProps"]["kind"]: one for one in visits_of(salon, salon.day())}
    assert found.keys() == {"booked", "held"}
    assert found["booked"]["extendedProps"]["gap"] == [0.25, 0.75]
    assert found["booked"]["extendedProps"]["note"]
    assert not found["held"]["startEditable"]
    page = salon.get("calendar", view="list", date=salon.day()).content.decode()
    assert "Cancelled" in page


def test_names_of_any_script_are_text() -> None:
    salon = Salon()
    name = "</script><img src=x onerror=alert(1)> שלום"
    salon.book(client=make_client(salon.project, name=name))
    for view in ("day", "week", "list"):
        page = salon.get("calendar", view=view, date=salon.day()).content.decode()
        assert "<img" not in page
        assert "שלום" in page or "\\u05e9" in page
    assert visits_of(salon, salon.day())[0]["title"] == name


@pytest.mark.parametrize(
    "query",
    [{"start": "x", "end": "y"}, {"start": "2026-01-02", "end": "2026-01-01"},
     {"start": "2026-01-01", "end": "2027-01-01"}],
)  # fmt: skip
def test_a_range_has_bounds(query: dict[str, Any]) -> None:
    salon = Salon()
    for name in ("calendar-events", "calendar-pulse"):
        assert salon.get(name, **query).status_code == 400


@pytest.mark.parametrize("address", ["calendar", "calendar-events", "calendar-list", "calendar-pulse"])
@pytest.mark.parametrize("view", ["day", "week", "list"])
def test_every_page_asks_as_much_of_the_database_for_many_visits_as_for_few(address: str, view: str) -> None:
    salon = Salon()
    query = {
        "view": view,
        "date": salon.day(),
        "start": salon.day(),
        "end": salon.day(7),
        "columns": int(view == "day"),
    }
    salon.book("09:00")
    few = _queries(salon, address, query)
    for hour in range(10, 20):
        salon.book(f"{hour}:00")
        salon.book(f"{hour}:00", specialist=salon.maria, service=salon.manicure)
    assert _queries(salon, address, query) == few
    assert few <= 12


def _queries(salon: Salon, address: str, query: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert salon.get(address, **query).status_code == 200
    return len(caught)


def test_the_pulse_is_another_after_any_change_and_only_then() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    asked: dict[str, Any] = {"start": salon.day(), "end": salon.day(4)}
    first = salon.get("calendar-pulse", **asked).json()
    assert salon.get("calendar-pulse", **asked).json() == first
    assert salon.get("calendar-events", **asked).json()["mark"] == first["mark"]
    salon.post("visit-note", visit.pk, edition=salon.edition(visit), note="tea")
    second = salon.get("calendar-pulse", **asked).json()
    salon.book("12:00")
    third = salon.get("calendar-pulse", **asked).json()
    assert len({first["mark"], second["mark"], third["mark"]}) == 3


def test_the_pulse_is_another_after_whatever_the_calendar_shows() -> None:
    salon = Salon()
    client = make_client(salon.project, name="Olena")
    visit = salon.book("10:00", client=client)
    day = salon.day()
    changes: list[Callable[[], Any]] = [
        lambda: make_day_off(salon.project, day, day, salon.maria),
        lambda: make_break(salon.project, day.weekday(), "13:00", "14:00"),
        lambda: make_override(salon.project, day, ("12:00", "15:00"), specialist=salon.anna),
        lambda: Specialist.objects.filter(pk=salon.anna.pk).update(name="Hanna", name_key="hanna"),
        lambda: Service.objects.filter(pk=salon.haircut.pk).update(name="Cut", name_key="cut"),
        lambda: edit(client, name="Olha"),
        lambda: Booking.objects.filter(pk=visit.pk).update(client=make_client(salon.project)),
        lambda: salon.book("12:00"),
    ]
    marks = [pulse(salon)]
    for change in changes:
        change()
        marks.append(pulse(salon))
        assert pulse(salon) == marks[-1]
    assert len(set(marks)) == len(marks)


def pulse(salon: Salon) -> str:
    mark: str = salon.get("calendar-pulse", start=salon.day(), end=salon.day(4)).json()["mark"]
    return mark


def edit(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_an_overbooked_visit_is_marked_as_long_as_something_is_below_it() -> None:
    salon = Salon()
    below = salon.book("10:00")
    top = salon.book("10:30", overbook_reason="sisters")
    assert overbooked(salon) == [str(top.pk)]
    reject_booking(project=salon.project, booking_id=below.pk, origin=STAFF)
    assert overbooked(salon) == []
    assert "On top" not in salon.get("calendar-list", view="list", date=salon.day()).content.decode()


def overbooked(salon: Salon) -> list[str]:
    return [one["id"] for one in visits_of(salon, salon.day()) if "overbooked" in one["classNames"]]


def test_a_weekday_without_hours_is_a_day_off() -> None:
    salon = Salon()
    day = salon.day()
    make_break(salon.project, day.weekday(), "00:00", "24:00")
    assert shades(salon, day, "off") == [("00:00", "00:00")]


def test_a_phone_begins_with_the_own_column_then_with_who_has_visits_then_with_who_works() -> None:
    salon = Salon()
    day = salon.day()
    make_day_off(salon.project, day, day, salon.anna)
    assert begun(salon) == str(salon.maria.pk)

    visited = Salon()
    late = visited.book("17:00")
    make_day_off(visited.project, day, day, visited.anna)
    assert (late.specialist, begun(visited)) == (visited.anna, str(visited.anna.pk))
    visited.maria.user = visited.owner
    visited.maria.save()
    assert begun(visited) == str(visited.maria.pk)


def begun(salon: Salon) -> str:
    asked = {"start": salon.day(), "end": salon.day(4), "columns": "1"}
    begin: str = salon.get("calendar-events", **asked).json()["begin"]
    return begin


def test_somebody_whom_no_specialist_is_gets_an_empty_calendar_and_a_word() -> None:
    salon = Salon()
    salon.book("10:00")
    nobody = signed_in(salon.colleague(Role.SPECIALIST))
    page = salon.get("calendar", browser=nobody, date=salon.day()).content.decode()
    assert "Your account does not belong to a specialist yet." in page
    assert "Olena" not in page


def test_another_salons_visits_are_not_there() -> None:
    salon, other = Salon(), Salon()
    foreign = other.book("10:00")
    assert visits_of(salon, salon.day()) == []
    assert visits_of(salon, salon.day(), specialist=other.anna.pk) == []
    for name in ("visit", "visit-move", "visit-cancel"):
        assert salon.get(name, foreign.pk).status_code == 404


# On paper
def test_the_sheet_has_everybody_with_times_names_phones_and_services_and_no_cancelled_visit() -> None:
    salon = Salon(name="Hair & Co")
    client = make_client(salon.project, name="<i>Olena</i>", phone="+380671234567")
    salon.book("10:00", client=client, note="no perfume")
    Booking.objects.update(staff_note="colour 7.1")
    gone = salon.book("12:00", client=make_client(salon.project, name="Gone"))
    Booking.objects.filter(pk=gone.pk).update(status="cancelled")
    page = salon.get("calendar-print", date=salon.day().isoformat()).content.decode()
    sheet = page.partition('class="paper"')[2]
    for text in (
        "Hair &amp; Co",
        "Anna",
        "Maria",
        "10:00–11:00",
        "&lt;i&gt;Olena",
        "+380671234567",
        "Haircut",
    ):
        assert text in sheet
    for text in ("Gone", "no perfume", "colour 7.1"):
        assert text not in sheet
    assert sheet.count("No visits.") == 1


def test_a_specialists_sheet_is_the_own_one() -> None:
    salon = Salon()
    salon.book("10:00", specialist=salon.maria)
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    page = salon.get("calendar-print", browser=anna, date=salon.day().isoformat()).content.decode()
    assert "Anna" in page
    assert "Maria" not in page


def test_the_sheet_has_notes_where_somebody_asks_for_them() -> None:
    salon = Salon()
    client = make_client(salon.project, name="Olena", notes="Latex allergy")
    salon.book("10:00", client=client, note="no perfume")
    plain = salon.get("calendar-print", date=salon.day().isoformat()).content.decode()
    full = salon.get("calendar-print", date=salon.day().isoformat(), notes="1").content.decode()
    for text in ("Latex allergy", "no perfume"):
        assert (text in plain, text in full) == (False, True)


def test_a_sheet_costs_the_same_however_full_the_day_is() -> None:
    salon = Salon()
    counts = []
    for clocks in (["10:00"], ["12:00", "14:00", "16:00"]):
        for clock in clocks:
            salon.book(clock)
        with CaptureQueriesContext(connection) as asked:
            salon.get("calendar-print", date=salon.day().isoformat())
        counts.append(len(asked))
    assert counts[0] == counts[1]
