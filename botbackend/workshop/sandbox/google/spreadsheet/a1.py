"""A1 notation: what a range names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CELL = re.compile(r"^\$?([A-Za-z]{1,3})?\$?([0-9]+)?$")


class BadRange(ValueError):
    """The text is no range."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle: 0-based, ends exclusive, None is open."""

    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None


def column_number(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """A for 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_title(text: str) -> tuple[str | None, str]:
    """The worksheet's title, unquoted, and the rest. A text without `!` gives no title."""
    if text.startswith("'"):
        found = re.match(r"^'((?:[^']|'')*)'(?:!(.*))?$", text, re.DOTALL)
        if found is None:
            raise BadRange(text)
        return found.group(1).replace("''", "'"), found.group(2) or ""
    title, mark, rest = text.rpartition("!")
    return (title, rest) if mark else (None, text)


def parse_area(text: str) -> Area:
    """An area such as `A2:G`, `A:G`, `2:5`, `C2` or an empty text (everything). Raises BadRange."""
    if not text:
        return Area()
    first, colon, second = text.partition(":")
    left, top = _corner(first)
    if not colon:
        if left is None or top is None:
            raise BadRange(text)
        return Area(top, left, top + 1, left + 1)
    right, bottom = _corner(second)
    return Area(
        top or 0,
        left or 0,
        None if bottom is None else bottom + 1,
        None if right is None else right + 1,
    )


def _corner(text: str) -> tuple[int | None, int | None]:
    """Column and row of a corner, each None when left out."""
    found = _CELL.match(text)
    if found is None or not text:
        raise BadRange(text)
    letters, digits = found.groups()
    if digits == "0":
        raise BadRange(text)
    return column_number(letters) if letters else None, int(digits) - 1 if digits else None


def quote_title(title: str) -> str:
    """The title as Google writes it into ranges: quoted unless it is a plain word."""
    return title if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", title) else "'" + title.replace("'", "''") + "'"


def write_range(title: str, top: int, left: int, bottom: int, right: int) -> str:
    """A1 text of a closed rectangle."""
    first = f"{column_letters(left)}{top + 1}"
    last = f"{column_letters(right - 1)}{bottom}"
    return f"{quote_title(title)}!{first}" if first == last else f"{quote_title(title)}!{first}:{last}"
