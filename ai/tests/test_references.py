"""References become words of the language; whatever else stands in braces is told of and does no harm."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ai.references import SIGN, Reference, ReferenceBook, Speech
from ai.references.builders import (
    asked_reference,
    hours_reference,
    length_reference,
    price_reference,
    proposal_reference,
    slot_references,
    visit_reference,
)
from bookings.models import Booking, Service, Specialist
from bookings.models.prices import Price
from bookings.values import Slot

KYIV = ZoneInfo("Europe/Kyiv")
TODAY = date(2026, 11, 28)
START = datetime(2026, 12, 2, 17, 30, tzinfo=KYIV)
TEN = datetime(2026, 12, 5, 11, 0, tzinfo=KYIV)


def make_slot(start: datetime = START, who: str = "Анна", minutes: int = 90) -> Slot:
    return Slot(3, who, 7, "Манікюр", start, start + timedelta(minutes=minutes))


def make_booking() -> Booking:
    return Booking(
        pk=17, service=Service(name="Манікюр"), specialist=Specialist(name="Анна"), start=TEN, end=TEN
    )


def make_book(language: str = "uk", currency: str = "UAH") -> ReferenceBook:
    speech = Speech(language, currency, KYIV, TODAY)
    book = ReferenceBook(speech, first=TODAY, last=date(2027, 1, 27))
    book.add(
        *slot_references(speech, [[make_slot()], [make_slot(TEN), make_slot(TEN, "Олена")]]),
        visit_reference(speech, make_booking(), price=Price(Decimal(450))),
        proposal_reference(speech, [START, TEN], price=Price(Decimal(2500), is_from=True)),
        asked_reference(speech, 1, day=TODAY, moment=time(13)),
        asked_reference(speech, 2, moment=time(11, 30)),
        asked_reference(speech, 3, day=TODAY, until=time(14)),
        asked_reference(speech, 4, since=time(14), until=time(17)),
        price_reference(speech, 7, Price(Decimal(700)), service="Манікюр"),
        price_reference(speech, 7, Price(Decimal(850)), specialist_id=3),
        price_reference(speech, 8, Price(Decimal(1800), is_from=True)),
        price_reference(speech, 9, Price(Decimal(1800), is_from=True, to=Decimal(2800))),
        price_reference(speech, 10, None),
        length_reference(speech, 7, 60),
        length_reference(speech, 9, 30),
        hours_reference(speech, 1, [(time(9), time(13)), (time(14), time(20))], weekday="wed", who="Анна"),
        hours_reference(speech, 2, [], weekday="sun"),
    )
    return book


WORDS = yaml.safe_load((Path(__file__).parent / "tables/references.yaml").read_text(encoding="utf-8"))
CASES = [(language, ref, words) for language, table in WORDS.items() for ref, words in table.items()]


@pytest.mark.parametrize(("language", "ref", "words"), CASES, ids=[f"{one}-{ref}" for one, ref, _ in CASES])
def test_each_reference_says_its_words(language: str, ref: str, words: str) -> None:
    filled = make_book(language).fill(f"ок, {{{ref}}}")
    assert filled.text == f"ок, {words}"
    assert (filled.plain, filled.used, filled.unknown) == (f"ок, {SIGN}", (ref,), ())


def test_a_sign_before_the_amount_stands_at_both_ends_of_a_range() -> None:
    assert make_book("en", "USD").fill("x {p9}").text == "x from $1800 to $2800"


@pytest.mark.parametrize(
    ("language", "draft", "text"),
    [
        (
            "uk",
            "{s1} вільно. {s2} теж.",
            "У середу, 2 грудня, о 17:30 вільно. У суботу, 5 грудня, об 11:00 теж.",
        ),
        ("uk", "Записати вас на {s1}?", "Записати вас у середу, 2 грудня, о 17:30?"),
        ("uk", "Є місце о {s1.time} або о {s2.time}.", "Є місце о 17:30 або об 11:00."),
        ("uk", "Вільно до {s1.time}.", "Вільно до 17:30."),
        ("uk", "Скасувати можна до {v17.day}.", "Скасувати можна до 5 грудня."),
        ("en", "Any time before {v17}.", "Any time before Saturday, 5 December, at 11:00."),
        ("uk", "До {d2026-12-05.weekday}.", "До у суботу."),  # for the prompt to teach
        ("uk", "Коштує від {p8}.", "Коштує від 1800 грн."),
        ("uk", "Працюємо з {h1}.", "Працюємо з 09:00 до 13:00 і з 14:00 до 20:00."),
        (
            "uk",
            "Варіанти:\n- {s1}\n{s2}",
            "Варіанти:\n- у середу, 2 грудня, о 17:30\nУ суботу, 5 грудня, об 11:00",
        ),
        ("en", "Shall I book you for {s1}?", "Shall I book you on Wednesday, 2 December, at 17:30?"),
        ("en", "We can start after {s1.time}.", "We can start after 17:30."),
        ("ru", "Запишу вас на {s1.day} на {s1.time}", "Запишу вас в среду, 2 декабря, в 17:30"),
        ("pl", "Pani wizyta to {v17}.", "Pani wizyta to w sobotę, 5 grudnia, o 11:00."),
        ("en", "Then we {s1.time} begin.", "Then we at 17:30 begin."),
        ("pl", "Czy umówić Panią na {s1}?", "Czy umówić Panią w środę, 2 grudnia, o 17:30?"),
        ("uk", "До {s1.who} чи до {v17.who}?", "До Анна чи до Анна?"),
        ("uk", "Замість {v17.time} будемо {s1.time}.", "Замість 11:00 будемо о 17:30."),
        ("uk", "Між {s1.time} і {s2.time} перерва.", "Між 17:30 і 11:00 перерва."),
        ("ru", "Вместо {v17} есть {s1}.", "Вместо 5 декабря, в 11:00 есть в среду, 2 декабря, в 17:30."),
        ("pl", "Zamiast {v17.day} mamy {s1.time}.", "Zamiast 5 grudnia mamy o 17:30."),
        ("en", "I can move it to {s1}.", "I can move it to Wednesday, 2 December, at 17:30."),
        ("en", "How about {s1.time}?", "How about 17:30?"),
        ("en", "The {s1.time} slot or the {s2.day} one?", "The 17:30 slot or the Saturday, 5 December one?"),
        ("en", "Unfortunately {a1} is taken.", "Unfortunately Saturday, 28 November, at 13:00 is taken."),
        ("en", "{s1.time} and {s2.time} are free.", "17:30 and 11:00 are free."),
        ("en", "The nearest is {s1.time}.", "The nearest is 17:30."),
        (
            "en",
            "Anna is free {s1.day} and {s2.day}.",
            "Anna is free on Wednesday, 2 December, and on Saturday, 5 December.",
        ),
        ("en", "{s1.day} Anna is free.", "On Wednesday, 2 December, Anna is free."),
        ("en", "There is {s1.time} or {s2.time}.", "There is 17:30 or 11:00."),
        ("en", "There is also {s1.time}, {s2.time} and {a1.time}.", "There is also 17:30, 11:00 and 13:00."),
        (
            "en",
            "Otherwise there is {s1} or {s2}.",
            "Otherwise there is Wednesday, 2 December, at 17:30 or Saturday, 5 December, at 11:00.",
        ),
        ("en", "Anna is free {s1.time} or {s2.time}.", "Anna is free at 17:30 or at 11:00."),
        ("en", "There is {s1.time} {s1.day}.", "There is 17:30 on Wednesday, 2 December."),
        ("uk", "Вільно до {s1.time} або {s2.time}.", "Вільно до 17:30 або 11:00."),
        ("uk", "{s1.day} після обіду вільно.", "У середу, 2 грудня, після обіду вільно."),
        ("ru", "{s1.day} {s1.time} свободно.", "В среду, 2 декабря, в 17:30 свободно."),
        ("pl", "{s1.day} o tej porze nie ma nic.", "W środę, 2 grudnia, o tej porze nie ma nic."),
        ("uk", "Вільно {s1.day}, а {s2.day} - ні.", "Вільно у середу, 2 грудня, а у суботу, 5 грудня - ні."),
        ("en", "Nothing is free until {a3.until}.", "Nothing is free until 14:00."),
        ("en", "Nothing is free {a3}.", "Nothing is free on Saturday, 28 November, by 14:00."),
        ("uk", "Після {a3.until} вільно.", "Після 14:00 вільно."),
        ("uk", "Нема нічого {a4}.", "Нема нічого з 14:00 до 17:00."),
        (
            "uk",
            "Коштує до {p8}, працюємо до {h1}.",
            "Коштує до від 1800 грн, працюємо до з 09:00 до 13:00 і з 14:00 до 20:00.",
        ),
    ],
)
def test_words_fit_the_sentence_they_stand_in(language: str, draft: str, text: str) -> None:
    assert make_book(language).fill(draft).text == text


NO_REFERENCES = """
{s3} {v18} {s1.price} {s1.} {.day} {s1.day.day} {s1.__class__} {s1!r} {s1:>99} {0} {} {s1+s2} {p7+l7} {p7+p10}
{p7+p99} {p7+} {+p7} {p7++p8} {p7-p8} {p7*2} {open+p7} {v17.price+p7} {d2026-12-32} {d2026-11-27}
{d2027-01-28} {d2026-12-05.day.x} {d5} {d2026-W49-6} {d٢٠٢٦-12-05} {S1} {ѕ1} {р7} {h1+h2} {amount}
{p7.3.3} {a2.day} {salon}
{s1 s1} \uff5bs1\uff5d \ufe5bs1\ufe5c ❴s1❵
"""


@pytest.mark.parametrize("brace", [*NO_REFERENCES.split(), "{ }", "{s1 x}", "{s\u200b1}", "{знижка 10%}"])
def test_a_brace_that_means_nothing_is_told_of_and_stays(brace: str) -> None:
    filled = make_book().fill(f"Вільно {brace}")
    assert filled.unknown
    assert set("".join(filled.unknown)) <= set(brace)
    assert filled.text == filled.plain == f"Вільно {brace}"


def test_braces_around_what_means_nothing_are_told_of_too() -> None:
    assert make_book().fill("{s{s9}1}").unknown == ("{", "{s9}", "}")


@pytest.mark.parametrize("brace", ["{ s1 }", "{s1\n}", "{\ts1}"])
def test_spaces_within_a_reference_do_not_matter(brace: str) -> None:
    filled = make_book().fill(f"Вільно {brace}")
    assert (filled.used, filled.unknown) == (("s1",), ())


def test_the_innermost_brace_counts_and_the_outer_ones_are_told_of() -> None:
    filled = make_book().fill("{{s1}}")
    assert (filled.used, filled.unknown) == (("s1",), ("{", "}"))
    assert filled.plain == f"{{{SIGN}}}"


def test_words_that_are_put_in_are_no_drafts_themselves() -> None:
    book = make_book()
    book.add(Reference("v9", "{s1} {v9}", {"what": "{p7}", "who": "{0.__class__}"}))
    filled = book.fill("ок {v9}, {v9.what}, {v9.who}")
    assert filled.text == "ок {s1} {v9}, {p7}, {0.__class__}"
    assert filled.unknown == ()


def test_a_sign_of_the_models_own_stands_for_nothing() -> None:
    filled = make_book().fill(f"{SIGN} {{s1}} {SIGN}")
    assert filled.plain.count(SIGN) == len(filled.used) == 1


def test_a_sum_has_an_end() -> None:
    book = make_book()
    assert book.fill("{" + "+".join(["p7"] * 20) + "}").text == "14\u00a0000 грн"
    assert book.fill("{" + "+".join(["p7"] * 21) + "}").unknown
    assert book.fill("{" + "+".join(["p7"] * 100_000) + "}").unknown


@given(st.text(alphabet=st.characters() | st.sampled_from("{}{}{}s1pl7.+d2026-05openvha0 !:"), max_size=300))
@settings(deadline=None, max_examples=300)
def test_any_text_can_be_filled(text: str) -> None:
    filled = make_book().fill(text)
    assert filled.plain.count(SIGN) == len(filled.used)
    assert bool(filled.unknown) or not set("{}") & set(filled.plain)


@given(st.lists(st.sampled_from(sorted(WORDS["uk"])), min_size=1, max_size=6))
@settings(deadline=None)
def test_each_sign_stands_for_the_reference_at_its_place(refs: list[str]) -> None:
    filled = make_book().fill(" та ".join(f"{{{ref}}}" for ref in refs))
    assert filled.used == tuple(refs)
    assert filled.plain == " та ".join([SIGN] * len(refs))


def test_the_model_reads_the_words_the_parts_and_what_it_is() -> None:
    book = make_book()
    assert book.as_json("p")[0] == {"ref": "p7", "says": "700 грн", "service": "Манікюр"}
    slot = book.as_json("s")[0]
    assert slot == {
        "ref": "s1",
        "says": "у середу, 2 грудня, о 17:30",
        "time": "о 17:30",
        "day": "у середу, 2 грудня",
        "who": "Анна",
        "start": "2026-12-02T17:30",
        "end": "19:00",
        "services": [7],
        "specialists": [3],
    }
    assert [one["ref"] for one in book.as_json("voa")] == ["v17", "open", "a1", "a2", "a3", "a4"]


def test_moments_are_told_on_the_clock_of_the_salon() -> None:
    speech = Speech("uk", "UAH", KYIV, TODAY)
    utc = START.astimezone(ZoneInfo("UTC"))
    (reference,) = slot_references(speech, [[make_slot(utc)]])
    assert reference.says == "у середу, 2 грудня, о 17:30"
    assert reference.facts["start"] == "2026-12-02T17:30"


def test_starts_found_later_are_numbered_on() -> None:
    speech = Speech("uk", "UAH", KYIV, TODAY)
    assert [one.ref for one in slot_references(speech, [[make_slot()], [], [make_slot()]], first=4)] == [
        "s4",
        "s6",
    ]
