"""Words with a letter of the other keyboard, an odd apostrophe or a sign that cannot be seen are words like any other."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ai.guard.check import check
from ai.language.answers import consents, read_answer
from ai.language.catalogue_names import find_names
from ai.language.detect import detect_language
from ai.language.given_names import given_names
from ai.language.intents import find_intent
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.listed import read_numbers
from ai.language.numbers.mentions import Kind
from ai.language.wishes import read_wish
from ai.tests.test_guard import make_evidence

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Kyiv"))  # a Monday


def apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("вiвторок", 1), ("недiля", 6), ('п"ятниця', 4), ("п*ятниця", 4), ("п`ятниця", 4), ("пʼятницю", 4),
        (apart("środa"), 2), (apart("у неділю"), 6), ("у вi\u00adвто\u200bрок", 1), ("cepeда", 2), ("Cубота", 5),
        ("ΒІВТОРОК", 1), ("в cрeду", 2), ("śrоda", 2), ("mοnday", 0),
    ],
)  # fmt: skip
def test_a_weekday_is_read(text: str, weekday: int) -> None:
    (mention,) = find_mentions(text)
    assert (mention.kind, mention.value) == (Kind.WEEKDAY, weekday)
    wish = read_wish(text, now=NOW)
    assert wish is not None
    assert wish.weekday == ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]


@pytest.mark.parametrize(
    "text", ["зaвтра o 15:00", "завтра o 15\u200b:00", "завтра в 1\u00ad5:00", "завтра о １５:００"]
)
def test_a_time_is_read(text: str) -> None:
    times = [one for one in find_mentions(text) if one.kind == Kind.TIME]
    assert [one.minutes[0] for one in times] == [900]


def test_the_text_of_a_mention_is_found_in_the_readable_text() -> None:
    (mention,) = find_mentions(apart("może środa?"))
    assert mention.text == "środa"


@pytest.mark.parametrize(
    "text",
    [
        "➕",
        "➕➕",
        "＋",
        "тaк",
        "тaк, будь лacка",
        "да\u200b",
        "Дa",
        "👍🏽",
        "\ufeffok",
        "ОK",
        apart("zgadzam się"),
    ],
)
def test_a_yes_is_read(text: str) -> None:
    assert read_answer(text, "book") == "yes"
    assert consents(text, "book", names=[], numbers=set())


@pytest.mark.parametrize(
    "text", ["нi", "Нi!", "HІ", "нe трeба", "нeт", "ні\u200b", "➖", "niе", apart("nie chcę")]
)
def test_a_no_is_read(text: str) -> None:
    assert read_answer(text, "book") == "no"
    assert not consents(text, "book", names=[], numbers=set())


@pytest.mark.parametrize("text", ["тaк？", "тaк, але o 18:00", "➕➖", "hi"])
def test_more_than_an_answer_stays_more(text: str) -> None:
    assert read_answer(text, "book") == "none"


@pytest.mark.parametrize(
    ("text", "language"), [("дoбpий дeнь, хочу зaпиcaтися", "uk"), (apart("proszę o wizytę"), "pl")]
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert detect_language(text, "en") == language


def test_names_and_the_menu_are_found() -> None:
    services = [(1, "Манікюр"), (2, "Стрижка")]
    assert find_names("xочу мaнiкюp", services).named == (1,)
    assert find_names(apart("Манікюр") + "\u200b", services).named == (1,)
    assert find_intent("cкaсувaти зaпис") == "cancel"
    assert list(given_names("до Okсaни")) == ["Оксани"]
    assert read_numbers("дрyге") == [2]


@pytest.mark.parametrize(
    "text",
    [
        "Вiзит cкаcoванo", "Візит ска\u200bсовано", "Вiзит скасοвано", apart("Ваш запис підтверджено") + "\u00ad",
        "Зaпис підтвepджено", "Ви зaписaнi на завтра", "В\u2060i\u2060зит скaсoвано",
    ],
)  # fmt: skip
def test_a_claim_is_seen_through_letters_that_look_alike(text: str) -> None:
    assert {one.kind for one in check(text=text, evidence=make_evidence("uk"))} & {"claim", "booking"}


@pytest.mark.parametrize("text", ["Your visit is 𝐜𝐚𝐧𝐜𝐞𝐥𝐥𝐞𝐝", "You are bооked", "Ｂｏｏｋｅｄ for tomorrow"])
def test_a_claim_in_fancy_letters_is_seen(text: str) -> None:
    assert "claim" in {one.kind for one in check(text=text, evidence=make_evidence("en"))}
