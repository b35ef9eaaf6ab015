"""Money, percentages, lengths of time and bare numbers."""

from decimal import Decimal

from ai.language.numbers.clock_rules import PREPOSITION, bound_of, hour_token, time_mention, times
from ai.language.numbers.matching import Match, Rule
from ai.language.numbers.mentions import Kind, Mention, Money, Value
from ai.language.numbers.spelled import Token

_AT_HOUR = {"в", "во", "у", "к", "ко", "о", "об", "at", "o", "od"}


def _mention(
    match: Match, kind: Kind, value: Value, also: tuple[Mention, ...] = (), bound: str = ""
) -> Mention:
    start, end = match.span
    spelled = any(token.spelled for token in match.tokens if token)
    return Mention(kind, value, start, end, bound=bound or bound_of(match), spelled=spelled, also=also)


def _number(match: Match, nth: int = 0) -> Decimal:
    token = match.token("NUM", nth)
    value = token.classes.get("NUM") if token else None
    return value if isinstance(value, Decimal) else Decimal(-1)


def _numbers(match: Match) -> list[Decimal]:
    return [number for nth in range(3) if (number := _number(match, nth)) >= 0]


def _amounts(match: Match) -> list[Mention]:
    first, last = match.token("NUM"), match.token("NUM", 1)
    if first and last and match.token("DASH") and first.spelled != last.spelled:
        return []  # "for two - 1200 UAH" is no range
    return [_mention(match, Kind.AMOUNT, Money(number, match.label("CUR"))) for number in _numbers(match)]


def _currency_first(match: Match) -> list[Mention]:
    token = match.token("CUR")
    short = bool(token and (not token.text.isalpha() or len(token.text) == 3))
    return _amounts(match) if short else []


def _pair_amount(match: Match) -> list[Mention]:
    token = match.token("PAIR") or Token("", 0, 0)
    return [_mention(match, Kind.AMOUNT, Money(Decimal(token.text.replace("/", ".")), match.label("CUR")))]


def _dashed_amounts(match: Match) -> list[Mention]:
    token = match.token("DASHED") or Token("", 0, 0)
    kind = Kind.PERCENT if match.token("PCT") else Kind.AMOUNT
    numbers = [Decimal(part) for part in token.text.split("-")]
    values: list[Value] = [n if kind == Kind.PERCENT else Money(n, match.label("CUR")) for n in numbers]
    return [_mention(match, kind, value) for value in values]


def _thousands(match: Match) -> list[Mention]:
    token, word = match.token("NUM"), match.token("THOUSAND")
    if not word or (word.text in ("к", "k") and token and token.end != word.start):
        return []
    base, rest = _number(match), _number(match, 1)
    if token and "ONEHALF" in token.classes:
        base = Decimal("1.5")
    value = base * 1000 + max(rest, Decimal(0))
    if match.token("CUR"):
        return [_mention(match, Kind.AMOUNT, Money(value, match.label("CUR")))]
    return [_mention(match, Kind.NUMBER, value)]


def _percent(match: Match) -> list[Mention]:
    return [_mention(match, Kind.PERCENT, number) for number in _numbers(match)]


def _rouble_letter(match: Match) -> list[Mention]:
    word = match.token("YEARW")
    if not word or word.text != "р" or (match.value("YEAR") > 0 and 2020 <= _number(match) <= 2100):
        return [_mention(match, Kind.NUMBER, _number(match))]
    return [_mention(match, Kind.AMOUNT, Money(_number(match)))]


def _minutes(match: Match) -> list[Mention]:
    return [_mention(match, Kind.DURATION, int(number), bound=_inward(match)) for number in _numbers(match)]


def _about_minutes(match: Match) -> list[Mention]:
    """хвилин на 5, минут на десять: about so many."""
    return [_mention(match, Kind.DURATION, int(number)) for number in _numbers(match)]


def _dashed_length(match: Match) -> list[Mention]:
    token = match.token("DASHED") or Token("", 0, 0)
    factor = 60 if match.token("HOURSW") and "HOURSW" in (match.token("HOURSW") or token).classes else 1
    factor = 1 if "MINW" in (match.tokens[-1] or token).classes else factor
    kind = Kind.SPAN if "DAYW" in (match.tokens[-1] or token).classes else Kind.DURATION
    factor = 1 if kind == Kind.SPAN else factor
    return [_mention(match, kind, int(part) * factor) for part in token.text.split("-")]


def _inward(match: Match) -> str:
    first = match.tokens[0]
    return "in" if first and "IN" in first.classes else ""


