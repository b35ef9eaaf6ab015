"""Dates, weekdays, days counted from today, parts of the day."""

from decimal import Decimal

from ai.language.numbers.clock_rules import PREPOSITION, bound_of, times
from ai.language.numbers.matching import Match, Rule
from ai.language.numbers.mentions import DayRef, Kind, Mention, Value
from ai.language.numbers.spelled import Token

# Only in these a bare pair such as 10.11 is read as a time before it is read as a date.
_CLOCK_PREPOSITIONS = {"о", "об", "at", "o"}


def _mention(match: Match, kind: Kind, value: Value, also: tuple[Mention, ...] = ()) -> Mention:
    start, end = match.span
    spelled = any(token.spelled for token in match.tokens if token)
    return Mention(kind, value, start, end, bound=bound_of(match), spelled=spelled, also=also)


def _day(match: Match, nth: int = 0) -> int:
    token = match.token("DAY", nth)
    value = token.classes.get("DAY") if token else None
    return int(value) if isinstance(value, int) else -1


def _year(match: Match) -> int | None:
    year = match.value("YEAR")
    return year if year > 0 else None


def _full_date(match: Match) -> list[Mention]:
    token = match.token("DATE")
    value = token.classes["DATE"] if token else None
    return [_mention(match, Kind.DATE, value)] if isinstance(value, DayRef) else []


def _month(match: Match) -> int:
    token = match.token("MONTH") or match.token("MONTHEN")
    value = token.classes.get("MONTH") if token else None
    return int(value) if isinstance(value, int) else -1


def _days_of_month(match: Match) -> list[Mention]:
    month, year = _month(match), _year(match)
    days = [_day(match, nth) for nth in range(3)]
    return [_mention(match, Kind.DATE, DayRef(day, month, year)) for day in days if day > 0]


def _dashed_of_month(match: Match) -> list[Mention]:
    days = [int(part) for part in _parts(match, "DASHED")]
    if not all(1 <= day <= 31 for day in days):
        return []
    return [_mention(match, Kind.DATE, DayRef(day, _month(match), _year(match))) for day in days]


def _day_number(match: Match) -> list[Mention]:
    return [_mention(match, Kind.DATE, DayRef(_day(match)))]


def _lone_ordinal(match: Match) -> list[Mention]:
    token, first = match.token("ORDD"), match.tokens[0]
    if not token:
        return []
    value = match.value("ORDD")
    wanted = token.digits or value >= 10 or bool(first and first.text in ("на", "na"))
    also = (_mention(match, Kind.NUMBER, Decimal(value)),) if token.digits else ()
    return [_mention(match, Kind.DATE, DayRef(value), also)] if wanted else []


def _late_day(match: Match) -> list[Mention]:
    """на 25, by 28: past the last hour, so a day of the month."""
    day, token = _day(match), match.token("DAY")
    if day <= 24 or not token or not token.digits:
        return []
    return [_mention(match, Kind.DATE, DayRef(day), (_mention(match, Kind.NUMBER, Decimal(day)),))]


def _parts(match: Match, name: str) -> tuple[str, str]:
    token = match.token(name) or Token("", 0, 0)
    value = token.classes.get(name)
    return value if isinstance(value, tuple) else ("0", "0")


def _pair(match: Match) -> list[Mention]:
    """25.11, 17.00, 11/25: whatever it can be, the likeliest first."""
    first, second = _parts(match, "PAIR")
    token = match.token("PAIR") or Token("", 0, 0)
    number = _mention(match, Kind.NUMBER, Decimal(f"{first}.{second}"))
    found: list[Mention] = []
    clock = "." in token.text and len(second) == 2 and int(first) <= 24 and int(second) <= 59
    if clock:
        exact = first.startswith("0")
        found.append(_mention(match, Kind.TIME, times(int(first), int(second), exact=exact)))
    if 1 <= int(first) <= 31 and 1 <= int(second) <= 12:
        dated = _mention(match, Kind.DATE, DayRef(int(first), int(second)))
        opening = match.tokens[0]
        at_clock = bool(opening and opening.text in _CLOCK_PREPOSITIONS)
        found = [*found, dated] if at_clock else [dated, *found]
    if "/" in token.text and 1 <= int(second) <= 31 and 1 <= int(first) <= 12:
        found.append(_mention(match, Kind.DATE, DayRef(int(second), int(first))))
    if not found and "." in token.text and len(second) == 2 and int(first) <= 39:
        found = [_mention(match, Kind.DATE, DayRef(int(first), int(second)))]  # 32.13 is meant as a date
    return [_with_also(found[0], (*found[1:], number))] if found else [number]


def _with_also(mention: Mention, also: tuple[Mention, ...]) -> Mention:
    return Mention(
        mention.kind,
        mention.value,
        mention.start,
        mention.end,
        bound=mention.bound,
        spelled=mention.spelled,
        also=also,
    )


def _dashed(match: Match) -> list[Mention]:
    """17-00 is a time, 10-18 a range of hours, 9-15 may be either."""
    first, second = _parts(match, "DASHED")
    if int(first) > 24 or int(second) > 59:
        return [_mention(match, Kind.NUMBER, Decimal(first)), _mention(match, Kind.NUMBER, Decimal(second))]
    clock = _mention(match, Kind.TIME, times(int(first), int(second), exact=first.startswith("0")))
    if int(second) <= 24 and int(second) > int(first):
        start, end = match.span
        opening = Mention(Kind.TIME, times(int(first), 0), start, end, bound="from", also=(clock,))
        closing = Mention(Kind.TIME, times(int(second), 0), start, end, bound="to", also=(clock,))
        return [opening, closing]
    return [clock]


def _weekday(match: Match) -> list[Mention]:
    return [_mention(match, Kind.WEEKDAY, match.value("WEEKDAY"))]


def _relative(match: Match) -> list[Mention]:
    token = match.token("REL")
    value = token.classes["REL"] if token else None
    return [_mention(match, Kind.RELATIVE, int(value))] if isinstance(value, int) else []


def _part(match: Match) -> list[Mention]:
    mentions = [_mention(match, Kind.PART, match.label("PART"))]
    token = match.token("PART")
    if token and token.text == "tonight":
        mentions.append(_mention(match, Kind.RELATIVE, 0))
    return mentions


DAY_RULES = [
    Rule(f"{PREPOSITION} DATE YEARW?", _full_date),
    Rule(f"{PREPOSITION} DAY NUMDAY? OF? MONTH COMMA? YEAR? YEARW?", _days_of_month),
    Rule(f"{PREPOSITION} MONTHEN DAY COMMA? YEAR?", _days_of_month),
    Rule(f"{PREPOSITION} DAY COMMA|CONJ|DASH|UNTIL|TOPOST DAY OF? MONTH YEAR? YEARW?", _days_of_month),
    Rule(f"{PREPOSITION} DAY COMMA DAY COMMA|CONJ DAY MONTH YEAR? YEARW?", _days_of_month),
    Rule(f"{PREPOSITION} DASHED MONTH YEAR? YEARW?", _dashed_of_month),
    Rule(f"{PREPOSITION} DAY NUMDAY", _day_number),
    Rule(f"{PREPOSITION} ORDD", _lone_ordinal),
    Rule("AT|FROM|UNTIL DAY", _late_day),
    Rule(f"{PREPOSITION} PAIR", _pair),
    Rule(f"{PREPOSITION} DASHED", _dashed),
    Rule("WEEKDAY", _weekday),
    Rule("REL", _relative),
    Rule(f"{PREPOSITION} PART", _part),
]
