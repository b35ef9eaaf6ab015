"""No figure, time, date, amount or contact stands outside of a reference."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ai.guard.figures import find_figures
from ai.references import SIGN
from ai.wording.defaults import LANGUAGES, texts_of
from ai.wording.formats import format_at, format_date, format_money, format_range, name_weekday

NOTE = "Біля салону платна парковка (30 грн за годину), у дворі 2 місця. Телефон +380 44 555 12 34, https://krasa.ua/price"
PHRASES = [
    f"Добре, можна {SIGN} або {SIGN}",
    f"Так, це коштує {SIGN} і триває {SIGN}",
    f"Могу предложить {SIGN}, мастер свободен",
    f"Anna is free {SIGN}",
    f"Mogę zaproponować {SIGN}",
    "Дякуємо, гарного дня",
    "Of course, which specialist do you prefer",
]
SPELLED = {
    "uk": [
        "о п'ятій",
        "о пів на сьому",
        "п'ятсот гривень",
        "двадцять відсотків",
        "півтори години",
        "дванадцятого",
    ],
    "ru": [
        "в пять вечера",
        "в половине седьмого",
        "тысяча гривен",
        "двадцать процентов",
        "двух с половиной часов",
    ],
    "en": ["at half past five", "at noon", "five hundred hryvnias", "twenty percent", "two and a half hours"],
    "pl": ["o piątej", "o wpół do siódmej", "pięćset hrywien", "dwadzieścia procent", "półtorej godziny"],
}
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=None))
OTHER_SCRIPTS = ["١٥", "१५", "１５", "¹⁵", "⑮", "1️⃣5️⃣", "𝟏𝟓", "½", "Ⅷ", "十五", "🔟", "15"]


def kinds(plain: str, *quotable: str, names: tuple[str, ...] = ()) -> set[str]:
    return {one.kind for one in find_figures(plain, quotable=quotable, names=names)}


@st.composite
def told(draw: st.DrawFn) -> str:
    """A time, a date, a weekday, a day from today, an amount or a number, as code and people write them."""
    language = draw(st.sampled_from(LANGUAGES))
    day, moment = draw(DAYS), draw(TIMES)
    texts = texts_of(language)
    return draw(
        st.sampled_from(
            [
                format_at(language, moment),
                format_range(language, moment, time(23, 30)),
                format_date(language, day),
                name_weekday(language, day.weekday()),
                texts.on_weekdays[day.weekday()],
                texts.today,
                texts.tomorrow,
                format_money(language, Decimal(draw(st.integers(1, 99999))), "UAH"),
                str(draw(st.integers(0, 10**9))),
                f"{moment:%H.%M}",
                f"{day:%d.%m.%Y}",
                *SPELLED[language],
                draw(st.sampled_from(OTHER_SCRIPTS)),
            ]
        )
    )


@given(told(), st.sampled_from(PHRASES), st.booleans())
@settings(deadline=None, max_examples=150)
def test_whatever_is_told_outside_of_a_reference_is_found(said: str, phrase: str, first: bool) -> None:
    assert kinds(f"{said}. {phrase}." if first else f"{phrase} {said}.")


@given(st.lists(st.sampled_from(PHRASES), max_size=4), st.sampled_from(["?", ".", "!", "\n", ", "]))
@settings(deadline=None)
def test_references_and_words_alone_pass(phrases: list[str], joined: str) -> None:
    assert kinds(joined.join(phrases)) == set()


@given(st.text(max_size=200), st.text(max_size=100))
@settings(deadline=None)
def test_any_text_can_be_judged_and_repeats_of_the_client_pass(text: str, said: str) -> None:
    find_figures(text, quotable=[said], names=[said[:20]])
    assert "figure" not in {one.kind for one in find_figures(text, quotable=[text])} or not text.isascii()


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_run_of_figures_is_allowed_by_the_same_run_only(one: int, other: int) -> None:
    assume(one != other)
    assert kinds(f"Это {one}", f"было {one}, и всё") == set()
    assert kinds(f"Это {one}", f"было {other}, и всё") == {"figure"}


@pytest.mark.parametrize("figures", OTHER_SCRIPTS)
def test_figures_of_any_script_are_figures(figures: str) -> None:
    assert kinds(f"Вільно {SIGN}, це {figures}") == {"figure"}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("До 15 хвилин чекаємо.", "До 150 хвилин."),
        ("О 10:00.", "О 10."),
        ("О 10.", "О 10:00."),
        ("Це 1,5 години.", "Це 1 або 5 годин."),
        ("п'ятсот гривень", "500 гривень"),
        ("о п'ятій", "о 5"),
        ("15 грудня", "15 листопада"),
        ("у п'ятницю", "у суботу"),
        ("завтра", "сьогодні"),
        ("4 pm", "у кімнаті 4"),
    ],
)
def test_what_a_note_says_otherwise_does_not_allow_it(text: str, note: str) -> None:
    assert kinds(text, note) == {"figure"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bony są od 500 UAH, ważne 6 miesięcy.", "Сертифікати від 500 грн, діють 6 місяців."),
        ("Up to 15 minutes late is fine.", "Якщо запізнюєтеся до 15 хвилин - чекаємо."),
        ("О п'ятій, на жаль, ні.", "а О П’ЯТІЙ можна?"),
        ("На п'ятницю подивлюся.", "а п’ятниця?"),
        ("15 грудня зайнято.", "хочу на 15  ГРУДНЯ"),
        ("Завтра подивлюся.", "можна завтра"),
        ("Tomorrow I cannot say.", "можна завтра?"),
        ("Паркування 30 грн за годину.", NOTE),
    ],
)
def test_what_a_named_note_or_the_client_says_may_be_repeated(text: str, said: str) -> None:
    assert kinds(text, said) == set()
    assert kinds(text) == {"figure"}


@pytest.mark.parametrize(
    "text",
    [
        "Обидва візити можна поєднати.",
        "Можна дві послуги або три.",
        "У двох майстрів є час, на двох людей теж.",
        "До одного майстра чи до двох майстрів?",
        "Перша послуга чи друга?",
        "Два варианта: у одного мастера или у двух мастеров.",
        "We can do both services, one after the other.",
        "Two services with one specialist.",
        "Which one do you like?",
        "Dwie usługi u jednej osoby.",
        "Ten termin jest wolny.",
        "Обидві послуги в один день?",
        "Доброго ранку! Зранку чи ввечері вам зручніше?",
        "Good evening! Morning or afternoon?",
        "Гарного дня 👍💅✨",
    ],
)
def test_small_counts_and_parts_of_the_day_pass(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "lO:OO",
        "зав-т-ра",
        "з а в т р а",
        "завтpa",
        "zavtra",
        "п'я\u200bтниця",
        "5\u200b5\u200b0 грн",
        "двісті",
    ],
)
def test_hidden_figures_and_days_are_found(text: str) -> None:
    assert kinds(f"Добре, {text} підійде") == {"figure"}


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example.com/pay",
        "pay.example.com",
        "http://салон.укр",
        "@anna_private",
        "@салон",
        "boss@example.com",
        "+380 67 999 88 77",
        "krasa.ua/other",
    ],
)
def test_contacts_stand_in_a_named_note_or_nowhere(text: str) -> None:
    assert "contact" in kinds(f"Пишіть: {text}", NOTE)
    assert "contact" not in kinds(f"Пишіть: {text}", f"Наші контакти: {text}")


def test_a_handle_is_not_put_together_of_words_of_a_note() -> None:
    assert kinds("Пишіть: @салон", "Наш салон чекає", "") == {"contact"}
    assert kinds("Ось: ftp://дім", "") == {"contact"}


def test_a_phone_may_be_written_with_other_spaces() -> None:
    assert kinds("Телефон +380445551234.", NOTE) == set()
    assert kinds("Телефон +380445551235.", NOTE) == {"contact"}


def test_names_may_hold_figures_where_they_stand_and_nowhere_else() -> None:
    names = ("SPA 60", "Масаж 4 руки", "Салон 24/7")
    assert kinds("Записати на spa 60 у Салон 24/7?", names=names) == set()
    assert kinds("SPA 60 коштує 60.", names=names) == {"figure"}
    assert kinds("SPA 600", names=names) == {"figure"}


def test_a_violation_quotes_what_has_to_go() -> None:
    (violation,) = find_figures("Вільно о 15:30.", quotable=[])
    assert "15:30" in violation.detail


def test_what_fits_into_no_message_is_not_judged_at_all() -> None:
    assert kinds("так " * 1000) == set()
    assert kinds("так " * 1001) == {"figure"}
