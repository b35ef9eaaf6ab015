"""Does a yes name something that the card does not hold: another day, hour, price or specialist?

It needs no words of any language but those of figures: what stands on the card may be said again, what was
understood as something beside it may be said too, and everything else is no yes to this card.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ai.language.catalogue_names import find_names
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.language.words import forms_of, phrases_of
from ai.models import Proposal
from bookings.models.prices import Price, total_price
from botbackend.lib.clock import minute_of_day
from dialogues.models import Message

_WHOLE = Decimal(100)  # "a hundred per cent" is only a strong yes
_SMALL = 100  # a figure of a remark; from here on it may be a price
_NEAR = 30  # minutes; "in an hour" may be the card's own start
_NEGATION = rf"\b(?:{'|'.join(sorted({*phrases_of('NEGATIONS'), *forms_of('NOT')}))})\W+(?:\w{{1,4}}\W+)?"
_NOT = re.compile(f"{_NEGATION}$", re.IGNORECASE)
_NOT_SOMEBODY = re.compile(rf"{_NEGATION}(\w+)", re.IGNORECASE)
_FIGURES = (Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT)


@dataclass(frozen=True)
class Beside:
    """What was understood as said of something else: moments and days of other visits, people, a remark.

    `cancels`: another visit of the client is to be cancelled.

    `specialists` are all of the salon by their names, so that one who is not on the card is known.
    """

    minutes: frozenset[int] = frozenset()
    days: tuple[tuple[date, date], ...] = ()
    people: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    remark: str = ""
    cancels: bool = False
    specialists: Mapping[int, Collection[str]] = field(default_factory=dict)


def names_otherwise(message: Message, proposal: Proposal, beside: Beside) -> bool:
    """Say whether a message of a yes names what neither the card nor anything beside it holds."""
    card = _Card.of(proposal)
    said_at = message.created_at.astimezone(ZoneInfo(proposal.project.timezone))
    for mention in find_mentions(message.text):
        readings = list(mention.readings())
        on_card = any(card.holds(one, said_at) for one in readings)
        is_denied = on_card and _NOT.search(message.text[: mention.start]) is not None
        if is_denied or not (on_card or any(_is_beside(one, said_at.date(), beside) for one in readings)):
            return True
    return _names_somebody_else(message.text, card, beside)


def _names_somebody_else(text: str, card: "_Card", beside: Beside) -> bool:
    known = [(number, name) for number, names in beside.specialists.items() for name in names]
    if not card.people or not known:
        return False
    denied = " ".join(found[1] for found in _NOT_SOMEBODY.finditer(text))
    if not card.people.isdisjoint(find_names(denied, known, whole=True).named):
        return True
    for number in find_names(text, known, whole=True).named:
        own = [(number, name) for name in beside.specialists[number]]
        if number in card.people or number in beside.people:
            continue
        if not any(find_names(name, own, whole=True).named for name in (*beside.names, *card.names)):
            return True
    return False


def _is_beside(said: Mention, today: date, beside: Beside) -> bool:
    if said.kind in _FIGURES:
        return said.number < _SMALL and said.text.strip() != "" and said.text in beside.remark
    if said.kind == Kind.TIME:
        return not beside.minutes.isdisjoint(said.minutes)
    return any(
        _means(said, first + timedelta(days=number), today)
        for first, last in beside.days
        for number in range((last - first).days + 1)
    )


def _means(said: Mention, day: date, today: date) -> bool:
    """Say whether a date, a weekday or a word like tomorrow may be this day."""
    if isinstance(said.value, DayRef):
        return said.value.fits(day)
    if said.kind == Kind.WEEKDAY:
        return day.weekday() == int(said.number)
    return today + timedelta(days=int(said.number)) == day


@dataclass(frozen=True)
class _Card:
    """What a card shows, of a move also what it was."""

    starts: tuple[datetime, ...]
    people: frozenset[int]
    amounts: frozenset[Decimal]
    names: tuple[str, ...]
    rows: int

    @classmethod
    def of(cls, proposal: Proposal) -> "_Card":
        details = proposal.details
        lines = [*details.get("shown", []), *details.get("before", [])]
        zone = ZoneInfo(proposal.project.timezone)
        prices = [shown_price(line) for line in lines]
        whole = total_price(prices[: len(details.get("shown", []))])
        told = [amount for price in (*prices, whole) if price is not None for amount in price.amounts]
        guests = [item.get("guest_name", "") for visit in details.get("visits") or () for item in visit]
        return cls(
            starts=tuple(datetime.fromisoformat(str(line["start"])).replace(tzinfo=zone) for line in lines),
            people=frozenset(line.get("specialist_id") for line in lines),
            amounts=frozenset(told),
            names=tuple(filter(None, guests)),
            rows=len(details.get("shown", [])),
        )

    def holds(self, said: Mention, said_at: datetime) -> bool:
        """Say whether the card shows what was named; a length and a part of the day are nothing it shows."""
        if said.kind == Kind.TIME:
            return any(minute_of_day(start) in said.minutes for start in self.starts)
        if said.kind in _FIGURES:
            is_count = said.kind == Kind.NUMBER and said.number < self._least_price
            return said.spelled or is_count or said.number in set(self._figures(said.kind))
        if said.bound == "in" and said.kind == Kind.DURATION:
            moment = said_at + timedelta(minutes=int(said.number))
            return any(abs(moment - start) <= timedelta(minutes=_NEAR) for start in self.starts)
        is_day = said.kind in (Kind.DATE, Kind.WEEKDAY, Kind.RELATIVE)
        if is_day or (said.kind == Kind.SPAN and said.bound == "in"):
            return any(_means(said, start.date(), said_at.date()) for start in self.starts)
        return True

    @property
    def _least_price(self) -> Decimal:
        """A bare figure below this is an age or a count: nobody asks for a tenth of the price."""
        return min(self.amounts, default=Decimal(_SMALL * 10)) / 10

    def _figures(self, kind: Kind) -> Iterator[Decimal]:
        yield from self.amounts
        if kind == Kind.PERCENT:
            yield _WHOLE
        if kind == Kind.NUMBER:
            yield Decimal(self.rows)
            for start in self.starts:
                yield from map(Decimal, (start.hour, start.hour % 12 or 12, start.day))


def shown_price(line: Mapping[str, object]) -> Price | None:
    """Return the price of a line as a card keeps it."""
    amount, to = line.get("price"), line.get("price_to")
    if amount is None:
        return None
    return Price(Decimal(str(amount)), bool(line.get("price_from")), None if to is None else Decimal(str(to)))
