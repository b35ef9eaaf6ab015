"""Finds given names in a text, and tells whether two words are forms of one name."""

import re
from collections.abc import Iterable, Iterator

from ai.language.text import fold_polish, to_latin
from ai.language.words import forms_of
from botbackend.lib.text import readable

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDING = 3  # letters that a case or a pet form puts on the stem of a name


def latin_of(word: str) -> str:
    """Write a word so that its spellings in the four languages meet."""
    latin = fold_polish(to_latin(word.lower().replace("’", "'"))).replace("ł", "l").replace("w", "v")
    latin = latin.replace("x", "ks").replace("y", "i").replace("j", "i").replace("kh", "h")
    return re.sub(r"(.)\1", r"\1", latin)


def latin_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of the texts as they are compared with names."""
    return frozenset(latin_of(word) for text in texts for word in WORD.findall(readable(text)))


_STEMS = frozenset(latin_of(stem) for stem in forms_of("GIVEN_NAMES"))
_ORDINARY = frozenset(latin_of(word) for word in forms_of("NOT_NAMES"))


def given_names(text: str) -> Iterator[str]:
    """Yield the capitalised words that are a given name in some form."""
    for found in WORD.finditer(readable(text)):
        word = found[0]
        if not word[0].isupper():
            continue
        latin = latin_of(word)
        if latin in _ORDINARY:
            continue
        if any(latin[: len(latin) - ending] in _STEMS for ending in range(_ENDING + 1)):
            yield word


def same_name(one: str, other: str) -> bool:
    """Tell whether two words, written by `latin_of`, may be forms of one name: declined, shortened."""
    shared = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        shared += 1
    shortest = min(len(one), len(other))
    return one == other or (shortest >= 3 and shared >= max(shortest - 2, 3))


def typed_in_latin(words: str, texts: Iterable[str]) -> bool:
    """Tell whether Cyrillic words stand, in some case, in texts typed in Latin letters: "v nedilu"."""
    if words.isascii():
        return False
    typed = latin_words(text for text in texts if text.isascii())
    wanted = [latin_of(word).replace("'", "") for word in WORD.findall(readable(words))]
    return any(len(word) > _ENDING for word in wanted) and all(
        any(same_name(word, other) for other in typed) for word in wanted if len(word) > _ENDING
    )
