"""One spelling for the many ways in which people write the same word."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from ai.language.text import fold_polish, normalise, to_latin

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# What sounds alike in the four languages becomes one letter; longer spellings come first.
_SOUNDS = [
    ("shch", "s"), ("szcz", "s"), ("sch", "s"), ("sh", "s"), ("sz", "s"), ("kh", "h"), ("zh", "z"),
    ("ch", "4"), ("cz", "4"), ("ts", "k"), ("c", "k"), ("q", "k"), ("w", "v"), ("x", "ks"), ("g", "h"),
    ("yu", "u"), ("ya", "a"), ("ye", "e"), ("yi", "i"), ("y", "i"), ("j", "i"),
]  # fmt: skip
# Consonants that change before an ending: Ольга - Ользі, Полька - Польці.
_ALTERNATE = {frozenset("hz"), frozenset("ks"), frozenset("h4"), frozenset("k4"), frozenset("hs")}
_ALIKE = 0.8


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """Return how a word sounds, whatever its alphabet: манікюр, маникюр, manicure begin alike."""
    plain = fold_polish(to_latin(normalise(word).replace("'", "")))
    first = plain[:1] if plain[:1] in ("y", "j") else ""  # Ян is no "an"
    for spelled, letter in _SOUNDS:
        plain = plain.replace(spelled, letter)
    return f"i{plain.removeprefix('i')}" if first else plain


@lru_cache(maxsize=8192)
def same_word(name: str, said: str) -> bool:
    """Say whether `said` may be `name` in another case, alphabet, or with a slip of the finger."""
    first, second = sound(name), sound(said)
    if first == second:
        return True
    if min(len(first), len(second)) < 3:
        return False
    one, other = first.rstrip("aeiou"), second.rstrip("aeiou")
    if one == other:
        return len(one) > 1
    if one[:-1] == other[:-1] and len(one) > 2 and frozenset((one[-1:], other[-1:])) in _ALTERNATE:
        return True
    if min(len(one), len(other)) < 4 or first[0] != second[0]:
        return False
    longer = max(len(one), len(other))
    ratio = max(SequenceMatcher(None, *pair).ratio() for pair in ((first, second), (one, other)))
    return ratio >= _ALIKE and abs(len(one) - len(other)) <= max(2, longer // 3)


def words_of(text: str) -> list[str]:
    """Return the words of a text, small and with one kind of apostrophe."""
    return WORD.findall(normalise(text))
