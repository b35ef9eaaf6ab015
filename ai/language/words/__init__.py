"""The words of each language, one file for each.

Clients mix languages, so most readers take the tables of all four together; a form that two languages share
stands in one of them only.
"""

from types import ModuleType

from ai.language.words import en, pl, ru, uk

LANGUAGES: dict[str, ModuleType] = {"uk": uk, "ru": ru, "en": en, "pl": pl}


def forms_of(table: str) -> list[str]:
    """Return the forms of a table in all languages."""
    return [form for words in LANGUAGES.values() for form in getattr(words, table, "").split()]


def phrases_of(table: str) -> list[str]:
    """Return the phrases of a table in all languages."""
    return [phrase for words in LANGUAGES.values() for phrase in _phrases(getattr(words, table, ""))]


def named_phrases(table: str) -> dict[str, list[str]]:
    """Return the phrases of a table whose entries have names, each with those of all languages."""
    found: dict[str, list[str]] = {}
    for words in LANGUAGES.values():
        for name, text in getattr(words, table).items():
            found.setdefault(name, []).extend(_phrases(text))
    return found


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(";") if phrase.strip()]
