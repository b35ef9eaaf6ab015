"""Prices, discounts, lengths of time and bare numbers."""

import re
from collections.abc import Iterator

from ai.guard.index import EvidenceIndex
from ai.guard.segments import Segment
from ai.guard.violations import Violation
from ai.guard.words import COUNTED, DISCOUNTS
from ai.language.numbers.mentions import Kind, Mention, Money

_FEW = 5
_QUOTED = re.compile(r"[«“„\"'(]\s*\d{1,2}(?:\s*,\s*\d{1,2})*\s*[»”\"')]")


def check_money(segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    """Find amounts, discounts and numbers that are not in the facts."""
    for mention in segment.mentions:
        if mention.kind == Kind.AMOUNT or _means_money(mention, segment, index):
            yield from _check_amount(mention, segment, index)
        elif mention.kind == Kind.PERCENT and not _is_true_percent(mention, segment, index):
            yield Violation(
                "discount", f"“{mention.text}” is not in the salon's texts; promise no percentage."
            )
        elif mention.kind in (Kind.DURATION, Kind.SPAN) and not _is_true_length(mention, index):
            yield Violation("duration", f"The length of time “{mention.text}” is not in the facts.")
        elif mention.kind == Kind.NUMBER and not _is_true_number(mention, segment, index):
            yield Violation("number", f"The number “{mention.text}” is not in the facts; leave it out.")
    yield from _check_discount(segment, index)


def _means_money(mention: Mention, segment: Segment, index: EvidenceIndex) -> bool:
    """Tell whether a bare number is an amount: "it costs 600", "Manicure - 600"."""
    if (
        mention.kind != Kind.NUMBER
        or len(segment.of(Kind.AMOUNT, Kind.NUMBER)) > 1
        or _counts(mention, segment)
    ):
        return False
    return segment.tells_cost or mention.number in index.evidence.prices - index.lengths


def _check_amount(mention: Mention, segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    money = mention.value if isinstance(mention.value, Money) else Money(mention.number)
    if money.amount in index.salon_amounts or index.is_in_a_name(mention, money.amount, segment.folded):
        return
    own = index.evidence.currency
    if money.currency and own and money.currency != own:
        yield Violation("price", f"“{mention.text}”: the salon's prices are in {own}.")
        return
    if money.amount in index.evidence.totals:
        return
    of_service = index.prices_of(segment.text) if len(segment.of(Kind.AMOUNT, Kind.NUMBER)) == 1 else None
    if of_service is not None:
        if money.amount not in of_service:
            yield Violation("price", f"“{mention.text}” is not the price of this service.")
        return
    if money.amount in index.evidence.prices:
        return
    if money.amount in index.client_numbers and (segment.denies or segment.asks):
        return
    yield Violation(
        "price", f"The amount “{mention.text}” is not in the price list; name only prices from it."
    )


def _is_true_percent(mention: Mention, segment: Segment, index: EvidenceIndex) -> bool:
    if mention.number in index.salon_numbers:
        return True
    return mention.number in index.client_numbers and segment.denies


def _is_true_length(mention: Mention, index: EvidenceIndex) -> bool:
    for reading in mention.readings():
        if reading.kind == Kind.DURATION and int(reading.number) in index.durations:
            return True
        if reading.kind == Kind.TIME and set(reading.minutes) & {minute for _, minute in index.starts}:
            return True
        known = index.salon_numbers | index.client_numbers | {index.evidence.horizon_days}
        if reading.kind == Kind.SPAN and reading.number in known:
            return True
    return False


def _counts(mention: Mention, segment: Segment) -> bool:
    """Tell whether this is a small number of services, people and the like."""
    return mention.number <= _FEW * 2 and bool(COUNTED.match(segment.bare[mention.end :]))


def _is_true_number(mention: Mention, segment: Segment, index: EvidenceIndex) -> bool:
    if mention.number in index.numbers:
        return True
    if mention.number != mention.number.to_integral_value() or not mention.number >= 0:
        return False
    if mention.spelled and mention.number <= _FEW:
        return True
    if _counts(mention, segment):
        return True
    return any(
        found.start() <= mention.start and mention.end <= found.end()
        for found in _QUOTED.finditer(segment.text)
    )


def _check_discount(segment: Segment, index: EvidenceIndex) -> Iterator[Violation]:
    if segment.denies:
        return
    for found in DISCOUNTS.finditer(segment.bare):
        if found[0].strip() not in index.salon_bare:
            said = segment.folded[found.start() : found.end()]
            yield Violation("discount", f"“{said}”: the salon's texts promise nothing of the kind.")
            return
