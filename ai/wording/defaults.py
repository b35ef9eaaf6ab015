"""Reads the data files, one per language."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from ai.language import words

LANGUAGES = tuple(words.LANGUAGES)
_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Texts:
    """Everything code says in one language."""

    language: str
    texts: dict[str, str]
    on_weekdays: list[str]
    formats: dict[str, str]
    today: str
    tomorrow: str
    every_day: str


@lru_cache
def texts_of(language: str) -> Texts:
    """Return the texts of uk, ru, en or pl; KeyError for any other language."""
    if language not in LANGUAGES:
        raise KeyError(language)
    data = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return Texts(language=language, **data)
