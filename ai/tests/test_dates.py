"""Which day and time are meant, or what has to be asked."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ai.language.dates import resolve
from ai.language.values import NamedTime, Opening, Question, Resolved
from ai.language.wishes import read_wish
from ai.understanding.form import read_date, read_time
from botbackend.lib.clock import WEEKDAYS

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 6, 9, 12, 0, tzinfo=KYIV)  # a Tuesday
HOURS: Opening = {day: ((time(9), time(20)),) for day in WEEKDAYS[:6]}
ALWAYS: Opening = {day: ((time(9), time(22)),) for day in WEEKDAYS}


def settle(
    *, now: datetime = NOW, opening: Opening = HOURS, words: str = "", **wish: Any
) -> Resolved | Question:
    read = {"date_from": read_date, "date_to": read_date, "time_from": read_time, "time_to": read_time}
    values: dict[str, Any] = {
        name: read[name](value) if name in read and value else value for name, value in wish.items()
    }
    impossible = tuple(name for name in read if wish.get(name) and values[name] is None)
    return resolve(
        wish=NamedTime(**values, impossible=impossible),
        now=now,
        opening=opening,
        horizon_days=60,
        words=words,
    )


def said(words: str, *, now: datetime = NOW, opening: Opening = HOURS) -> Resolved | Question:
    wish = read_wish(words, now=now)
    assert wish is not None
    return resolve(wish=wish, now=now, opening=opening, horizon_days=60, words=words)


def start_of(found: Resolved | Question) -> str:
    assert isinstance(found, Resolved), found
    assert found.start is not None
    return found.start.strftime("%Y-%m-%d %H:%M")


def question_of(found: Resolved | Question) -> str:
    assert isinstance(found, Question), found
    return found.key


def test_five_is_the_hour_at_which_the_salon_is_open() -> None:
    found = settle(date_from="2026-06-10", time_from="05:00", exact_time=True, words="завтра о 5")
    assert start_of(found) == "2026-06-10 17:00"


def test_without_the_words_the_night_hour_still_becomes_the_afternoons() -> None:
    assert start_of(settle(date_from="2026-06-10", time_from="05:00", exact_time=True)) == "2026-06-10 17:00"


def test_tomorrow_counts_from_when_the_message_was_received() -> None:
    before_midnight = datetime(2026, 6, 9, 23, 59, 50, tzinfo=KYIV)
    assert start_of(said("завтра о 17:00", now=before_midnight)) == "2026-06-10 17:00"


def test_an_hour_that_is_open_twice_is_asked() -> None:
    found = settle(date_from="2026-06-10", time_from="09:00", exact_time=True, words="о 9", opening=ALWAYS)
    assert found == Question("question_hour", {"first": time(9), "second": time(21)})


def test_an_hour_written_out_is_not_asked() -> None:
    found = settle(
        date_from="2026-06-10", time_from="09:00", exact_time=True, words="о 09:00", opening=ALWAYS
    )
    assert start_of(found) == "2026-06-10 09:00"


def test_a_part_of_the_day_settles_the_hour() -> None:
    assert start_of(said("завтра о 9 вечора", opening=ALWAYS)) == "2026-06-10 21:00"


def test_an_hour_at_which_the_salon_is_closed_is_asked() -> None:
    found = settle(date_from="2026-06-10", time_from="22:30", exact_time=True)
    assert found == Question("question_closed", {"time": time(22, 30), "hours": ((time(9), time(20)),)})


def test_weekday_and_date_that_disagree_are_asked() -> None:
    found = settle(date_from="2026-06-11", weekday="fri")
    assert isinstance(found, Question)
    assert (found.key, found.values["date"], int(found.values["actual"]), int(found.values["named"])) == (
        "question_weekday",
        date(2026, 6, 11),
        3,
        4,
    )


def test_weekday_and_date_that_agree_are_not() -> None:
    assert settle(date_from="2026-06-12", weekday="fri") == Resolved(date(2026, 6, 12), date(2026, 6, 12))


@pytest.mark.parametrize(
    ("weekday", "wanted"), [("wed", date(2026, 6, 10)), ("mon", date(2026, 6, 15)), ("tue", date(2026, 6, 9))]
)
def test_a_weekday_is_the_next_one(weekday: str, wanted: date) -> None:
    assert settle(weekday=weekday) == Resolved(wanted, wanted)


def test_todays_weekday_after_the_hour_is_in_a_week() -> None:
    found = settle(weekday="tue", time_from="10:00", exact_time=True)
    assert start_of(found) == "2026-06-16 10:00"


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ({"date_from": "2026-06-08"}, "question_past"),
        ({"date_from": "2026-09-01"}, "question_too_far"),
        ({"date_from": "2026-06-31"}, "question_no_such_date"),
        ({"date_from": "2026-13-32"}, "question_no_such_date"),
        ({"date_from": "2026-06-10", "time_from": "25:00"}, "question_no_such_time"),
        ({"date_from": "2026-06-09", "time_from": "10:00", "exact_time": True}, "question_past_time"),
    ],
)
def test_what_cannot_be_is_asked(wish: dict[str, Any], key: str) -> None:
    assert question_of(settle(**wish)) == key


@pytest.mark.parametrize(
    "words", ["31 червня", "31.06", "32.13", "30 лютого", "31 июня", "June 31", "31 czerwca"]
)
def test_a_date_that_does_not_exist_is_named_in_the_question(words: str) -> None:
    assert said(words) == Question("question_no_date", {"date": words})


def test_january_said_in_december_is_of_the_year_that_begins() -> None:
    december = datetime(2026, 12, 20, 12, 0, tzinfo=KYIV)
    assert settle(date_from="2026-01-05", now=december) == Resolved(date(2027, 1, 5), date(2027, 1, 5))
    assert said("05.01 о 10:00", now=december) == settle(
        date_from="2027-01-05", time_from="10:00", exact_time=True, now=december
    )
    assert said("5 січня", now=december) == Resolved(date(2027, 1, 5), date(2027, 1, 5))


def test_the_rolled_year_is_held_against_the_weekday() -> None:
    december = datetime(2026, 12, 20, 12, 0, tzinfo=KYIV)
    assert isinstance(settle(date_from="2026-01-05", weekday="tue", now=december), Resolved)
    assert question_of(settle(date_from="2026-01-05", weekday="mon", now=december)) == "question_weekday"


def test_a_day_of_last_week_is_past_not_next_year() -> None:
    assert question_of(said("2 червня")) == "question_past"


def test_a_skipped_hour_is_asked() -> None:
    found = settle(
        date_from="2026-03-29",
        time_from="03:30",
        exact_time=True,
        now=datetime(2026, 3, 28, 15, 0, tzinfo=KYIV),
        opening={day: ((time(0), time(23, 59)),) for day in WEEKDAYS},
        words="29.03 о 03:30",
    )
    assert question_of(found) == "question_skipped_hour"


@pytest.mark.parametrize("words", ["in 24 hours", "через 24 години", "через 24 часа", "za 24 godziny"])
def test_24_hours_over_a_change_of_the_clocks_are_asked(words: str) -> None:
    found = settle(
        date_from="2026-03-29",
        time_from="15:00",
        exact_time=True,
        now=datetime(2026, 3, 28, 15, 0, tzinfo=KYIV),
        opening=ALWAYS,
        words=words,
    )
    assert isinstance(found, Question)
    assert found.key == "question_skipped_hour"
    assert [found.values[name].hour for name in ("first", "second")] == [15, 16]


def test_24_hours_in_other_nights_are_just_that() -> None:
    assert start_of(said("in 24 hours")) == "2026-06-10 12:00"


def test_the_night_the_clock_goes_back_shifts_nothing() -> None:
    friday = datetime(2026, 10, 23, 18, 0, tzinfo=KYIV)
    found = said("в неділю о 10:00", now=friday, opening=ALWAYS)
    assert isinstance(found, Resolved)
    assert found.start is not None
    assert found.start.isoformat() == "2026-10-25T10:00:00+02:00"


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ({"time_from": "17:00", "time_to": "21:00"}, (time(17), time(21))),
        ({"time_from": "05:00"}, (time(17), None)),
        ({"time_to": "05:00"}, (None, time(17))),
        ({"time_from": "10:00", "time_to": "02:00"}, (time(10), time(14))),
        ({"time_from": "08:00", "time_to": "12:00"}, (time(8), time(12))),
        ({"time_from": "02:00", "time_to": "04:00"}, (time(14), time(16))),
    ],
)
def test_windows_of_the_day(wish: dict[str, Any], wanted: tuple[time | None, time | None]) -> None:
    found = settle(date_from="2026-06-10", **wish)
    assert isinstance(found, Resolved)
    assert (found.time_from, found.time_to) == wanted


def test_this_week_begins_today() -> None:
    found = settle(date_from="2026-06-08", date_to="2026-06-14")
    assert found == Resolved(date(2026, 6, 9), date(2026, 6, 14))


def test_a_range_ends_at_the_horizon() -> None:
    found = settle(date_from="2026-06-10", date_to="2027-06-10")
    assert isinstance(found, Resolved)
    assert found.date_to == date(2026, 8, 8)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("завтра о пів на сьому", "2026-06-10 18:30"),
        ("в пятницу в половине третьего", "2026-06-12 14:30"),
        ("on Friday at half past two", "2026-06-12 14:30"),
        ("jutro o wpół do siódmej", "2026-06-10 18:30"),
        ("післязавтра на 15", "2026-06-11 15:00"),
        ("12.06 14.00", "2026-06-12 14:00"),
        ("12 июня в два часа дня", "2026-06-12 14:00"),
        ("zavtra v 11", "2026-06-10 11:00"),
        ("через тиждень о 10:00", "2026-06-16 10:00"),
        ("15-го в 16:00", "2026-06-15 16:00"),
        ("1-го о 10:00", "2026-07-01 10:00"),
        ("in two hours", "2026-06-09 14:00"),
    ],
)
def test_words_become_a_moment(words: str, wanted: str) -> None:
    assert start_of(said(words)) == wanted


def test_words_of_a_part_of_the_day_become_a_window() -> None:
    assert said("завтра ввечері") == Resolved(date(2026, 6, 10), date(2026, 6, 10), time(17), time(23, 59))
    assert said("tomorrow after 15") == Resolved(date(2026, 6, 10), date(2026, 6, 10), time(15), None)


@pytest.mark.parametrize("words", ["привіт", "манікюр", "так", "2 послуги"])
def test_words_without_a_day_or_time_wish_nothing(words: str) -> None:
    assert read_wish(words, now=NOW) is None
