"""Days and moments out of all reason are refused or left out; nothing breaks by them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bookings.models import Booking, DayOff
from bookings.operations.merging import merge_clients
from bookings.tests.factories import STAFF, make_client
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


def test_a_day_of_the_next_century_is_a_slip_and_is_told_at_its_field() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    for answer in (
        salon.post("visit-new", **salon.typed(day="2199-12-31")),
        salon.post("visit-move", visit.pk, **salon.moved_to(visit, "12:00", day="2199-12-31")),
    ):
        assert answer.status_code == 422
        assert "Choose a day no later than" in answer.content.decode()
    far = salon.post("visit-new", **salon.typed(at=f"2199-12-31T10:00:00+00:00|{salon.anna.pk}"))
    assert far.status_code in (409, 422)
    leave = {"first": "2027-01-04", "last": "2206-01-05", "specialist": salon.anna.pk}
    assert "Choose a day no later than" in salon.post("team-leave-new", **leave).content.decode()
    assert (Booking.objects.count(), DayOff.objects.count()) == (1, 0)
    assert salon.post("visit-new", **salon.typed(ahead=700)).status_code == 204


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


def test_a_client_who_turned_out_to_be_another_is_that_one() -> None:
    salon = Salon()
    stays, goes = make_client(salon.project), make_client(salon.project, contact_id="")
    pair = (stays.pk, goes.pk)
    merge = merge_clients(
        project=salon.project, client_ids=pair, name_of=stays.pk, phone_of=stays.pk, origin=STAFF
    )
    kept = merge.kept
    for answer in (
        salon.get("visit-client", merge.gone_id),
        salon.get("visit-new", client=merge.gone_id),
        salon.post("visit-new", **salon.typed(client=merge.gone_id, services=[])),
    ):
        assert kept.name in answer.content.decode()
        assert f'name="client" value="{kept.pk}"' in answer.content.decode()
