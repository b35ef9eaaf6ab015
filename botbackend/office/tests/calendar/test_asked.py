"""Days and moments out of all reason are refused or left out; nothing breaks by them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bookings.models import Booking
from botbackend.office import asked
from botbackend.office.tests.calendar.salon import Salon

pytestmark = pytest.mark.django_db
KYIV = ZoneInfo("Europe/Kyiv")
FAR = ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31", "2200-01-01"]


@pytest.mark.parametrize("moment", FAR)
def test_a_form_that_is_opened_at_no_time_of_anybodys_opens_today(moment: str) -> None:
    salon = Salon()
    page = salon.get("visit-new", start=moment)
    assert page.status_code == 200
    assert f'value="{salon.day(0)}"' in page.content.decode()
    visit = salon.book("10:00")
    moved = salon.get("visit-move", visit.pk, start=moment)
    assert (moved.status_code, f'value="{salon.day()}"' in moved.content.decode()) == (200, True)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_all_reason_is_named_at_its_field(day: str) -> None:
    salon = Salon()
    visit = salon.book("10:00")
    for answer in (
        salon.post("visit-new", **salon.typed(day=day)),
        salon.post("visit-move", visit.pk, **salon.moved_to(visit, "12:00", day=day)),
    ):
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode() or "notice error" in answer.content.decode()
    assert Booking.objects.count() == 1
    times = salon.get("visit-times", services=salon.haircut.pk, day=day, time="10:00")
    assert times.status_code == 200


@pytest.mark.parametrize("name", ["calendar-events", "calendar-pulse"])
@pytest.mark.parametrize("day", FAR[:3])
def test_a_range_out_of_all_reason_is_a_bad_request(name: str, day: str) -> None:
    salon = Salon()
    assert salon.get(name, start=day).status_code == 400
    assert salon.get(name, start=salon.day(), end=day).status_code == 400


def test_what_is_asked_for_is_read_within_bounds() -> None:
    assert asked.number_in("12") == 12
    assert [asked.number_in(text) for text in ("", "-1", "²", "9" * 19)] == [None] * 4
    assert asked.day_in("2026-12-01T10:00") == date(2026, 12, 1)
    assert [asked.day_in(text) for text in ("", "2026-13-01", "0001-01-01", "9999-12-31")] == [None] * 4
    typed = ["09:07", "9:07", "907", "0907", "9.07", "9 07", "09:07:00"]
    assert {asked.clock_in(text) for text in typed} == {time(9, 7)}
    assert asked.clock_in("9") == time(9)
    assert [asked.clock_in(text) for text in ("", "25:00", "9:60", "24:00", "09:00+02:00")] == [None] * 5
    assert asked.moment_in("2026-12-01T10:00", KYIV) == datetime(2026, 12, 1, 10, tzinfo=KYIV)
    assert [asked.moment_in(text, KYIV) for text in ("", "tomorrow", *FAR)] == [None] * 7
