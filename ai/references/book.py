"""Fills the references of a draft. Filling never fails, whatever the draft holds: it says what is wrong."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any

from ai.references.speech import Speech
from bookings.models.prices import Price

# Stands for a reference where the words outside of references are judged.
SIGN = "◆"
_BRACES = re.compile(r"\{[^{}]*\}|[{}\uff5b\uff5d\ufe5b\ufe5c\u2774\u2775]")
_DAY = re.compile(r"d([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.(weekday|day))?")
_SUMMED = re.compile(r"(?:p[0-9.]+(?:\+p[0-9.]+)+|l[0-9.]+(?:\+l[0-9.]+)+)")
_MOST_SUMMED = 20
_NEAR = 120  # characters that follow and may change the words of a reference


@dataclass(frozen=True)
class Reference:
    """A thing that may be named: `says` are its words, `parts` those of `{ref.part}`.

    What has an `amount` or `minutes` can be summed. `facts` is what the model learns of it besides.
    """

    ref: str
    says: str
    parts: Mapping[str, str] = field(default_factory=dict)
    amount: Price | None = None
    minutes: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as the model reads it."""
        return {"ref": self.ref, "says": self.says, **self.parts, **self.facts}


@dataclass(frozen=True)
class Filled:
    """A filled draft: `text` as the client would read it, `plain` with SIGN for each reference.

    `used` are the references in the order of their signs; `unknown` the braces that mean nothing, which stay
    in both texts as they are. With any of them the draft may not be said.
    """

    text: str
    plain: str
    used: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class ReferenceBook:
    """All that one reply may name. Days are not listed: every one from `first` to `last` is known."""

    def __init__(self, speech: Speech, *, first: date, last: date) -> None:
        self.speech = speech
        self.first, self.last = first, last
        self._known: dict[str, Reference] = {}

    def add(self, *references: Reference) -> None:
        """Add references; a later one of the same name replaces the earlier."""
        self._known.update((reference.ref, reference) for reference in references)

    def get(self, ref: str) -> Reference | None:
        """Return a listed reference by its name."""
        return self._known.get(ref)

    def as_json(self, kinds: str = "") -> list[dict[str, Any]]:
        """Return the listed references; only those whose first letter is one of `kinds`, if given."""
        return [one.as_json() for one in self._known.values() if not kinds or one.ref[0] in kinds]

    def words(self, name: str) -> str | None:
        """Return what `{name}` says; None if that is nothing."""
        name = name.strip()
        for find in (self._listed, self._day, self._sum):
            if (words := find(name)) is not None:
                return words
        return None

    def fill(self, text: str) -> Filled:
        """Put words for the references. Words are put in as they are: braces in them mean nothing."""
        return _fill(text, self.words, self.speech)

    def _listed(self, name: str) -> str | None:
        if reference := self._known.get(name):
            return reference.says
        ref, _, part = name.rpartition(".")
        reference = self._known.get(ref)
        return reference.parts.get(part) if reference else None

    def _day(self, name: str) -> str | None:
        found = _DAY.fullmatch(name)
        try:
            day = date.fromisoformat(found[1]) if found else None
        except ValueError:
            return None
        if found is None or day is None or not self.first <= day <= self.last:
            return None
        return self.speech.weekday(day) if found[2] == "weekday" else self.speech.day(day)

    def _sum(self, name: str) -> str | None:
        if not _SUMMED.fullmatch(name):
            return None
        summed = [self._known.get(ref) for ref in name.split("+")]
        amounts = [one.amount for one in summed if one and one.amount is not None]
        lengths = [one.minutes for one in summed if one and one.minutes is not None]
        if len(summed) > _MOST_SUMMED:
            return None
        if len(amounts) == len(summed):
            return self.speech.price(reduce(Price.__add__, amounts))
        return self.speech.length(sum(lengths)) if len(lengths) == len(summed) else None


def _fill(text: str, words_of: Callable[[str], str | None], speech: Speech) -> Filled:
    said, plain, at = "", "", 0
    is_bare, part = False, ""
    used: list[str] = []
    unknown: list[str] = []
    for found in _BRACES.finditer(text):
        between = text[at : found.start()]
        said, plain, at = said + between, plain + _without_signs(between), found.end()
        words = words_of(found[0][1:-1])
        if words is None:
            unknown.append(found[0])
            said, plain = said + found[0], plain + found[0]
            continue
        used.append(found[0][1:-1].strip())
        # All of a list follow the first: "there is 19:00 or 16:00".
        is_bare = is_bare and part == _part_of(used[-1]) and speech.joins(between)
        part = _part_of(used[-1])
        said, met = speech.meeting(said, words, text[at : at + _NEAR], is_bare=is_bare)
        is_bare = len(met) < len(words)
        met = met if is_bare else speech.closed(met, text[at : at + _NEAR])
        said, plain = said + met, plain + SIGN
    rest = text[at:]
    return Filled(said + rest, plain + _without_signs(rest), tuple(used), tuple(unknown))


def _part_of(ref: str) -> str:
    return ref.rpartition(".")[2] if "." in ref else ""


def _without_signs(text: str) -> str:
    return text.replace(SIGN, "•")


def kind_of(ref: str) -> str:
    """Return what a reference is: s, v, open, a, d, p, l or h."""
    return "open" if ref.split(".")[0] == "open" else ref[:1]
