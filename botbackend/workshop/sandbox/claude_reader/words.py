"""Words across alphabets: folding, a rough common spelling, and telling one stem from another."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "e", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh",
    "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ł": "l",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def fold(text: str) -> str:
    """Lower case, one form of apostrophes (none), ё as е."""
    lowered = unicodedata.normalize("NFC", text).lower().replace("ё", "е")
    return re.sub(r"(?<=\w)['’ʼ`](?=\w)", "", lowered)


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=20_000)  # every question is compared with every word of the price list
def latin(word: str) -> str:
    """A rough spelling that is alike for манікюр, маникюр, manikur and manicure."""
    spelled = "".join(_LATIN.get(letter, letter) for letter in fold(word))
    plain = unicodedata.normalize("NFKD", spelled)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for before, after in (("ph", "f"), ("ck", "k"), ("sz", "sh"), ("cz", "ch"), ("c", "k"), ("y", "i")):
        plain = plain.replace(before, after)
    plain = plain.replace("w", "v").replace("j", "i").replace("kh", "ch")
    return re.sub(r"(.)\1+", r"\1", plain)


def alike(first: str, second: str) -> bool:
    """Whether two words are forms of one, typing slips included."""
    one, other = latin(first), latin(second)
    if min(len(one), len(other)) < 4:
        return one == other
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    if shared >= max(4, round(0.7 * max(len(one), len(other)))):
        return True
    return one[0] == other[0] and SequenceMatcher(None, one, other).ratio() >= 0.8


def has_any(text: str, stems: tuple[str, ...]) -> bool:
    """Whether a word of the folded text begins with a stem, or the text holds a phrase of several words."""
    folded = fold(text)
    found = _WORD.findall(folded)
    return any(
        stem in folded if " " in stem else any(word.startswith(stem) for word in found) for stem in stems
    )
