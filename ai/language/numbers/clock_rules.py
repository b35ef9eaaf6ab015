"""Times of day, in digits and in words."""

from decimal import Decimal

from ai.language.numbers.matching import Match, Rule
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.language.numbers.spelled import Token

PREPOSITION = "AT|SAT|FROM|UNTIL?"
PART = "PART|OFDAY|AMPM?"
# After these a bare number is an hour and cannot well be anything else.
_HOUR_PREPOSITIONS = {"в", "во", "у", "к", "ко", "о", "об", "v", "k", "w", "at", "o"}
_ROUND_MINUTES = {5, 10, 15, 20, 25}
_MIDDAY = 12


def times(hour: int, minute: int, part: str = "", *, exact: bool = False) -> tuple[int, ...]:
    """Return the minutes of the day that hour:minute may mean, with the part of the day if one is named."""
    hour %= 24
    if exact or hour == 0 or hour > _MIDDAY:
        return (hour * 60 + minute,)
    early, late = (hour % _MIDDAY) * 60 + minute, (hour % _MIDDAY + _MIDDAY) * 60 + minute
    if part in ("am", "morning"):
        return (early if part == "am" else hour * 60 + minute,)
    if part in ("pm", "evening"):
        return (late,)
    if part == "day":
        return (hour * 60 + minute,) if hour in (10, 11, 12) else (late,)
    if part == "night":
        return (early,) if hour % _MIDDAY < 6 else (late,)
    return (hour * 60 + minute, late if hour != _MIDDAY else early)


def part_of(match: Match) -> str:
    """Return the part of the day the match names: morning, day, evening, night, am, pm or ""."""
    if match.token("OFDAY") and "OFDAY" in (match.token("OFDAY") or Token("", 0, 0)).classes:
        return "day"
    return match.label("PART") or match.label("AMPM")


def bound_of(match: Match) -> str:
    """Return "from" after words like після, "to" after words like до."""
    first = match.tokens[0]
    if first and "FROM" in first.classes and "AT" not in first.classes:
        return "from"
    return "to" if first and "UNTIL" in first.classes and "AT" not in first.classes else ""


def time_mention(match: Match, values: tuple[int, ...], *, also: tuple[Mention, ...] = ()) -> list[Mention]:
    """Build the mention of a time for the whole match."""
    start, end = match.span
    spelled = any(token.spelled for token in match.tokens if token)
    return [Mention(Kind.TIME, values, start, end, bound=bound_of(match), spelled=spelled, also=also)]


def hour_token(match: Match, nth: int = 0) -> tuple[int, bool]:
    """Return the hour and whether its writing (09, 17) leaves no second meaning."""
    token = match.token("HOUR", nth) or match.token("ORDD", nth)
    if token is None:
        return -1, False
    value = token.classes.get("HOUR", token.classes.get("ORDD"))
    hour = int(value) if isinstance(value, int) else -1
    return hour, token.digits.startswith("0") and len(token.digits) == 2


def _minutes(match: Match) -> int:
    return 15 if match.token("QUARTER") and "QUARTER" in _first(match, "QUARTER") else match.value("MIN")


def _first(match: Match, name: str) -> dict[str, object]:
    token = match.token(name)
    return token.classes if token else {}


def _is_quarter(match: Match) -> bool:
    return "QUARTER" in _first(match, "QUARTER")


