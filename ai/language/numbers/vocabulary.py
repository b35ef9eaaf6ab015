"""The words of the four languages in one table: word -> classes with their values."""

from types import ModuleType

from ai.language.text import fold_polish, normalise, to_latin
from ai.language.words import LANGUAGES

Classes = dict[str, object]

_PLAIN = {
    "THOUSAND": "THOUSAND", "ONE_AND_HALF": "ONEHALF", "AT": "AT", "STRICT_AT": "SAT", "FROM": "FROM",
    "UNTIL": "UNTIL", "HALF": "HALF", "BRITISH_HALF": "HALFEN", "QUARTER": "QUARTER", "HALF_TO": "HALFTO",
    "PAST": "PAST", "TO_BEFORE": "TOPRE", "TO_AFTER": "TOPOST", "QUARTER_OF": "NA", "HOUR_WORD": "HOURW",
    "HOURS_WORD": "HOURSW", "MINUTES": "MINW", "DAYS": "DAYW", "WEEKS": "WEEKW", "IN": "IN",
    "OF_DAY": "OFDAY", "NUMBER_OF_DAY": "NUMDAY", "YEAR": "YEARW", "PERCENT": "PCT", "HUNDRED": "HUNDRED",
    "CONJUNCTIONS": "CONJ", "HALF_HOUR": "HALFHOUR", "BETWEEN": "BETWEEN", "OF": "OF",
    "NOON": "NOON", "MIDNIGHT": "MIDNIGHT",
}  # fmt: skip
_PLAIN_VALUES = {"HALFHOUR": 30, "NOON": 720, "MIDNIGHT": 0}
_TABLES = {
    "CARDINALS": "CARD", "HOUR_ORDINALS": "ORDF", "DAY_ORDINALS": "ORDD", "MONTHS": "MONTH",
    "WEEKDAYS": "WEEKDAY", "RELATIVE": "REL", "PARTS": "PART", "CURRENCIES": "CUR",
}  # fmt: skip
_LATIN_TYPED = {"WEEKDAY", "REL", "PART"}
_AM_PM = {"am": "am", "pm": "pm"}
SYMBOLS = {"₴": "UAH", "$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB"}


def _add(table: dict[str, Classes], word: str, name: str, value: object) -> None:
    for form in {word, word.replace("'", ""), fold_polish(word)}:
        table.setdefault(form, {}).setdefault(name, value)


def _add_ordinals(table: dict[str, Classes], words: ModuleType) -> None:
    for value, stem in getattr(words, "ORDINAL_STEMS", {}).items():
        for ending in words.HOUR_ENDINGS.split():
            _add(table, stem + ending, "ORDF", value)
        for ending in words.DAY_ENDINGS.split():
            _add(table, stem + ending, "ORDD", value)


def _add_glued_halves(table: dict[str, Classes], words: ModuleType) -> None:
    """Add полседьмого and півсьомої, which are one word in everyday writing."""
    half = getattr(words, "GLUED_HALF", "")
    if not half:
        return
    for word, classes in list(table.items()):
        if word.endswith(("ого", "его", "ої")) and ("ORDD" in classes or "ORDF" in classes):
            value = classes.get("ORDD", classes.get("ORDF"))
            if isinstance(value, int) and value <= 12:
                _add(table, half + word, "GLUEDHALF", value)


def _add_language(table: dict[str, Classes], language: str, words: ModuleType) -> None:
    for source, name in _PLAIN.items():
        for word in getattr(words, source, "").split():
            _add(table, word, name, _PLAIN_VALUES.get(name, language))
    for source, name in _TABLES.items():
        for value, forms in getattr(words, source, {}).items():
            for word in forms.split():
                _add(table, word, name, value)
                if name == "MONTH" and language == "en":
                    _add(table, word, "MONTHEN", value)
                if name in _LATIN_TYPED and language in ("uk", "ru") and len(word) > 3:
                    _add(table, to_latin(word), name, value)
    _add_ordinals(table, words)
    _add_glued_halves(table, words)


def _build() -> dict[str, Classes]:
    table: dict[str, Classes] = {}
    for language, words in LANGUAGES.items():
        _add_language(table, language, words)
    for word, value in _AM_PM.items():
        _add(table, word, "AMPM", value)
    return table


def _build_phrases() -> dict[tuple[str, ...], tuple[str, object]]:
    phrases: dict[tuple[str, ...], tuple[str, object]] = {}
    for words in LANGUAGES.values():
        for phrase, meaning in words.PHRASES.items():
            for form in {normalise(phrase), fold_polish(normalise(phrase))}:
                phrases[tuple(form.split())] = meaning
    return phrases


WORDS: dict[str, Classes] = _build()
PHRASES = _build_phrases()
LONGEST_PHRASE = max(len(words) for words in PHRASES)
