"""Words with a letter of the other keyboard, an odd apostrophe or an unseen sign are words like any other."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ai.guard.deeds import find_deeds
from ai.guard.figures import find_figures
from ai.guard.violations import Violation
from ai.language.answers import consents, read_answer
from ai.language.catalogue_names import find_names
from ai.language.detect import detect_language
from ai.language.given_names import given_names
from ai.language.intents import find_intent
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.listed import read_numbers
from ai.language.numbers.mentions import Kind
from ai.language.wishes import read_wish
from ai.references.book import Filled

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Kyiv"))  # a Monday


def claims(text: str) -> list[Violation]:
    """What a draft without references claims, said to a client without visits."""
    return find_deeds(Filled(text, text), has_visits=False)


def apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        ("вiвторок", 1), ("недiля", 6), ('п"ятниця', 4), ("п*ятниця", 4), ("п`ятниця", 4), ("пʼятницю", 4),
        (apart("środa"), 2), (apart("у неділю"), 6), ("у вi\u00adвто\u200bрок", 1), ("cepeда", 2),
        ("п’’ятниця", 4), ("пʺятниця", 4), ("п՚ятниця", 4), ("пˮятниця", 4), ("п′′ятниця", 4), ("четвеr", 3),
        ("сеrеда", 2), ("субо\u0301та", 5), ("с\u0336е\u0336реда", 2),
        ("Cубота", 5), ("ΒІВТОРОК", 1), ("в cрeду", 2), ("śrоda", 2), ("mοnday", 0),
    ],
)  # fmt: skip
def test_a_weekday_is_read(text: str, weekday: int) -> None:
    (mention,) = find_mentions(text)
    assert (mention.kind, mention.value) == (Kind.WEEKDAY, weekday)
    wish = read_wish(text, now=NOW)
    assert wish is not None
    assert wish.weekday == ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]


@pytest.mark.parametrize(
    "text",
    [
        "зaвтра o 15:00", "завтра o 15\u200b:00", "завтра в 1\u00ad5:00", "завтра о １５:００", "15﹕00",
        "15ː00",
        "15꞉00", "о 15։00", "⑮:00", "о ¹⁵:⁰⁰", "о 15⁰⁰", "о ١٥:٠٠",
    ],
)  # fmt: skip
def test_a_time_is_read(text: str) -> None:
    times = [one for one in find_mentions(text) if one.kind == Kind.TIME]
    assert [one.minutes[0] for one in times] == [900]


@pytest.mark.parametrize("text", ["24․11", "24．11", "２４。１１", "٢٤.١١"])
def test_a_date_is_read(text: str) -> None:
    (mention,) = find_mentions(text)
    assert (mention.day.day, mention.day.month) == (24, 11)


@pytest.mark.parametrize("text", ["о пiвна шосту", "півна шосту", "півдо шостої"])
def test_half_an_hour_typed_in_one_word_is_read(text: str) -> None:
    (mention,) = find_mentions(text)
    assert (mention.kind, mention.minutes) == (Kind.TIME, (330, 1050))


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
        "τак",
        "та\u0301к",
        "та\ufffcк",
        "օk",
        "ОK",
        apart("zgadzam się"),
    ],
)
def test_a_yes_is_read(text: str) -> None:
    assert read_answer(text, "book") == "yes"
    assert consents(text, "book")


@pytest.mark.parametrize(
    "text",
    ["нi", "Нi!", "нí", "ні\u0301", "HІ", "нe трeба", "нeт", "ні\u200b", "➖", "niе", apart("nie chcę")],
)
def test_a_no_is_read(text: str) -> None:
    assert read_answer(text, "book") == "no"
    assert not consents(text, "book")


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
        "Вiзит cкаcoванo", "Візит ска\u200bсовано", "Вiзит скасοвано",
        apart("Ваш запис підтверджено") + "\u00ad",
        "Зaпис підтвepджено", "Ви зaписaнi на завтра", "В\u2060i\u2060зит скaсoвано",
        "Візит скаѕовано", "Вас запиѕано на завтра", "Візит скасо\u0301вано", "Візит скасо\ufffcвано",
        "Візит с\u0336к\u0336а\u0336с\u0336о\u0336в\u0336а\u0336н\u0336о\u0336", "Візит cкаcᴏванᴏ",
        "Візит скасօванօ", "Візит скасσвано", "Візит скас0вано", "Візит cкac0вaнo", "Візит ск@совано",
        "Візит скасо-вано", "Візит скасо\nвано", "Добрий день\nВізит скасо-\nвано\nДякую",
        "Візит **скас**овано", "Візит с к а с о в а н о", "Візит с.к.а.с.о.в.а.н.о",
        "Візит скасоваʜо", "Візит сқасовано", "Визит отменӗн", "Визит отмєнен",  # what nobody listed
    ],
)  # fmt: skip
def test_a_claim_is_seen_through_letters_that_look_alike(text: str) -> None:
    assert claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your visit is 𝐜𝐚𝐧𝐜𝐞𝐥𝐥𝐞𝐝", "You are bооked", "Ｂｏｏｋｅｄ for tomorrow",
        "Your visit is cancelleԁ", "Your visit is canceIIed", "l've booked you",
        "Your visit is ᴄᴀɴᴄᴇʟʟᴇᴅ", "Your visit is canc3lled", "Your visit is cãncelleđ",
        "Wizyta zostala odwolana", "Wizyta odwołɑna", "Wizyta odwol\u0335ana",
    ],
)  # fmt: skip
def test_a_claim_in_fancy_or_bare_letters_is_seen(text: str) -> None:
    assert claims(text)


@pytest.mark.parametrize(
    "text",
    ["Манікюр коштує ⑨⑨⑨ грн", "Завтра о ¹⁹:⁰⁰ вільно", "Манікюр коштує ₉₉₉ грн", "Завтра о ⑲:00 вільно"],
)
def test_figures_in_any_dress_are_held_against_the_facts(text: str) -> None:
    assert find_figures(text, quotable=[])


@pytest.mark.parametrize(
    "text",
    [
        "Завтра вільно об 11:00.\n① Манікюр – 600 грн\n② Стрижка — 700 грн",
        "Hi! He is free tomorrow at 11:00;\nnothing is booked yet.",
        "Mogę zaproponować jutro 11:00 lub 17:00.",
        "Манікюр-педикюр: завтра об 11:00?",
    ],
)
def test_ordinary_words_stay_ordinary(text: str) -> None:
    assert not claims(text)
    assert not find_figures(text, quotable=[text])
