"""Reads an answer that consists of numbers of a list: "2", "1, 3", "1-3", "друге", "two", "2️⃣"."""

import re
import unicodedata

from ai.language.numbers.vocabulary import WORDS
from ai.language.text import fold_polish, normalise
from ai.language.words import LANGUAGES, forms_of

_MARKS = re.compile("[\ufe0f\u20e3№]")
_RANGE = re.compile(r"(\d{1,2})\s?-\s?(\d{1,2})")
_BETWEEN = re.compile(r"[,.;/+&#()\[\]\n!]+")
_FILLERS = frozenset(forms_of("NUMBER_FILLERS"))
_LARGEST = 99
_MOST = 12


def _ordinals() -> dict[str, int]:
    table: dict[str, int] = {}
    for words in LANGUAGES.values():
        for number, stem in getattr(words, "ORDINAL_STEMS", {}).items():
            for ending in forms_of("LIST_ENDINGS"):
                table.setdefault(fold_polish(normalise(stem + ending)), number)
    for words in LANGUAGES.values():
        for number, forms in getattr(words, "LISTED", {}).items():
            table.update(dict.fromkeys(forms.split(), number))
    return table


_ORDINALS = _ordinals()


def read_numbers(text: str) -> list[int]:
    """Return the numbers if the text is nothing but numbers of a list, in their order; else nothing.

    What looks like a clock ("10:30") is no list. "10.30" is 10 and 30: who asked for one number may take it
    for a time instead.
    """
    plain = normalise(unicodedata.normalize("NFKC", _MARKS.sub(" ", text))).strip()
    if not plain or len(plain) > 80:
        return []
    ranged = _RANGE.fullmatch(plain)
    if ranged:
        first, last = int(ranged[1]), int(ranged[2])
        return list(range(first, last + 1)) if 0 < first < last < first + _MOST else [first, last]
    found: list[int] = []
    for word in _BETWEEN.sub(" ", plain).split():
        number = _number(word)
        if number is not None:
            found.append(number)
        elif word not in _FILLERS and "CONJ" not in WORDS.get(word, {}):
            return []
    return list(dict.fromkeys(found))[:_MOST]


def _number(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= 2 else _LARGEST + 1
    folded = fold_polish(word)
    if folded in _ORDINALS:
        return _ORDINALS[folded]
    classes = WORDS.get(word) or WORDS.get(folded) or {}
    number = classes.get("CARD", classes.get("ORDD"))
    return number if isinstance(number, int) and number <= _LARGEST else None