def _hours(match: Match) -> list[Mention]:
    """2 години is a length, в 5 часов a time; на 2 часа may be either."""
    first, number = match.tokens[0], _number(match)
    lengths = [_mention(match, Kind.DURATION, int(n * 60), bound=_inward(match)) for n in _numbers(match)]
    hour, exact = hour_token(match)
    if len(lengths) != 1 or not 0 <= hour <= 24 or number != hour or lengths[0].bound == "in":
        return lengths
    clock = time_mention(match, times(hour, 0, exact=exact))
    if first is None:  # 17ч, 18h: longer than any visit, so a time
        return [_mention(match, Kind.TIME, clock[0].value, (lengths[0],))] if hour > 12 else lengths
    if first.text in _AT_HOUR:
        return clock
    bounded = bool({"FROM", "UNTIL"} & first.classes.keys()) and not first.classes.keys() & {"AT", "NUM"}
    main, other = (clock[0], lengths[0]) if bounded else (lengths[0], clock[0])
    return [_mention(match, main.kind, main.value, (other,))]


def _hours_and_minutes(match: Match) -> list[Mention]:
    first, hours, minutes = match.tokens[0], _number(match, 0), _number(match, 1)
    if minutes >= 60:
        return []
    if first and first.text in _AT_HOUR and hours <= 24:
        return time_mention(match, times(int(hours), int(minutes)))
    return [_mention(match, Kind.DURATION, int(hours * 60 + minutes), bound=_inward(match))]


def _hour_and_half(match: Match) -> list[Mention]:
    return [_mention(match, Kind.DURATION, 90, bound=_inward(match))]


def _half_hour(match: Match) -> list[Mention]:
    token = match.token("HALFHOUR") or match.token("INHOUR") or Token("", 0, 0)
    minutes = next((value for value in token.classes.values() if isinstance(value, int)), 30)
    return [
        _mention(match, Kind.DURATION, minutes, bound="in" if "INHOUR" in token.classes else _inward(match))
    ]


def _in_an_hour(match: Match) -> list[Mention]:
    return [_mention(match, Kind.DURATION, 60, bound="in")]


def _days(match: Match) -> list[Mention]:
    factor = 7 if match.token("WEEKW") and "WEEKW" in (match.tokens[-1] or Token("", 0, 0)).classes else 1
    return [_mention(match, Kind.SPAN, int(n) * factor, bound=_inward(match)) for n in _numbers(match)]


def _phrase_days(match: Match) -> list[Mention]:
    return [_mention(match, Kind.SPAN, match.value("SPAN"), bound="in")]


def _plain(match: Match) -> list[Mention]:
    token = match.token("NUM")
    return [_mention(match, Kind.NUMBER, _number(match))] if token else []


def _digit_ordinal(match: Match) -> list[Mention]:
    token = match.token("ORDF")
    return [_mention(match, Kind.NUMBER, Decimal(match.value("ORDF")))] if token and token.digits else []


AMOUNT_RULES = [
    Rule(f"{PREPOSITION} NUM CUR", _amounts),
    Rule("CUR NUM", _currency_first),
    Rule("CUR PAIR", _pair_amount),
    Rule(f"{PREPOSITION} PAIR CUR", _pair_amount),
    Rule(f"{PREPOSITION} NUM DASH|UNTIL|TOPOST|CONJ|COMMA NUM CUR", _amounts),
    Rule(f"{PREPOSITION} DASHED CUR|PCT", _dashed_amounts),
    Rule(f"{PREPOSITION} NUM|ONEHALF THOUSAND NUM? CUR?", _thousands),
    Rule(f"{PREPOSITION} DASH? NUM PCT", _percent),
    Rule("NUM DASH|UNTIL|TOPOST|CONJ NUM PCT", _percent),
    Rule("NUM YEARW", _rouble_letter),
    Rule("IN|AT|FROM|UNTIL? NUM MINW", _minutes),
    Rule("IN|AT|FROM|UNTIL? NUM DASH|TOPOST|CONJ NUM MINW", _minutes),
    Rule("MINW AT|SAT NUM", _about_minutes),
    Rule("IN|AT|FROM|UNTIL|SAT? DASHED MINW|HOURSW|DAYW", _dashed_length),
    Rule("IN|AT|FROM|UNTIL|SAT? HOUR|NUM HOURSW", _hours),
    Rule("IN|AT|FROM|UNTIL? NUM DASH|TOPOST|CONJ NUM HOURSW", _hours),
    Rule("IN|AT|SAT|FROM|UNTIL? NUM HOURSW|HOURW CONJ? NUM MINW", _hours_and_minutes),
    Rule("IN|AT|FROM|UNTIL? ONEHALF HOURSW|HOURW", _hour_and_half),
    Rule("IN|AT|FROM|UNTIL? HALFHOUR|INHOUR", _half_hour),
    Rule("IN HOURW|HOURSW", _in_an_hour),
    Rule("IN|AT|FROM|UNTIL? NUM DAYW|WEEKW", _days),
    Rule("IN|AT|FROM|UNTIL? NUM DASH NUM DAYW|WEEKW", _days),
    Rule("SPAN", _phrase_days),
    Rule("NUMSIGN? NUM", _plain),
    Rule("ORDF", _digit_ordinal),
]
