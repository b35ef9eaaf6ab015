"""How a name that is written in Latin letters may stand in Cyrillic ones, and the other way round.

People spell their own name by no rule: every reading of a beginning is a guess, so a few are given, the usual
ones of Ukrainian and Russian first.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

_LATIN = {
    "shch": "щ", "sch": "щш", "kh": "х", "zh": "ж", "ts": "ц", "tz": "ц", "ch": "чх", "sh": "ш", "yu": "ю",
    "iu": "ю", "ya": "я", "ia": "я", "ye": "єе", "ie": "єе", "yi": "ї", "yo": "ёо", "io": "ёо",
    "a": "а", "b": "б", "c": "кц", "d": "д", "e": "еєэ", "f": "ф", "g": "гґ", "h": "гх", "i": "іий",
    "j": "йж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с",
    "t": "т", "u": "у", "v": "в", "w": "в", "x": "х", "y": "иійы", "z": "з",
}  # fmt: skip
_SINGLES = dict(zip("абвдезклмнопрстуфіыэё", "abvdezklmnoprstufiyee", strict=True))
_CYRILLIC = {
    **_SINGLES, "г": "hg", "ґ": "g", "и": "yi", "й": "iyj", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "є": "ye", "ї": "yi",
}  # fmt: skip
_ONE_OF = {"г", "и", "й"}  # of these each letter is a reading of its own
_SIGNS = re.compile("[ьъ']")
_PARTS = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)))
MOST = 12


def readings(word: str) -> list[str]:
    """Return how else a word of small letters may be written, the likeliest first; none of a number."""
    if word.isascii() and word.isalpha():
        return list(islice(_in_cyrillic(word), MOST))
    bare = _SIGNS.sub("", word)
    if bare and all(sign in _CYRILLIC for sign in bare):
        options = [tuple(_CYRILLIC[sign]) if sign in _ONE_OF else (_CYRILLIC[sign],) for sign in bare]
        return ["".join(one) for one in islice(product(*options), MOST)]
    return []


def _in_cyrillic(word: str) -> Iterator[str]:
    parts = _PARTS.findall(word)
    if "".join(parts) == word:
        yield from ("".join(one) for one in product(*(_LATIN[part] for part in parts)))
