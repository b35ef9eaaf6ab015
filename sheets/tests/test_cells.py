"""Cells in every form that people and spreadsheets give them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sheets.rows.cells import canonical_text, is_error_value, is_no_name, start_of
from sheets.rows.moments import (
    canonical_date,
    canonical_short_date,
    canonical_time,
    clean,
    date_ahead,
    nearest_date,
    when_of_edit,
    when_of_new,
)

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("05.03.2026", "05.03.2026"),
        ("5.3.26", "05.03.2026"),
        ("5/3/2026", "05.03.2026"),
        ("2026-03-05", "05.03.2026"),
        (46086, "05.03.2026"),
        ("31.02.2026", "31.02.2026"),
        ("soon", "soon"),
        ("05.03.2026\u200e", "05.03.2026"),
        ("\ufeff5.3.26", "05.03.2026"),
        ("05.\u200b03.20\u00ad26", "05.03.2026"),
        ("\u202f5/3/2026\u00a0", "05.03.2026"),
        ("2026–03–05", "05.03.2026"),  # a phone's dash
        ("０５.０３.２０２６", "05.03.2026"),
        ("46086", "05.03.2026"),  # a serial pasted as text
        ("46086.4375", "05.03.2026"),
        (46086.75, "05.03.2026"),  # =NOW()
        ("31.12.9999", "31.12.9999"),
        ("9999-12-31", "9999-12-31"),
        ("01.01.0000", "01.01.0000"),
        ("05.03.0026", "05.03.0026"),
        (1e300, "1e+300"),
        (float("inf"), "inf"),
        ("1" * 500, "1" * 200),
    ],
)
def test_it_reads_a_full_date_in_every_usual_form(typed: object, meant: str) -> None:
    assert canonical_date(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:00", "09:00"),
        ("09.00", "09:00"),
        ("9:00:00", "09:00"),
        (0.375, "09:00"),
        ("25:00", "25:00"),
        ("10:00\u200e", "10:00"),
        ("\ufeff10:00", "10:00"),
        ("10\u200b:00", "10:00"),
        ("10\u202f:\u202f00", "10:00"),
        ("10 : 00", "10:00"),
        ("10. 00", "10:00"),
        ("10 - 11", "10 - 11"),
        ("10:\u00ad00", "10:00"),
        ("\u202f10:00", "10:00"),
        ("\u206610:00\u2069", "10:00"),
        ("１０：００", "10:00"),
        ("10∶00", "10:00"),
        ("2:30 pm", "14:30"),
        ("2:30PM", "14:30"),
        ("12:05 a.m.", "00:05"),
        ("12 pm", "12:00"),
        ("13:00 pm", "13:00 pm"),
        ("14-30", "14:30"),
        ("1430", "14:30"),
        (1430, "14:30"),
        ("0930", "09:30"),
        ("9", "09:00"),
        (9, "09:00"),
        (18.0, "18:00"),
        ("3", "3"),  # at night or in the afternoon: asked, not guessed
        ("24", "24"),
        ("9.5", "9.5"),
        (9.5, "9.5"),
        ("0.4375", "10:30"),
        ("0,4375", "10:30"),
        ("2575", "2575"),
        (10**400, "1" + "0" * 199),
        ("9" * 5000, "9" * 200),
    ],
)
def test_it_reads_a_time_in_every_usual_form(typed: object, meant: str) -> None:
    assert canonical_time(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5.3", "05.03"),
        ("05.03.", "05.03"),
        (46086, "05.03"),
        ("5.3.26", "05.03"),
        ("07.12", "07.12"),
        ("7/12", "07.12"),
        ("7-12", "07.12"),
        ("46086", "05.03"),
        ("45.12", "45.12"),
        ("29.02", "29.02"),
        (5.1, "5.1"),
        ("31.12.9999", "31.12.9999"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_it_reads_a_short_date(typed: object, meant: str) -> None:
    assert canonical_short_date(typed) == meant


@pytest.mark.parametrize(
    ("short", "today", "ahead", "nearest"),
    [
        ("07.12", date(2026, 11, 29), "07.12.2026", "07.12.2026"),
        ("29.11", date(2026, 11, 29), "29.11.2026", "29.11.2026"),
        ("05.01", date(2026, 12, 30), "05.01.2027", "05.01.2027"),
        ("30.12", date(2027, 1, 5), "30.12.2027", "30.12.2026"),
        ("29.02", date(2026, 11, 29), "29.02.2028", ""),
        ("31.02", date(2026, 11, 29), "", ""),
        ("soon", date(2026, 11, 29), "", ""),
    ],
)
def test_a_day_without_a_year_gets_one(short: str, today: date, ahead: str, nearest: str) -> None:
    assert date_ahead(short, today=today) == ahead
    assert nearest_date(short, to=today) == nearest


def test_a_number_and_its_text_are_the_same_client_id() -> None:
    assert canonical_text(42) == canonical_text(42.0) == canonical_text("42 ") == "42"


def test_control_characters_and_line_breaks_do_not_reach_a_cell() -> None:
    assert clean("Olena\n\tKoval\x00 \u2028=1+1") == "Olena Koval =1+1"


def test_an_emoji_made_of_several_signs_stays_whole_in_a_cell() -> None:
    assert clean("Аня 👩\u200d🎨 ❤\ufe0f\u200e") == "Аня 👩\u200d🎨 ❤\ufe0f"


def test_a_start_is_the_salons_wall_clock() -> None:
    start = start_of(("25.10", "25.10.2026", "10:00", "", "", ""), KYIV)
    assert start is not None
    assert start.astimezone(UTC) == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_a_minute_that_the_night_skips_is_no_start() -> None:
    assert start_of(("29.03", "29.03.2026", "03:30", "", "", ""), KYIV) is None


def test_an_impossible_date_is_no_start() -> None:
    assert start_of(("31.02", "31.02.2026", "10:00", "", "", ""), KYIV) is None


@pytest.mark.parametrize("number", [1.5, 12.25, 12.3, 3, 46350, 46350.4375, -0.1, True])
def test_a_number_that_is_no_day_fraction_is_no_time(number: object) -> None:
    assert start_of(("", "05.03.2026", canonical_time(number), "", "", ""), KYIV) is None


def test_the_last_half_minute_of_a_day_stays_on_its_day() -> None:
    assert canonical_time(0.99999) == "23:59"


@pytest.mark.parametrize("number", [0.4375, 1.5, 5.03, 12, 3000, -46350, 10**7])
def test_a_number_that_is_no_day_of_this_century_is_no_date(number: object) -> None:
    assert start_of(("", canonical_date(number), "10:00", "", "", ""), KYIV) is None


@pytest.mark.parametrize(
    "text",
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!", "#SPILL!", "#Н/Д",
     "#ССЫЛКА!", "#ЗНАЧ!", "#ИМЯ?", "#ДЕЛ/0!", "#ПОСИЛАННЯ!", "#ІМ'Я?", "#ДІЛ/0!", "#ADR!", "#NAZWA?",
     "#DZIEL/0!", "#BŁĄD!", "#N/D!", "#BEZUG!", "#NV", "#¡REF!", "#¿NOMBRE?",
     "#GETTING_DATA", "#N/A N/A", "#N/A #N/A", "#ERREUR !", "#ЗНАЧ !", "＃REF!", "#DZIEL/0", "#BUSY!",
     "Loading data...", "Requesting Data...", "Трохи зачекайте...", "Wird geladen…", "Proszę czekać...",
     "Loading...", "Loading…", "Загрузка...", "Завантаження…", "Ładowanie..."],
)  # fmt: skip
def test_an_error_value_is_known_in_every_language(text: str) -> None:
    assert is_error_value(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#12",
        "#Оля!",
        "#1!",
        "N/A",
        "Оля?",
        "VIP!",
        "# REF!",
        "loading",
        "Оля...",
        "#2 Оля",
        "#оля_інста",
        "Loading",
    ],
)
def test_what_people_type_is_no_error_value(text: str) -> None:
    assert not is_error_value(text)


@pytest.mark.parametrize(
    "value", [True, False, 46086, 0.5, 46086.4375, 12.0, -3, 1e21, "46086", "TRUE", "０.５"]
)
def test_a_number_and_a_truth_are_nobodys_name(value: object) -> None:
    assert is_no_name(canonical_text(value))


@pytest.mark.parametrize("value", ["Оля", "Оля 2", "7 Ольга", 380501234567, "0501234567", "", "J", "Тру"])
def test_words_and_phones_may_stand_for_a_name(value: object) -> None:
    assert not is_no_name(canonical_text(value))


TODAY = date(2026, 11, 29)
WAS = ("30.12", "30.12.2026", "10:00")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("07.12", "", "10:00"), ("07.12", "07.12.2026", "10:00")),
        (("05.01", "", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("", "07.12.2026", "10:00"), ("07.12", "07.12.2026", "10:00")),
        (("", "5.1", "10:00"), "bad_date"),  # a number: 5.1 and 5.10 are one
        (("", "05.01", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("07.12", "07.12", "10:00"), ("07.12", "07.12.2026", "10:00")),
        (("08.12", "07.12", "10:00"), "bad_date"),
        (("08.12", "07.12.2026", "10:00"), "date_mismatch"),
        (("soon", "", "10:00"), "bad_date"),
        (("", "31.12.9999", "10:00"), "bad_date"),
        (("07.12", "", "9.5"), "bad_time"),
    ],
)
def test_a_new_rows_date_and_time_are_made_whole_or_told_wrong(
    typed: tuple[str, str, str], meant: tuple[str, str, str] | str
) -> None:
    assert when_of_new(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("05.01", "30.12.2026", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("05.01", "", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("30.12", "05.01.2027", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("30.12", "05.01", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("05.01", "05.01", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("30.12", "30.12", "11:00"), ("30.12", "30.12.2026", "11:00")),
        (("06.01", "05.01", "10:00"), "date_mismatch"),
        (("30.12", "31.02", "10:00"), "bad_date"),
        (("", "05.01.2027", "10:00"), ("05.01", "05.01.2027", "10:00")),
        (("", "", "10:00"), WAS),
        (("30.12", "", "11:00"), ("30.12", "30.12.2026", "11:00")),
        (("06.01", "05.01.2027", "10:00"), "date_mismatch"),
        (("30.12", "soon", "10:00"), "bad_date"),
        (("soon", "30.12.2026", "10:00"), "bad_date"),
        (("30.12", "30.12.2026", ""), "bad_time"),
    ],
)
def test_an_edits_date_and_time_are_made_whole_or_told_wrong(
    typed: tuple[str, str, str], meant: tuple[str, str, str] | str
) -> None:
    assert when_of_edit(WAS, typed) == meant


@pytest.mark.parametrize(
    ("full", "meant"),
    [("05.01", "05.01.2027"), ("05.01.2027", "05.01.2027"), ("", "30.12.2026"), ("30.12", "30.12.2026")],
)
def test_an_edit_in_a_tab_with_one_column_for_dates_is_made_whole(full: str, meant: str) -> None:
    was = ("", *WAS[1:])
    assert when_of_edit(was, ("", full, "10:00")) == (meant[:5], meant, "10:00")
