"""The evidence, indexed by what a draft may name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from ai.language.catalogue_names import NamedIds, find_names
from ai.language.given_names import latin_words
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import DayRef, Kind, Mention
from ai.language.text import normalise
from ai.turn.drafts import Evidence
from botbackend.lib.clock import minute_of_day
from botbackend.lib.phones import same_phone
from botbackend.lib.text import bare


def _readings(texts: Iterable[str]) -> list[Mention]:
    return [reading for text in texts for mention in find_mentions(text) for reading in mention.readings()]


def _minutes(mentions: Sequence[Mention]) -> frozenset[int]:
    return frozenset(
        minute for mention in mentions if mention.kind == Kind.TIME for minute in mention.minutes
    )


def _numbers(mentions: Sequence[Mention]) -> frozenset[Decimal]:
    kinds = (Kind.NUMBER, Kind.AMOUNT, Kind.PERCENT, Kind.DURATION, Kind.SPAN)
    found = {mention.number for mention in mentions if mention.kind in kinds}
    found |= {mention.number / 60 for mention in mentions if mention.kind == Kind.DURATION}
    for mention in mentions:
        if isinstance(mention.value, DayRef):
            parts = (mention.value.day, mention.value.month, mention.value.year)
            found |= {Decimal(part) for part in parts if part is not None}
    return frozenset(found)


@dataclass(frozen=True)
class EvidenceIndex:
    """Answers whether something named in a draft is true, as far as the evidence goes."""

    evidence: Evidence

    @cached_property
    def salon(self) -> list[Mention]:
        """What the salon's own texts and names mention."""
        return _readings([*self.evidence.texts, *self.evidence.names])

    @cached_property
    def client(self) -> list[Mention]:
        """What the client's own words mention."""
        return _readings(self.evidence.client_words)

    @cached_property
    def today(self) -> date:
        """The salon's local date."""
        return self.evidence.now.date()

    @cached_property
    def starts(self) -> frozenset[tuple[date, int]]:
        """Dates and minutes of known free starts and visits, and when they end."""
        found = {(known.start.date(), minute_of_day(known.start.time())) for known in self.evidence.known}
        return frozenset(
            found | {(known.end.date(), minute_of_day(known.end.time())) for known in self.evidence.known}
        )

    @cached_property
    def free(self) -> frozenset[tuple[date, int]]:
        """Dates and minutes of known free starts."""
        return frozenset(
            (known.start.date(), minute_of_day(known.start.time()))
            for known in self.evidence.known
            if not known.is_visit
        )

    @cached_property
    def visits(self) -> frozenset[tuple[date, int]]:
        """Dates and minutes of the client's own visits."""
        return frozenset(
            (known.start.date(), minute_of_day(known.start.time()))
            for known in self.evidence.known
            if known.is_visit
        )

    @cached_property
    def known_days(self) -> frozenset[date]:
        """The dates of which something is known."""
        return frozenset(day for day, _ in self.starts) | self.evidence.dates

    @cached_property
    def dates(self) -> frozenset[date]:
        """Every date that may be named: known ones, the client's, today and its neighbours, the horizon."""
        near = {self.today + timedelta(days=offset) for offset in (0, 1, 2)}
        said = {
            self.today + timedelta(days=int(one.number)) for one in self.client if one.kind == Kind.RELATIVE
        }
        horizon = {self.today + timedelta(days=self.evidence.horizon_days)}
        return self.known_days | near | said | horizon

    @cached_property
    def written_dates(self) -> list[DayRef]:
        """Dates as the client and the salon's texts write them."""
        return [one.value for one in [*self.client, *self.salon] if isinstance(one.value, DayRef)]

    @cached_property
    def hours(self) -> frozenset[int]:
        """Minutes at which the salon opens or closes."""
        ranges = [span for spans in self.evidence.hours.values() for span in spans]
        found = {minute_of_day(edge) for span in ranges for edge in span}
        return frozenset(found | ({0} if 23 * 60 + 59 in found else set()))

    @cached_property
    def salon_minutes(self) -> frozenset[int]:
        """Times of the salon's own texts."""
        return _minutes(self.salon)

    @cached_property
    def client_minutes(self) -> frozenset[int]:
        """Times of the client's own words."""
        return _minutes(self.client)

    @cached_property
    def salon_numbers(self) -> frozenset[Decimal]:
        """Numbers of the salon's own texts."""
        return _numbers(self.salon)

    @cached_property
    def client_numbers(self) -> frozenset[Decimal]:
        """Numbers of the client's own words."""
        return _numbers(self.client)

    @cached_property
    def durations(self) -> frozenset[int]:
        """Minutes that services and visits take, also two services together."""
        single = set(self.evidence.durations)
        single |= {int((known.end - known.start).total_seconds()) // 60 for known in self.evidence.known}
        single |= {int(one.number) for one in [*self.salon, *self.client] if one.kind == Kind.DURATION}
        return frozenset(single | {one + other for one in single for other in single})

    @cached_property
    def lengths(self) -> frozenset[Decimal]:
        """The same lengths as bare numbers, of minutes or of hours."""
        return frozenset(Decimal(minutes) / unit for minutes in self.durations for unit in (1, 60))

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """Bare numbers that follow from the facts."""
        found = self.evidence.prices | self.evidence.totals | self.lengths
        for minute in {minute for _, minute in self.starts} | self.hours:
            found |= {Decimal(minute // 60), Decimal(minute % 60)}
        for day in self.known_days | {self.today}:
            found |= {Decimal(day.day), Decimal(day.month), Decimal(day.year)}
        found |= {Decimal(self.evidence.horizon_days), Decimal(len(self.evidence.known))}
        return frozenset(found) | self.salon_numbers | self.client_numbers

    @cached_property
    def salon_text(self) -> str:
        """The salon's own words in small letters."""
        return normalise("\n".join([*self.evidence.texts, *self.evidence.names]))

    @cached_property
    def salon_bare(self) -> str:
        """The same words as the guard looks for them."""
        return bare("\n".join([*self.evidence.texts, *self.evidence.names]))

    @cached_property
    def client_text(self) -> str:
        """The client's own words in small letters."""
        return normalise("\n".join(self.evidence.client_words))

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Every word of the salon, its people, and the client, fit to be compared with names."""
        evidence = self.evidence
        return latin_words([*evidence.names, *evidence.people, *evidence.texts, *evidence.client_words])

    def knows_contact(self, mention: Mention) -> bool:
        """Tell whether the salon's texts or the client name this phone, link, handle or address."""
        known = [one for one in [*self.salon, *self.client] if one.kind == mention.kind]
        if mention.kind == Kind.PHONE:
            home = self.evidence.country
            return any(same_phone(str(one.value), str(mention.value), country=home) for one in known)
        return any(one.value == mention.value for one in known)

    def prices_of(self, text: str) -> frozenset[Decimal] | None:
        """Return the prices of the one service that a sentence names; None if it names none or several.

        A service counts as named in any case of its words. Where a part of another name is said too it is
        not certain which of them an amount belongs to, and the answer is None.
        """
        names = list(enumerate(self.evidence.prices_by_service))
        named = find_names(text, names, whole=True).named
        if len(named) != 1 or find_names(text, names) != NamedIds(named):
            return None
        return self.evidence.prices_by_service[names[named[0]][1]]

    @cached_property
    def salon_amounts(self) -> frozenset[Decimal]:
        """Amounts of the salon's own texts; a bare number is one there, but not in a name like "SPA 60"."""
        named = [one for one in _readings(self.evidence.names) if one.kind == Kind.AMOUNT]
        said = [one for one in _readings(self.evidence.texts) if one.kind in (Kind.AMOUNT, Kind.NUMBER)]
        return frozenset(one.number for one in [*named, *said])

    def is_in_a_name(self, mention: Mention, number: Decimal, folded: str) -> bool:
        """Tell whether a number belongs to a name that stands there: the 60 in "SPA 60 - 900 UAH"."""
        for name in map(normalise, self.evidence.names):
            at = folded.find(name)
            overlaps = at >= 0 and mention.start < at + len(name) and at < mention.end
            if overlaps and number in {one.number for one in _readings([name])}:
                return True
        return False
