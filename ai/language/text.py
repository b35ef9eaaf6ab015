"""Folding of letters and signs that mean the same. Offsets into a readable text stay valid."""

import re
import unicodedata
from functools import lru_cache

from botbackend.lib.text import SIGNS, readable

_TABLE = SIGNS | str.maketrans({"\t": " ", "？": "?", "ё": "е", "％": "%"})
_AM_PM = re.compile(r"\b([ap])\.\s?m\b\.?")
_POLISH = str.maketrans("ąćęłńóśźż", "acelnoszz")
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ye", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "yi", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "'": "",
}  # fmt: skip


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Lower the text and fold apostrophes, dashes and spaces; a readable text keeps its length."""
    text = readable(text)
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals have small forms of two characters
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    folded = lowered.translate(_TABLE)
    return _AM_PM.sub(lambda found: (found[1] + "m").ljust(len(found[0])), folded)


def fold_polish(word: str) -> str:
    """Drop the Polish marks, as many people do when they type."""
    return word.translate(_POLISH)


def to_latin(word: str) -> str:
    """Write a Cyrillic word as it is typed on a Latin keyboard."""
    return "".join(_LATIN.get(char, char) for char in word.lower())


def is_sign_alone(text: str) -> bool:
    """Say whether a text is nothing but pictures: a heart, a thumb."""
    kinds = {unicodedata.category(char) for char in text if not char.isspace()}
    return "So" in kinds and kinds <= {"So", "Sk", "Mn", "Cf", "Me"}


def strip_marks(text: str) -> str:
    """Drop emojis and other signs, keep letters, digits and spaces."""
    kept = (char if unicodedata.category(char)[0] in "LNZ" or char in "'-" else " " for char in text)
    return " ".join("".join(kept).split())
