"""Numbers in every form clients and models use."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention, Money
from ai.wording import formats
from ai.wording.defaults import LANGUAGES

TABLE = yaml.safe_load((Path(__file__).parent / "tables" / "numbers.yaml").read_text(encoding="utf-8"))
CASES = [(language, text, wanted) for language, table in TABLE.items() for text, wanted in table.items()]


def written(mention: Mention) -> str:
    value = mention.value
    if mention.kind == Kind.TIME:
        shown = "/".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in mention.minutes)
    elif isinstance(value, DayRef):
        shown = ".".join(str(part) for part in (value.day, value.month, value.year) if part is not None)
    elif isinstance(value, Money):
        shown = f"{value.amount} {value.currency}".strip()
    else:
        shown = str(value)
    return f"{mention.kind} {shown} {mention.bound}".strip()


@pytest.mark.parametrize(("language", "text", "wanted"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
def test_it_reads_the_table(language: str, text: str, wanted: list[str]) -> None:
    assert [written(mention) for mention in find_mentions(text)] == [str(one) for one in wanted]


def test_it_tells_where_in_the_text_a_mention_stands() -> None:
    text = "Чекаємо вас 25 листопада о 17:00"
    assert [mention.text for mention in find_mentions(text)] == ["25 листопада", "о 17:00"]


def test_it_keeps_other_readings_of_an_ambiguous_pair() -> None:
    (mention,) = find_mentions("10.11")
    assert [reading.kind for reading in mention.readings()] == [Kind.DATE, Kind.TIME, Kind.NUMBER]


def test_a_pair_after_a_clock_preposition_is_a_time_first() -> None:
    (mention,) = find_mentions("о 10.11")
    assert mention.kind == Kind.TIME


@pytest.mark.parametrize("text", ["", " ", "...", "Добрий день!", "-", "\n\n", "@", "a" * 5000, "1" * 5000])
def test_odd_texts_do_no_harm(text: str) -> None:
    find_mentions(text)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for mention in find_mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)


LANGUAGE = st.sampled_from(LANGUAGES)


@given(LANGUAGE, st.times())
def test_a_rendered_time_is_read_as_that_time(language: str, moment: time) -> None:
    (mention,) = find_mentions(formats.format_at(language, moment))
    assert mention.kind == Kind.TIME
    assert moment.hour * 60 + moment.minute in mention.minutes


@given(LANGUAGE, st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.booleans())
def test_a_rendered_date_is_read_as_that_date(language: str, day: date, with_year: bool) -> None:
    today = date(2020, 1, 1) if with_year else None
    weekday, dated = find_mentions(formats.format_day(language, day, today=today))
    assert (weekday.kind, weekday.value) == (Kind.WEEKDAY, day.weekday())
    assert dated.value == DayRef(day.day, day.month, day.year if with_year else None)


@given(
    LANGUAGE,
    st.decimals(min_value=Decimal("0.01"), max_value=Decimal(999999), places=2),
    st.sampled_from(["UAH", "USD", "EUR", "PLN"]),
)
def test_a_rendered_amount_is_read_as_that_amount(language: str, amount: Decimal, currency: str) -> None:
    (mention,) = find_mentions(formats.format_money(language, amount, currency))
    assert mention.value == Money(amount, currency)


@given(LANGUAGE, st.integers(1, 600))
def test_a_rendered_length_is_read_as_that_length(language: str, minutes: int) -> None:
    found = find_mentions(formats.format_duration(language, minutes))
    assert any(
        reading.kind == Kind.DURATION and reading.value == minutes
        for mention in found
        for reading in mention.readings()
    )
