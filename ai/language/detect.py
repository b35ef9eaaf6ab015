"""Which of the four languages a text is in, told by its letters and its commonest words."""

import re
from collections import Counter

from ai.language.spelling import WORD
from ai.language.text import fold_polish, normalise, to_latin
from ai.language.words import LANGUAGES

_LETTERS = {language: set(getattr(words, "LETTERS", "")) for language, words in LANGUAGES.items()}
# Links, handles, addresses, commands to the bot: nothing that is said in a language.
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)/[^\W\d]\S*|@\w+|\S+@\S+")


def _common() -> dict[str, frozenset[str]]:
    table = {language: set(normalise(words.COMMON).split()) for language, words in LANGUAGES.items()}
    table["pl"] |= {fold_polish(word) for word in table["pl"]}
    return {language: frozenset(words) for language, words in table.items()}


_COMMON = _common()


def _typed(language: str) -> frozenset[str]:
    """Return the longer words of a Cyrillic language as they are typed on a Latin keyboard."""
    latin = {to_latin(word) for word in _COMMON[language] if len(word) > 2}
    latin |= {
        to_latin(word.replace("и", "ы")) for word in _COMMON["uk"] if len(word) > 2 and language == "uk"
    }
    return frozenset(
        latin | {word.replace("y", "i") for word in latin} | {word.replace("y", "j") for word in latin}
    )


_TYPED = {language: _typed(language) for language in ("uk", "ru")}


def is_cyrillic(word: str) -> bool:
    """Tell whether a normalised word has Cyrillic letters."""
    return any("а" <= char <= "я" or char in "іїєґ" for char in word)


def languages_of_word(word: str) -> frozenset[str]:
    """Return the languages a normalised word may belong to; empty when nothing tells."""
    if is_cyrillic(word):
        for language in ("uk", "ru"):
            if _LETTERS[language] & set(word):
                return frozenset({language})
        return frozenset(language for language in ("uk", "ru") if word in _COMMON[language])
    if _LETTERS["pl"] & set(word):
        return frozenset({"pl"})
    found = {language for language in ("en", "pl") if word in _COMMON[language]}
    return frozenset(found | {language for language in ("ru", "uk") if word in _TYPED[language]})


def words_of(text: str) -> list[str]:
    """Return the normalised words of a text, without links, handles and commands."""
    return WORD.findall(_NOT_WORDS.sub(" ", normalise(text)))


def detect_language(text: str, fallback: str) -> str:
    """Return uk, ru, en or pl; `fallback` when the text does not tell ("ok", "17:00", an emoji).

    A mixed text is in the language of most of its words, and of its last ones when it is even. Russian or
    Ukrainian typed in Latin letters counts as such.
    """
    words = words_of(text)
    cyrillic = [word for word in words if is_cyrillic(word)]
    latin = [word for word in words if not is_cyrillic(word)]
    if len(cyrillic) > len(latin):
        return _among(cyrillic, ("uk", "ru"), fallback)
    if len(latin) > len(cyrillic):
        return _among(latin, ("en", "pl", "ru", "uk"), fallback)
    if not words:
        return fallback
    same_script = cyrillic if is_cyrillic(words[-1]) else latin
    return _among(
        same_script, ("uk", "ru") if same_script is cyrillic else ("en", "pl", "ru", "uk"), fallback
    )


def _among(words: list[str], languages: tuple[str, ...], fallback: str) -> str:
    scores: Counter[str] = Counter()
    last = ""
    for word in words:
        found = languages_of_word(word) & set(languages)
        for language in found:
            scores[language] += 3 if len(found) == 1 else 1
        if len(found) == 1:
            last = next(iter(found))
    best = max(scores.values(), default=0)
    leaders = [language for language in languages if scores[language] == best and best]
    if len(leaders) == 1 and (best >= 2 or fallback not in languages):
        return leaders[0]
    if fallback in leaders or (not leaders and fallback in languages):
        return fallback
    if last in leaders:
        return last
    if leaders:
        return leaders[0]
    return fallback if fallback in LANGUAGES and languages[0] == "en" else languages[0]
