"""The data files: complete, alike, with placeholders that fit."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

import ai
from ai.wording.defaults import LANGUAGES, texts_of
from ai.wording.placeholders import PlaceholderError, check_placeholders, placeholders
from bookings import errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_placeholders(language: str) -> None:
    wanted = {key: placeholders(text) for key, text in texts_of("uk").texts.items()}
    assert {key: placeholders(text) for key, text in texts_of(language).texts.items()} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_name_and_form(language: str) -> None:
    texts, reference = texts_of(language), texts_of("uk")
    assert len(texts.on_weekdays) == 7
    assert texts.formats.keys() == reference.formats.keys()


def _named_in_code() -> set[str]:
    """Return the keys of texts that the code names: in a call that takes one, or by their family."""
    kinds = ("book", "change", "change_all", "change_cancel", "alter", "cancel", "cancel_all")
    refusals = {f"refused_{error.code}" for error in vars(errors).values() if _is_refusal(error)}
    families = {f"{family}_{kind}" for family in ("card", "receipt") for kind in kinds}
    families |= {f"told_{kind}" for kind in ("book", "change", "cancel", "away", "restore", "services")}
    named = refusals | families | {"ask_visit_change", "ask_visit_cancel"}
    for path in Path(ai.__file__).parent.rglob("*.py"):
        if "tests" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named |= {key for node in ast.walk(tree) for key in _keys_of(node)}
    return named


def _is_refusal(error: object) -> TypeGuard[type[errors.BookingError]]:
    if not isinstance(error, type) or issubclass(error, errors.StaffError):
        return False
    return issubclass(error, errors.BookingError)


def _keys_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef) and node.name == "unreadable_key":
        yield from _constants(
            one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value
        )
    if not isinstance(node, ast.Call):
        return
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called in ("say", "text_of", "Unclear"):
        yield from _constants(node.args[:2])
    if called == "say_text":
        yield from _constants(word.value for word in node.keywords if word.arg == "key")


def _constants(expressions: Iterable[ast.expr]) -> Iterator[str]:
    """Yield the texts that the expressions may be; a condition may be either of its two."""
    for one in expressions:
        if isinstance(one, ast.IfExp):
            yield from _constants((one.body, one.orelse))
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_names_every_text_and_no_other(language: str) -> None:
    assert texts_of(language).texts.keys() == _named_in_code()


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
