"""The language of a text."""

import pytest

from ai.language.detect import detect_language
from ai.wording.defaults import LANGUAGES, texts_of

CASES = [
    ("uk", "Запишіть мене на завтра, будь ласка"),
    ("uk", "хочу записатися на манікюр"),
    ("uk", "Скільки коштує стрижка?"),
    ("uk", "ні"),
    ("uk", "можна завтра?"),
    ("uk", "Добрий вечір! Чи є вільні місця на суботу"),
    ("uk", "Дякую"),
    ("uk", "skilky koshtuye manikyur"),
    ("ru", "Здравствуйте, запишите меня на завтра"),
    ("ru", "Сколько стоит стрижка?"),
    ("ru", "нет"),
    ("ru", "можно завтра?"),
    ("ru", "есть время в субботу?"),
    ("ru", "zapishite na manikur zavtra 11"),
    ("ru", "privet, skolko stoit strizhka"),
    ("ru", "можно отменить визит"),
    ("en", "I'd like a haircut tomorrow"),
    ("en", "Hello, how much is a manicure?"),
    ("en", "cancel my appointment"),
    ("en", "what time are you open on Sunday"),
    ("pl", "Chciałabym umówić się na jutro"),
    ("pl", "chce sie umowic na jutro"),
    ("pl", "Dzień dobry, ile kosztuje strzyżenie?"),
    ("pl", "Proszę odwołać moją wizytę"),
    ("pl", "dzien dobry"),
]


@pytest.mark.parametrize(("language", "text"), CASES)
@pytest.mark.parametrize("fallback", LANGUAGES)
def test_it_names_the_language_whatever_the_fallback(language: str, text: str, fallback: str) -> None:
    assert detect_language(text, fallback) == language


@pytest.mark.parametrize(
    "text", ["", "17:00", "👍", "ok", "+380671234567", "https://t.me/hello_world", "@please_help", "2"]
)
@pytest.mark.parametrize("fallback", LANGUAGES)
def test_it_keeps_the_fallback_when_nothing_tells(text: str, fallback: str) -> None:
    assert detect_language(text, fallback) == fallback


def test_a_mixed_text_is_in_the_language_of_most_of_its_words() -> None:
    assert detect_language("хочу manicure на завтра в 11 please", "uk") == "uk"
    assert detect_language("I want to book a manicure with Анна tomorrow", "uk") == "en"


def test_an_even_mix_is_in_the_language_of_its_end() -> None:
    assert detect_language("hello привіт", "en") == "uk"
    assert detect_language("привіт hello", "uk") == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_knows_the_language_of_our_own_texts(language: str) -> None:
    wrong = {
        key: detect_language(text, "")
        for key, text in texts_of(language).texts.items()
        if len(text.split()) > 5 and detect_language(text, "") != language
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "/price",
        "/start_price",
        "/book",
        "/start=price",
        "/Wizyta",
        "/cancel@SalonBot",
        "/menu /help",
        "/ціна",
    ],
)
def test_a_command_is_said_in_no_language(text: str) -> None:
    assert {detect_language(text, known) for known in ("uk", "ru", "en", "pl")} == {"uk", "ru", "en", "pl"}


def test_words_beside_a_command_tell_the_language() -> None:
    assert detect_language("/book хочу записатися", "en") == "uk"
    assert detect_language("manicure and/or haircut please", "uk") == "en"