def _shifted(match: Match, minutes: int) -> list[Mention]:
    """Build "minutes before or after the hour"; minutes may be negative."""
    hour, exact = hour_token(match)
    if not 0 <= hour <= 24:
        return []
    total = (hour * 60 + minutes) % 1440
    if minutes < 0 and hour == 1:
        total = 13 * 60 + minutes  # пів на першу is half past twelve
    return time_mention(match, times(total // 60, total % 60, part_of(match), exact=exact))


def _clock(match: Match) -> list[Mention]:
    token = match.token("CLOCK")
    value = token.classes["CLOCK"] if token else None
    if not token or not isinstance(value, tuple):
        return []
    exact = token.text.startswith("0")
    return time_mention(match, times(value[0], value[1], part_of(match), exact=exact))


def _clock_to_hour(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    return [*_clock(match), *time_mention(match, times(hour, 0, exact=exact))]


def _half_to(match: Match) -> list[Mention]:
    return _shifted(match, -30)


def _half_past(match: Match) -> list[Mention]:
    return _shifted(match, 30)


def _glued_half(match: Match) -> list[Mention]:
    hour = match.value("GLUEDHALF") - 1 or _MIDDAY
    return time_mention(match, times(hour, 30, part_of(match)))


def _before_hour(match: Match) -> list[Mention]:
    minutes, hour = _minutes(match), match.token("HOUR")
    minute_token = match.token("MIN")
    open_word = match.token("TOPRE")
    if not hour or not open_word or not 1 <= minutes <= 29:
        return []
    clear = _is_quarter(match) or bool(match.token("MINW")) or bool(minute_token and minute_token.spelled)
    if open_word.text in ("за", "za") and not (
        clear and (hour.spelled or "ORDF" in hour.classes or _is_quarter(match))
    ):
        return []
    return _shifted(match, -minutes) if clear or minutes in _ROUND_MINUTES else []


def _to_hour(match: Match) -> list[Mention]:
    word, minute = match.token("TOPOST"), match.token("MIN")
    clear = _is_quarter(match) or bool(match.token("MINW"))
    if word and word.classes["TOPOST"] == "en":
        clear = clear or bool(minute and minute.spelled and match.value("MIN") in _ROUND_MINUTES)
    return _shifted(match, -_minutes(match)) if clear else []


def _past_hour(match: Match) -> list[Mention]:
    minute, hour, word = match.token("MIN"), match.token("HOUR"), match.token("PAST")
    clear = _is_quarter(match) or bool(match.token("MINW")) or bool(minute and minute.spelled)
    clear = clear or bool(word and word.text == "past")
    return _shifted(match, _minutes(match)) if clear and hour and _minutes(match) > 0 else []


def _quarter_of_next(match: Match) -> list[Mention]:
    """чверть на восьму, десять минут восьмого: minutes of the hour that is running."""
    minute = match.token("MIN")
    clear = _is_quarter(match) or bool(match.token("MINW"))
    clear = clear or bool(minute and minute.spelled and match.value("MIN") in _ROUND_MINUTES)
    return _shifted(match, _minutes(match) - 60) if clear and _minutes(match) > 0 else []


def _hour_minute(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    minute, first = match.token("MIN"), match.tokens[0]
    if not minute:
        return []
    if not (minute.spelled or len(minute.digits) == 2) or (match.value("MIN") % 5 and not minute.spelled):
        return []
    prepared = first is not None
    hour_word = match.token("HOUR")
    worded = bool(hour_word and (hour_word.spelled or hour_word.text.isalpha()))
    if not prepared and not part_of(match) and not (worded and minute.spelled and match.value("MIN") >= 10):
        return []
    return time_mention(match, times(hour, match.value("MIN"), part_of(match), exact=exact))


def _hour_zero_minute(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    if match.value("MIN", 0) != 0:
        return []
    return time_mention(match, times(hour, match.value("MIN", 1), part_of(match), exact=exact))


def _at_hour(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    token, first = match.token("HOUR"), match.tokens[0]
    if not token or not first or ("." in token.text):
        return []
    values = times(hour, 0, part_of(match), exact=exact)
    if "SAT" in first.classes or part_of(match) or match.token("HOURW"):
        return time_mention(match, values)
    return time_mention(match, values, also=_other_readings(match, token, hour))


def _other_readings(match: Match, token: Token, hour: int) -> tuple[Mention, ...]:
    start, end = match.span
    number = Mention(Kind.NUMBER, Decimal(hour), start, end, spelled=token.spelled)
    first = match.tokens[0]
    if first and first.text in _HOUR_PREPOSITIONS:
        return (number,)
    day = Mention(Kind.DATE, DayRef(hour), start, end)
    return (number, day) if hour and "ORDF" not in token.classes else (number,)


def _hour_part(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    return time_mention(match, times(hour, 0, part_of(match), exact=exact)) if hour <= 24 else []


def _hour_word(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    token, word = match.token("HOUR"), match.token("HOURW")
    if not token or not word:
        return []
    start, end = match.span
    duration = Mention(Kind.DURATION, hour * 60, start, end, spelled=token.spelled)
    time = time_mention(match, times(hour, 0, exact=exact))
    if "ORDF" in token.classes or word.classes["HOURW"] == "en":
        return time
    if hour == 1:
        return [Mention(Kind.DURATION, 60, start, end, spelled=token.spelled, also=tuple(time))]
    return time_mention(match, times(hour, 0, exact=exact), also=(duration,))


def _fixed(match: Match) -> list[Mention]:
    token = next(token for token in match.tokens if token and ({"NOON", "MIDNIGHT"} & token.classes.keys()))
    return time_mention(match, (720,) if "NOON" in token.classes else (0,))


def _one(match: Match) -> list[Mention]:
    token = next(token for token in match.tokens if token)
    return time_mention(match, (13 * 60,) if "ONEPM" in token.classes else times(1, 0, part_of(match)))


def _hour_range(match: Match) -> list[Mention]:
    first, first_exact = hour_token(match, 0)
    second, second_exact = hour_token(match, 1)
    start, end = match.span
    part = part_of(match)
    return [
        Mention(Kind.TIME, times(first, 0, part, exact=first_exact), start, end, bound="from"),
        Mention(Kind.TIME, times(second, 0, part, exact=second_exact), start, end, bound="to"),
    ]


def _listed_hour(match: Match) -> list[Mention]:
    hour, exact = hour_token(match)
    token = match.token("HOUR")
    also = _other_readings(match, token, hour) if token else ()
    return time_mention(match, times(hour, 0, part_of(match), exact=exact), also=also[:1])


CLOCK_RULES = [
    Rule(f"{PREPOSITION} CLOCK HOURW|HOURSW? {PART}", _clock),
    Rule("CLOCK DASH HOUR", _clock_to_hour),
    Rule(f"{PREPOSITION} HALF HALFTO? HOUR|ORDD {PART}", _half_to),
    Rule(f"{PREPOSITION} HALFEN HOUR {PART}", _half_past),
    Rule(f"{PREPOSITION} HALFPAST HOUR {PART}", _half_past),
    Rule(f"{PREPOSITION} GLUEDHALF {PART}", _glued_half),
    Rule(f"{PREPOSITION} TOPRE CONJ? QUARTER|MIN MINW? HALFTO? HOUR {PART}", _before_hour),
    Rule(f"{PREPOSITION} QUARTER|MIN MINW? TOPOST HOUR {PART}", _to_hour),
    Rule(f"{PREPOSITION} QUARTER|MIN MINW? PAST HOUR {PART}", _past_hour),
    Rule(f"QUARTER|MIN MINW? NA HOUR {PART}", _quarter_of_next),
    Rule(f"{PREPOSITION} QUARTER|MIN MINW? ORDD {PART}", _quarter_of_next),
    Rule(f"{PREPOSITION} HOURW|HOURSW? HOUR HOURW|HOURSW? DASH? MIN MINW? {PART}", _hour_minute),
    Rule(f"{PREPOSITION} HOUR HOURW|HOURSW? MIN MIN MINW? {PART}", _hour_zero_minute),
    Rule(f"AT|SAT|FROM|UNTIL HOURW|HOURSW? HOUR HOURW? {PART}", _at_hour),
    Rule("AT|SAT|FROM|UNTIL HOUR HOURSW PART|OFDAY", _at_hour),
    Rule("HOUR HOURW|HOURSW? PART|AMPM", _hour_part),
    Rule("HOUR HOURW", _hour_word),
    Rule(f"{PREPOSITION} NOON|MIDNIGHT", _fixed),
    Rule("ONEOCLOCK|ONEPM PART?", _one),
    Rule(f"FROM HOUR HOURW|HOURSW? UNTIL|TOPOST|DASH HOUR HOURW|HOURSW? {PART}", _hour_range),
    Rule(f"BETWEEN HOUR CONJ HOUR {PART}", _hour_range),
]
LISTED_HOUR = Rule(f"COMMA? CONJ? HOUR {PART}", _listed_hour)
