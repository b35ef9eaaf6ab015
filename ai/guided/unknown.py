"""Words that nothing explains: maybe a service that the salon does not have."""

from ai.guided import words
from ai.guided.intents import is_of_a_phrase
from ai.language.answer_words import DO, FILLER, NO, YES
from ai.language.detect_words import COMMON
from ai.language.numbers.vocabulary import PHRASES, WORDS
from ai.language.spelling import words_of
from ai.language.text import fold_polish, normalise, to_latin

_SHORTEST = 4


def _explained() -> frozenset[str]:
    texts = [words.SMALL_WORDS, *COMMON.values(), YES, NO, FILLER, *DO.values()]
    known = set(normalise(" ".join(texts).replace(";", " ")).split())
    known -= set(words.SERVICE_WORDS.split())
    known |= {part for phrase in PHRASES for part in phrase} | set(WORDS)
    return frozenset(known | {fold_polish(word) for word in known} | {to_latin(word) for word in known})


_EXPLAINED = _explained()


def has_unknown_words(text: str) -> bool:
    """Say whether a word of weight is left that is no number, date, verb of booking or small word."""
    said = [word for word in words_of(text) if len(word) >= _SHORTEST]
    left = [word for word in said if word not in _EXPLAINED and fold_polish(word) not in _EXPLAINED]
    return any(not is_of_a_phrase(word) for word in left)
