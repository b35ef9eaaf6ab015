"""Plural forms, dates, times and money as people write them."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ai.wording import formats

TUESDAY = datetime(2025, 11, 25, 17, 0, tzinfo=ZoneInfo("Europe/Kyiv"))


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("uk", {1: "година", 2: "години", 4: "години", 5: "годин", 11: "годин", 14: "годин"}),
        ("uk", {21: "година", 22: "години", 25: "годин", 101: "година", 112: "годин"}),
        ("ru", {1: "час", 3: "часа", 5: "часов", 11: "часов", 21: "час", 24: "часа", 113: "часов"}),
        ("pl", {1: "godzina", 2: "godziny", 5: "godzin", 12: "godzin", 21: "godzin", 22: "godziny"}),
        ("en", {1: "hour", 2: "hours", 21: "hours"}),
    ],
)
def test_nouns_follow_their_number(language: str, wanted: dict[int, str]) -> None:
    assert {number: formats.format_duration(language, number * 60) for number in wanted} == {
        number: f"{number} {form}" for number, form in wanted.items()
    }


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("uk", "a, b і c"), ("ru", "a, b и c"), ("en", "a, b and c"), ("pl", "a, b i c")],
)
def test_lists_end_as_they_are_spoken(language: str, wanted: str) -> None:
    assert formats.join_words(language, ["a", "b", "c"]) == wanted


def test_a_weekday_has_the_apostrophe_of_all_texts() -> None:
    assert formats.format_day("uk", date(2026, 1, 2)) == "п'ятниця, 2 січня"


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("uk", "у вівторок, 25 листопада, о 17:00"),
        ("ru", "во вторник, 25 ноября, в 17:00"),
        ("en", "on Tuesday, 25 November, at 17:00"),
        ("pl", "we wtorek, 25 listopada, o 17:00"),
    ],
)
def test_a_moment_is_told_in_the_right_case(language: str, wanted: str) -> None:
    assert formats.format_when(language, TUESDAY, today=date(2025, 1, 1)) == wanted


def test_another_year_is_named() -> None:
    assert formats.format_date("uk", date(2027, 1, 5), today=date(2026, 12, 30)) == "5 січня 2027 року"
    assert formats.format_date("en", date(2027, 1, 5), today=date(2027, 2, 1)) == "5 January"


def test_eleven_takes_the_other_preposition() -> None:
    assert formats.format_at("uk", time(11, 30)) == "об 11:30"
    assert formats.format_at("uk", time(12)) == "о 12:00"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "wanted"),
    [
        ("uk", "700", "UAH", "700 грн"),
        ("uk", "700.50", "UAH", "700,50 грн"),
        ("ru", "700.00", "UAH", "700 грн"),
        ("en", "700.5", "UAH", "700.50 UAH"),
        ("en", "12000", "USD", "$12,000"),
        ("pl", "12000.5", "PLN", "12\u00a0000,50 zł"),
        ("uk", "1200", "EUR", "€1200"),
        ("pl", "700", "UAH", "700 UAH"),
    ],
)
def test_money(language: str, amount: str, currency: str, wanted: str) -> None:
    assert formats.format_money(language, Decimal(amount), currency) == wanted


@pytest.mark.parametrize(
    ("language", "minutes", "wanted"),
    [
        ("uk", 90, "1 година 30 хвилин"),
        ("ru", 60, "1 час"),
        ("en", 45, "45 minutes"),
        ("pl", 122, "2 godziny 2 minuty"),
    ],
)
def test_lengths_of_time(language: str, minutes: int, wanted: str) -> None:
    assert formats.format_duration(language, minutes) == wanted
