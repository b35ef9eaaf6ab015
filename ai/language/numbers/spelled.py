"""Puts spelled numbers together: "two hundred and fifty", "двадцять п'ятого", "тысяча двести"."""

from dataclasses import dataclass, field
from decimal import Decimal

from ai.language.numbers.vocabulary import Classes


@dataclass
class Token:
    """A piece of the text with every class it may belong to."""

    text: str
    start: int
    end: int
    classes: Classes = field(default_factory=dict)
    spelled: bool = False
    digits: str = ""


def number_classes(value: Decimal) -> Classes:
    """Return what a number may be: an hour, minutes, a day of a month, a year."""
    classes: Classes = {"NUM": value}
    if value == value.to_integral_value():
        whole = int(value)
        for name, low, high in (("HOUR", 0, 24), ("MIN", 0, 59), ("DAY", 1, 31), ("YEAR", 2000, 2100)):
            if low <= whole <= high:
                classes[name] = whole
    return classes


def join_spelled(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each spelled number as one token of class NUM, ORDF (hour) or ORDD (day)."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        end, classes = _ordinal_at(tokens, at) or _number_at(tokens, at)
        if end == at:
            joined.append(tokens[at])
            at += 1
            continue
        text = " ".join(token.text for token in tokens[at:end])
        joined.append(Token(text, tokens[at].start, tokens[end - 1].end, classes, spelled=True))
        at = end
    return joined


def _number_at(tokens: list[Token], at: int) -> tuple[int, Classes]:
    thousands, current, position = 0, None, at
    while position < len(tokens):
        token = tokens[position]
        if _is_thousand(tokens, position, current):
            thousands, current = (current or 1) * 1000, None
        elif _is_hundred(tokens, position, current):
            current = (current or 1) * 100
        elif _fits(token.classes.get("CARD"), current):
            current = (current or 0) + _whole(token.classes["CARD"])
        elif not _is_glue(tokens, position, current):
            break
        position += 1
    if position == at:
        return at, {}
    value = thousands + (current or 0)
    return _ordinal_tail(tokens, position, value) or (position, number_classes(Decimal(value)))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _fits(value: object, current: int | None) -> bool:
    if not isinstance(value, int):
        return False
    if current is None:
        return True
    if value == 0 or current == 0 or value >= 100:
        return False
    if value < 10:
        return current % 10 == 0 and current % 100 != 10
    return current % 100 == 0


def _is_thousand(tokens: list[Token], at: int, current: int | None) -> bool:
    if "THOUSAND" not in tokens[at].classes or len(tokens[at].text) < 4:
        return False
    if current is not None:
        return True
    return at == 0 or ("NUM" not in tokens[at - 1].classes and "ONEHALF" not in tokens[at - 1].classes)


def _is_hundred(tokens: list[Token], at: int, current: int | None) -> bool:
    if "HUNDRED" not in tokens[at].classes:
        return False
    return 0 < current < 100 if current is not None else at > 0 and tokens[at - 1].text == "a"


def _is_glue(tokens: list[Token], at: int, current: int | None) -> bool:
    """Tell whether this is the hyphen of twenty-five or the and of a hundred and five."""
    if current is None or at + 1 >= len(tokens):
        return False
    hyphen = tokens[at].text == "-" and current % 100 in range(20, 91, 10)
    hundred_and = tokens[at].text == "and" and current > 0 and current % 100 == 0
    after = tokens[at + 1].classes
    ordinal = hyphen and ("ORDD" in after or "ORDF" in after)
    return (hyphen or hundred_and) and (ordinal or _fits(after.get("CARD"), current))


def _ordinal_tail(tokens: list[Token], at: int, value: int) -> tuple[int, Classes] | None:
    """Add the last, inflected word of "двадцять п'ятого"."""
    if value not in (20, 30) or at >= len(tokens):
        return None
    for name in ("ORDF", "ORDD"):
        small = tokens[at].classes.get(name)
        if isinstance(small, int) and small < 10:
            return at + 1, _ordinal_classes(name, value + small)
    return None


def _ordinal_classes(name: str, value: int) -> Classes:
    classes: Classes = {name: value}
    if name == "ORDF" and value <= 24:
        classes["HOUR"] = value
    if name == "ORDD" and value <= 31:
        classes["DAY"] = value
    return classes


def _ordinal_at(tokens: list[Token], at: int) -> tuple[int, Classes] | None:
    """Join ordinals inflected in both words, as in dwudziestego piątego."""
    for name in ("ORDF", "ORDD"):
        first = tokens[at].classes.get(name)
        if not isinstance(first, int):
            continue
        second = tokens[at + 1].classes.get(name) if at + 1 < len(tokens) else None
        if first in (20, 30) and isinstance(second, int) and second < 10:
            return at + 2, _ordinal_classes(name, first + second)
    return None
