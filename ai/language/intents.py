"""Tells by phrases what a client asks for, and whether anything was said that no table explains."""

from collections.abc import Iterable, Sequence

from ai.language.numbers.vocabulary import PHRASES, WORDS
from ai.language.spelling import words_of
from ai.language.text import fold_polish, normalise, to_latin
from ai.language.words import forms_of, named_phrases, phrases_of

_Word = tuple[frozenset[str], bool]  # its forms, and whether any ending will do
_Phrase = tuple[_Word, ...]
_LATIN_FROM = 4
_SHORTEST = 4
# Who wants to cancel an appointment does not want to book one.
_INTENTS = ("person", "change", "cancel", "visits", "price", "hours", "book")


def _word(text: str) -> _Word:
    plain = normalise(text.removesuffix("*"))
    forms = {plain, fold_polish(plain), plain.replace("'", "")}
    latin = to_latin(plain)
    if latin != plain and len(plain) >= _LATIN_FROM:
        forms |= {latin, latin.replace("y", "i")}
    return frozenset(forms), text.endswith("*")


def _phrases(phrases: Iterable[str]) -> tuple[_Phrase, ...]:
    return tuple(tuple(_word(word) for word in phrase.split()) for phrase in phrases)


_ANYWHERE = {name: _phrases(phrases) for name, phrases in named_phrases("MENU_ANYWHERE").items()}
_ALONE = {name: _phrases(phrases) for name, phrases in named_phrases("MENU_ALONE").items()}
_FILLERS = _phrases(phrases_of("MENU_FILLERS"))
_VISIT = _phrases(phrases_of("VISIT"))
_PLACE = _phrases(phrases_of("PLACE"))
_LATE = _phrases(phrases_of("LATE"))
_OFFER = _phrases(phrases_of("OFFER"))


def _explained() -> frozenset[str]:
    """Return what any table knows but does not take for a service."""
    phrases = [one for table in ("YES", "NO", "FILLER") for one in phrases_of(table)]
    phrases += [one for action in named_phrases("DO").values() for one in action]
    known = {word for phrase in phrases for word in normalise(phrase).split()}
    known |= {normalise(word) for word in (*forms_of("SMALL_WORDS"), *forms_of("COMMON"))}
    known -= set(forms_of("SERVICE_WORDS"))
    known |= {part for phrase in PHRASES for part in phrase} | set(WORDS)
    return frozenset(known | {fold_polish(word) for word in known} | {to_latin(word) for word in known})


_EXPLAINED = _explained()


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
    return next((name for name in _INTENTS if _says(_ANYWHERE[name], said)), "")


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


def has_unknown_words(text: str) -> bool:
    """Say whether a word of weight is left that is no number, date, verb of booking or small word.

    It may name a service that the salon does not have.
    """
    said = [word for word in words_of(text) if len(word) >= _SHORTEST]
    left = [word for word in said if word not in _EXPLAINED and fold_polish(word) not in _EXPLAINED]
    return any(not _is_of_a_phrase(word) for word in left)


def _is_of_a_phrase(word: str) -> bool:
    tables = (*_ANYWHERE.values(), *_ALONE.values(), _FILLERS, _VISIT)
    return any(_fits(one, word) for phrases in tables for phrase in phrases for one in phrase)


def says_all(text: str) -> bool:
    """Say whether all of them are meant."""
    return _says(_ALONE["all"], words_of(text))


def speaks_of_delay(text: str) -> bool:
    """Say whether somebody will be late."""
    return _says(_LATE, words_of(text))


def makes_offer(text: str) -> bool:
    """Say whether the salon offers to ask or to look, though without a question."""
    return _says(_OFFER, words_of(text))


def tells_the_place(title: str) -> bool:
    """Say whether a note of this title tells where the salon is."""
    return _says(_PLACE, words_of(title))
