"""Tells by phrases which entry of the menu a client asks for."""

from collections.abc import Sequence

from ai.guided import words
from ai.language.spelling import words_of
from ai.language.text import fold_polish, normalise, to_latin

_Word = tuple[frozenset[str], bool]  # its forms, and whether any ending will do
_Phrase = tuple[_Word, ...]
_LATIN_FROM = 4


def _word(text: str) -> _Word:
    plain = normalise(text.removesuffix("*"))
    forms = {plain, fold_polish(plain), plain.replace("'", "")}
    latin = to_latin(plain)
    if latin != plain and len(plain) >= _LATIN_FROM:
        forms |= {latin, latin.replace("y", "i")}
    return frozenset(forms), text.endswith("*")


def _phrases(text: str) -> tuple[_Phrase, ...]:
    return tuple(
        tuple(_word(word) for word in phrase.split()) for phrase in text.split(";") if phrase.strip()
    )


_ANYWHERE = {name: _phrases(text) for name, text in words.ANYWHERE.items()}
_ALONE = {name: _phrases(text) for name, text in words.ALONE.items()}
_FILLERS = _phrases(words.FILLERS)
_VISIT = _phrases(words.VISIT)
_PLACE = _phrases(words.PLACE)


def _fits(word: _Word, said: str) -> bool:
    forms, any_ending = word
    folded = fold_polish(said)
    if any_ending:
        return any(said.startswith(form) or folded.startswith(form) for form in forms)
    return said in forms or folded in forms


def _stands_at(phrase: _Phrase, said: Sequence[str], at: int) -> bool:
    piece = said[at : at + len(phrase)]
    return len(piece) == len(phrase) and all(map(_fits, phrase, piece))


def _says(phrases: Sequence[_Phrase], said: Sequence[str]) -> bool:
    return any(_stands_at(phrase, said, at) for phrase in phrases for at in range(len(said)))


def _without_fillers(said: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(said):
        size = max((len(one) for one in _FILLERS if _stands_at(one, said, at)), default=0)
        if not size:
            kept.append(said[at])
        at += size or 1
    return kept


def find_intent(text: str) -> str:
    """Return person, change, cancel, visits, price, hours or book, wherever the text says it; else ""."""
    said = words_of(text)
    for name, phrases in _ANYWHERE.items():
        if _says(phrases, said):
            return name
    return ""


def find_alone(text: str) -> str:
    """Return what the text as a whole is: back, menu, more, any, all, thanks, greet, stop, ...; else ""."""
    said = words_of(text)
    for words_said in (said, _without_fillers(said)):
        for name, phrases in _ALONE.items():
            if any(len(one) == len(words_said) and _stands_at(one, words_said, 0) for one in phrases):
                return name
    return ""


def speaks_of_visit(text: str) -> bool:
    """Say whether a visit is spoken of, so that "cancel" does not just mean this talk."""
    return _says(_VISIT, words_of(text))


def is_of_a_phrase(word: str) -> bool:
    """Say whether the word belongs to one of the phrases of the menu."""
    tables = (*_ANYWHERE.values(), *_ALONE.values(), _FILLERS, _VISIT)
    return any(_fits(one, word) for phrases in tables for phrase in phrases for one in phrase)


def says_all(text: str) -> bool:
    """Say whether all of them are meant."""
    return _says(_ALONE["all"], words_of(text))


def tells_the_place(title: str) -> bool:
    """Say whether a note of this title tells where the salon is."""
    return _says(_PLACE, words_of(title))
