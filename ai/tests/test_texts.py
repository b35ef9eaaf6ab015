"""The data files: complete, alike, with placeholders that fit."""

import pytest

from ai.texts import LANGUAGES, PlaceholderError, check_placeholders, texts_of
from ai.texts.placeholders import placeholders


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_placeholders(language: str) -> None:
    wanted = {key: placeholders(text) for key, text in texts_of("uk").texts.items()}
    assert {key: placeholders(text) for key, text in texts_of(language).texts.items()} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_name_and_plural(language: str) -> None:
    texts, reference = texts_of(language), texts_of("uk")
    assert (len(texts.weekdays), len(texts.on_weekdays), len(texts.months)) == (7, 7, 12)
    assert texts.plurals.keys() == reference.plurals.keys()
    assert texts.formats.keys() == reference.formats.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_default_text_passes_its_own_check(language: str) -> None:
    for key, text in texts_of(language).texts.items():
        check_placeholders(key=key, language=language, text=text)


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        ("receipt_book", "Готово: {lines} {price}", "Unknown placeholder {price}"),
        ("receipt_book", "Готово!", "Missing placeholder {lines}"),
        ("receipt_book", "Готово: {lines.__class__}", "{lines.__class__} is no placeholder"),
        ("receipt_book", "Готово: {lines[0]}", "is no placeholder"),
        ("receipt_book", "Готово: {lines!r}", "is no placeholder"),
        ("receipt_book", "Готово: {lines:>10}", "is no placeholder"),
        ("receipt_book", "Готово: {lines", "A brace stands alone"),
        ("receipt_book", "Готово: {}", "is no placeholder"),
        ("receipt_book", "  ", "The text is empty"),
        ("no_such_text", "Готово", "There is no text 'no_such_text'"),
    ],
)
def test_a_wrong_text_is_refused_by_name(key: str, text: str, named: str) -> None:
    with pytest.raises(PlaceholderError) as error:
        check_placeholders(key=key, language="uk", text=text)
    assert named in error.value.message


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(PlaceholderError, match="There are no texts in 'de'"):
        check_placeholders(key="menu", language="de", text="x")


def test_a_salon_may_hide_what_is_optional() -> None:
    check_placeholders(key="price_line", language="uk", text="Послуга {service}")
