"""In whose words references speak: a language, a currency, and what day it is there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from ai.wording.defaults import texts_of
from ai.wording.formats import (
    format_at,
    format_bound,
    format_duration,
    format_low,
    format_money,
    format_on,
    format_range,
    format_when,
    join_words,
)
from ai.wording.placeholders import fill
from bookings.models.prices import Price

# Before words that bring their own preposition these say nothing more: "на {s1}" is "у середу, ...".
_EMPTY = {"uk": "у в на о об", "ru": "в во на", "en": "at on for in", "pl": "w we na o"}
# These want the bare words: "до {s1.time}" is "до 17:30", "the {s1.time} slot" is "the 17:30 slot".
_BARE = {
    "uk": "до від з із зі після перед між замість крім окрім щодо",
    "ru": "до от с со после перед между вместо кроме относительно",
    "en": "from until till to after before by about around of than between instead except regarding "
    "the your our a is prefer choose take would does will",
    "pl": "do od po przed między zamiast oprócz około",
}
# These go with "today" and "tomorrow": "на завтра", "for tomorrow"; the others are dropped or want the date.
_WITH_NEAR = {
    "uk": "на",
    "ru": "на",
    "en": "for from until till to after before by about around of than between instead except regarding is "
    "prefer choose take would does will",
    "pl": "na",
}
_AND = {"uk": "і й та а", "ru": "и а", "en": "and or", "pl": "i a"}
_BETWEEN = {"uk": "між", "ru": "между", "en": "between", "pl": "między"}
# A clock after which nothing follows: "before by 14:00" is "before 14:00", a range keeps both its ends.
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
# English alone makes a subject of it: "{s1.time} or {s2.time} is free" is "10:00 or 12:00 is free".
_VERB = re.compile(
    r"(?:(?:,|,? (?:and|or|with))? ?\{[^{}]*\})*"
    r" (?:is|isn't|are|aren't|was|has|works?|suits?|fits?|would|will)\b"
)
_THERE_IS = re.compile(r"\b(?:is|are) (?:also|still|only|just)$")
_JOINTS = {"uk": "або чи і й та", "ru": "или и", "en": "or and", "pl": "lub albo czy i"}
_DATED = re.compile(r", [0-9]{1,2}\.? [^\W\d_]+(?: [0-9]{4}(?: \S+)?)?$")
_GOES_ON = re.compile(r" +[\w{]")
_CLAUSE = ("unfortunately", "sorry", "but", "so", "because", "that", "if", "whether", "only", "and", "or")
_NEAR = 80  # characters; more of a text does not change the words after it


@dataclass(frozen=True)
class Speech:
    """Dates of another year than `today` are told with their year, moments on the clock of `zone`.

    `near` is the date on which the words are read: it is "today" there, the next one "tomorrow".
    """

    language: str
    currency: str
    zone: tzinfo
    today: date
    near: date | None = None

    def weekday(self, day: date) -> str:
        """Return "у середу"."""
        return texts_of(self.language).on_weekdays[day.weekday()]

    def day(self, day: date) -> str:
        """Return "у середу, 2 грудня"."""
        return format_on(self.language, day, today=self.today, near=self.near)

    def clock(self, moment: time | datetime) -> str:
        """Return "о 17:30"; an aware moment is brought to the salon's clock."""
        return format_at(self.language, self.local(moment) if isinstance(moment, datetime) else moment)

    def since(self, moment: time) -> str:
        """Return "з 17:30"."""
        return format_bound(self.language, "since", moment)

    def until(self, moment: time) -> str:
        """Return "до 17:30"."""
        return format_bound(self.language, "until", moment)

    def when(self, moment: datetime) -> str:
        """Return "у середу, 2 грудня, о 17:30"."""
        return format_when(self.language, self.local(moment), today=self.today, near=self.near)

    def price(self, price: Price | None) -> str:
        """Return "700 грн", "від 1800 грн", "від 1800 до 2800 грн", or that the salon will tell."""
        if price is None:
            return texts_of(self.language).texts["price_unknown"]
        whole = format_money(self.language, price.amounts[-1], self.currency)
        texts = texts_of(self.language).texts
        if price.to is not None:
            low = format_low(self.language, price.amount, self.currency)
            return fill(texts["price_range"], {"price": low, "to": whole})
        return fill(texts["price_from"], {"price": whole}) if price.is_from else whole

    def length(self, minutes: int) -> str:
        """Return "1 година 30 хвилин"."""
        return format_duration(self.language, minutes)

    def hours(self, ranges: Sequence[tuple[time, time]]) -> str:
        """Return "з 10:00 до 13:00 і з 14:00 до 20:00", or that it is closed."""
        if not ranges:
            return texts_of(self.language).texts["hours_closed"]
        return self.joined([format_range(self.language, *span) for span in ranges])

    def joined(self, words: Sequence[str]) -> str:
        """Return what differs, once each: "a, b і c"."""
        return join_words(self.language, list(dict.fromkeys(words)))

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the salon's clock."""
        return moment.astimezone(self.zone)

    def meeting(self, before: str, words: str, after: str = "", *, is_bare: bool = False) -> tuple[str, str]:
        """Fit words to the text around them: one preposition, a capital where a sentence begins.

        `is_bare`: the words that these are listed with stand without theirs.
        """
        near = before[-_NEAR:]
        ahead = near.rstrip(" ")
        last = ahead.split()[-1].lower() if ahead and not ahead[-1].isspace() else ""
        own, _, rest = words.partition(" ")
        if own.rstrip(",") in self._near_words:
            return self._meeting_near(before, ahead, last, words)
        if last in _EMPTY[self.language].split() and own in _EMPTY[self.language].split():
            before = before[: len(before) - len(near) + len(ahead) - len(last)]
        elif is_bare:
            words = self._bare("", own, rest, words) if own in self._prepositions else words
        elif self._wants_bare(ahead, last, after):
            words = self._bare(last, own, rest, words)
        return before, self._at_beginning(before, words)

    @staticmethod
    def _at_beginning(before: str, words: str) -> str:
        ahead = before.rstrip(" ")
        begins = not ahead.strip() or ahead[-1] in ".!?…\n"
        return words[:1].upper() + words[1:] if begins else words

    @property
    def _near_words(self) -> tuple[str, str]:
        return texts_of(self.language).today, texts_of(self.language).tomorrow

    def _meeting_near(self, before: str, ahead: str, last: str, words: str) -> tuple[str, str]:
        """Fit "завтра, 25 листопада" to the text: it is no noun that goes with every preposition."""
        goes_with = last in _WITH_NEAR[self.language].split()
        if not goes_with and last in _EMPTY[self.language].split():
            before = before[: len(before.rstrip(" ")) - len(last)]
        elif not goes_with and last in _BARE[self.language].split():
            words = words.partition(", ")[2]
        return before, self._at_beginning(before, words)

    def joins(self, between: str) -> bool:
        """Say whether a text between two references makes a list of them."""
        return between.strip(" ,").lower() in ("", *_JOINTS[self.language].split()) and between != ""

    def closed(self, words: str, after: str) -> str:
        """Close the comma of a weekday's date before more text: "у п'ятницю, 4 грудня, після обіду"."""
        return f"{words}," if _DATED.search(words) and _GOES_ON.match(after) else words

    @property
    def _prepositions(self) -> list[str]:
        return [*_EMPTY[self.language].split(), *_BARE[self.language].split()]

    def _wants_bare(self, ahead: str, last: str, after: str) -> bool:
        if last in _BARE[self.language].split() or _THERE_IS.search(ahead):
            return True
        if last in _AND[self.language].split() and _BETWEEN[self.language] in ahead.lower().split():
            return True
        is_dated = ahead.endswith(",") and _DATED.search(ahead[:-1]) is not None
        is_subject = self.language == "en" and not is_dated and _VERB.match(after) is not None
        return is_subject and (not ahead.strip() or ahead[-1] in ".!?…\n:;,-–—" or last in _CLAUSE)

    def _bare(self, last: str, own: str, rest: str, words: str) -> str:
        """Return words without their preposition. Where nouns are inflected the weekday goes with it."""
        if last == own or (own in _BARE[self.language].split() and _CLOCK.fullmatch(rest)):
            return rest
        if own not in _EMPTY[self.language].split():
            return words
        dated = rest if self.language == "en" or rest[:1].isdigit() else words.partition(", ")[2]
        return dated or words
