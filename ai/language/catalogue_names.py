"""Finds what the salon has (services, people, notes) in a client's words, by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from ai.language.numbers.vocabulary import WORDS
from ai.language.spelling import same_word, words_of

_SHORTEST = 3


@dataclass(frozen=True)
class NamedIds:
    """What was named for certain, in the order it was named, and what may be meant."""

    named: tuple[int, ...] = ()
    maybe: tuple[int, ...] = ()


NOTHING = NamedIds()


@dataclass(frozen=True)
class _Hit:
    key: int
    places: frozenset[int]
    whole: bool


def find_names(text: str, names: Sequence[tuple[int, str]], *, whole: bool = False) -> NamedIds:
    """Return the ids whose names the text says, in any case, alphabet and with small slips.

    The longest name takes its words first, so that "manicure with coating" is not also "manicure". A name
    of which only some words are said counts when no other name has them, unless only whole names count. An id
    may have several names: the one that is said best counts.
    """
    said = words_of(text)
    found = [hit for key, name in names if (hit := _hit(key, words_of(name), said))]
    found.sort(key=lambda hit: (hit.whole, len(hit.places)))
    best_of = {hit.key: hit for hit in found}
    hits = [best_of[key] for key in dict.fromkeys(key for key, _ in names) if key in best_of]
    named: list[_Hit] = []
    for hit in sorted((hit for hit in hits if hit.whole), key=lambda hit: -len(hit.places)):
        if all(hit.places.isdisjoint(other.places) for other in named):
            named.append(hit)
    parts = [
        hit
        for hit in hits
        if not hit.whole and not whole and all(hit.places.isdisjoint(other.places) for other in named)
    ]
    best = [hit for hit in parts if not any(_beats(other, hit) for other in parts)]
    alone = [hit for hit in best if sum(bool(hit.places & other.places) for other in best) == 1]
    named = sorted([*named, *alone], key=lambda hit: min(hit.places))
    maybe = [hit.key for hit in best if hit not in alone]
    return NamedIds(tuple(dict.fromkeys(hit.key for hit in named)), tuple(dict.fromkeys(maybe)))


def _beats(one: _Hit, other: _Hit) -> bool:
    return bool(one.places & other.places) and len(one.places) > len(other.places)


def _hit(key: int, name: Sequence[str], said: Sequence[str]) -> _Hit | None:
    """Return where the name's words stand in the text; None when none of weight is there."""
    weighty = [word for word in name if len(word) >= _SHORTEST] or list(name)
    places: set[int] = set()
    missing = False
    for word in weighty:
        at = next((at for at, other in enumerate(said) if at not in places and same_word(word, other)), None)
        if at is None:
            missing = True
        elif len(weighty) == 1 or word not in WORDS:
            places.add(at)
    return _Hit(key, frozenset(places), not missing) if places else None
