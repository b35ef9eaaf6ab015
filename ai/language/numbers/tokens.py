"""Cuts a text into words, numbers and signs, and puts spelled numbers together."""

import re
import unicodedata
from decimal import Decimal

from ai.language.detect import detect_language
from ai.language.numbers.mentions import DayRef
from ai.language.numbers.spelled import Token, join_spelled, number_classes
from ai.language.numbers.vocabulary import LONGEST_PHRASE, PHRASES, SYMBOLS, WORDS, Classes
from ai.language.text import fold_polish
from ai.language.words import forms_of

_DAY_SUFFIXES = forms_of("DAY_SUFFIXES")
_HOUR_SUFFIXES = forms_of("HOUR_SUFFIXES")
_ANY_SUFFIX = "|".join([*_DAY_SUFFIXES, *_HOUR_SUFFIXES, *forms_of("COUNT_SUFFIXES")])
_PIECES = re.compile(
    rf"""
    (?P<iso>(?<!\d)\d{{4}}-\d{{2}}-\d{{2}}(?!\d))
  | (?P<dmy>(?<![\d.])\d{{1,2}}(?P<s>[./-])\d{{1,2}}(?P=s)(?:\d{{4}}|\d{{2}})(?![\d.]?\d))
  | (?P<raised>(?<!\d)\d{{1,2}}[⁰¹²³⁴-⁹]{{2}})
  | (?P<clock>(?<!\d)\d{{1,2}}\s?:\s?\d{{2}}(?::\d{{2}})?(?!\d))
  | (?P<grouped>(?<![\d.,])\d{{1,3}}(?:[ .,']\d{{3}})+(?:[.,]\d{{1,2}})?(?![\d]))
  | (?P<ordinal>(?<!\d)\d{{1,2}}-?(?:{_ANY_SUFFIX})(?![^\W\d_]))
  | (?P<pair>(?<![\d.])\d{{1,2}}[./]\d{{1,2}}(?![\d/]|\.\d))
  | (?P<dashed>(?<![\d-])\d{{1,2}}-\d{{2}}(?![\d-]))
  | (?P<decimal>\d+[.,]\d+)
  | (?P<integer>\d+)
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)
  | (?P<sign>[^\w\s]|\n)
    """,
    re.VERBOSE,
)
_FALSE_FRIENDS = {"ten"}
_SIGNS = {",": "COMMA", "-": "DASH", "%": "PCT", "\n": "BREAK", "№": "NUMSIGN", "#": "NUMSIGN", "~": "AT"}
_SUFFIX = re.compile(r"(\d{1,2})-?(.+)")


def _grouped(text: str) -> Decimal:
    whole, mark, cents = text, "", ""
    tail = re.search(r"[.,](\d{1,2})$", text)
    if tail:
        whole, mark, cents = text[: tail.start()], ".", tail[1]
    return Decimal(re.sub(r"\D", "", whole) + mark + cents)


def _day(text: str) -> DayRef:
    parts = [int(part) for part in re.split(r"\D", text)]
    if len(re.split(r"\D", text)[0]) == 4:
        return DayRef(parts[2], parts[1], parts[0])
    year = parts[2] + 2000 if parts[2] < 100 else parts[2]
    return DayRef(parts[0], parts[1], year)


def _clock(text: str) -> Classes:
    hour, minute = (int(part) for part in re.split(r"\s?:\s?", text)[:2])
    return {"CLOCK": (hour, minute)} if hour <= 24 and minute <= 59 else {"BREAK": text}


def _ordinal(text: str) -> Classes:
    found = _SUFFIX.fullmatch(text)
    value, suffix = (int(found[1]), found[2]) if found else (0, "")
    if suffix in _DAY_SUFFIXES and 1 <= value <= 31:
        return {"ORDD": value, "DAY": value}
    if suffix in _HOUR_SUFFIXES and value <= 24:
        return {"ORDF": value, "HOUR": value}
    return number_classes(Decimal(value))


def _pair(text: str) -> tuple[str, str]:
    first, second = re.split(r"[./-]", text)
    return first, second


def _classes(kind: str, text: str) -> Classes:
    if kind == "word":
        classes = dict(WORDS.get(text) or WORDS.get(fold_polish(text)) or {})
        if "ORDF" in classes:
            classes["HOUR"] = classes["ORDF"]
        if "ORDD" in classes:
            classes["DAY"] = classes["ORDD"]
        return classes
    if kind in ("iso", "dmy"):
        return {"DATE": _day(text)}
    if kind == "clock":
        return _clock(text)
    if kind == "raised":
        return _clock(f"{text[:-2]}:{unicodedata.normalize('NFKC', text[-2:])}")
    if kind == "ordinal":
        return _ordinal(text)
    if kind in ("pair", "dashed"):
        return {kind.upper(): _pair(text)}
    if kind == "grouped":
        return number_classes(_grouped(text))
    if kind in ("decimal", "integer"):
        return number_classes(Decimal(text.replace(",", ".")))
    return {"CUR": SYMBOLS[text]} if text in SYMBOLS else {_SIGNS.get(text, "BREAK"): text}


def _cut(text: str) -> list[Token]:
    tokens: list[Token] = []
    for found in _PIECES.finditer(text):
        kind = found.lastgroup if found.lastgroup != "s" else "dmy"
        if found[0] == "." and tokens and tokens[-1].end == found.start() and _is_abbreviation(tokens[-1]):
            continue
        token = Token(found[0], found.start(), found.end(), _classes(kind or "sign", found[0]))
        token.digits = found[0] if kind in ("integer", "ordinal") else ""
        tokens.append(token)
    return tokens


def _is_abbreviation(token: Token) -> bool:
    return token.text.isalpha() and len(token.text) <= 6 and bool(token.classes)


def _join_phrases(tokens: list[Token]) -> list[Token]:
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        for size in range(LONGEST_PHRASE, 1, -1):
            piece = tokens[at : at + size]
            meaning = PHRASES.get(tuple(token.text for token in piece)) if len(piece) == size else None
            if meaning:
                text = " ".join(token.text for token in piece)
                joined.append(Token(text, piece[0].start, piece[-1].end, {meaning[0]: meaning[1]}))
                at += size
                break
        else:
            joined.append(tokens[at])
            at += 1
    return joined


def tokenise(text: str) -> list[Token]:
    """Return the tokens of a normalised text, with phrases and spelled numbers put together."""
    tokens = _cut(text)
    _forget_false_friends(tokens)
    return join_spelled(_join_phrases(tokens))


def _forget_false_friends(tokens: list[Token]) -> None:
    """Take "ten" for the Polish word for this where other words are Polish."""
    friends = [token for token in tokens if token.text in _FALSE_FRIENDS]
    others = " ".join(token.text for token in tokens if token not in friends) if friends else ""
    if friends and detect_language(others, "en") == "pl":
        for token in friends:
            token.classes.clear()
