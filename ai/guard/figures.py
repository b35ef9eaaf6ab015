"""Figures, times, dates, amounts and contacts that a draft has outside of its references."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ai.guard.violations import Violation
from ai.language.contacts import find_contacts
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind, Mention
from ai.language.numbers.vocabulary import WORDS
from ai.language.text import normalise
from botbackend.lib.letters import bare_letters
from botbackend.lib.text import bare, comparable, readable, rejoined

_CONTACTS = (Kind.PHONE, Kind.LINK, Kind.HANDLE, Kind.EMAIL)
_BY_MEANING = (Kind.WEEKDAY, Kind.RELATIVE)  # another case of the word says the same
_FEW = 10
_KEYCAP_TEN = "🔟"
_RUN = re.compile(r"0(?:[.,:/']*0)*")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"@\w|://|\bwww\.")
# A clock in letters that look like figures: lO:OO.
_DRAWN_CLOCK = re.compile(r"(?<!\w)[oоiіlsѕbзбz]{1,2} ?: ?[oоiіlsѕbзбz]{2}(?!\w)", re.IGNORECASE)
_OPENING = {"AT", "SAT", "FROM", "UNTIL", "IN"}
# What is counted in words, so that "at two specialists" is no time.
_COUNTED = re.compile(
    bare_letters(
        r"\s+(?:\w+\s)?(?:послуг|процедур|візит|визит|запис|майст|мастер|спеціаліст|специалист|людин|людей|осіб|"
        r"особ|человек|варіант|вариант|вікон|вікн|окон|окна|місц|мест|раз|рук|дит|дет|реб|гост|питан|вопрос|"
        r"visit|service|procedure|treatment|booking|appointment|specialist|master|people|person|guest|option|"
        r"slot|place|step|hand|child|kid|question|of (?:us|you|our)|usług|zabieg|wizyt|osob|osób|opcj|miejsc|"
        r"mistrz|specjalist|gości|dziec|pytan)"
    )
)


def find_figures(plain: str, *, quotable: Sequence[str], names: Sequence[str] = ()) -> list[Violation]:
    """Return what a draft names without a reference. `plain` has a sign for each reference.

    What stands in `quotable` (the notes that the reply names, the client's messages of this turn) may be
    repeated word for word. Names of services, people and the salon may hold figures.
    """
    known = _Quotable(tuple(quotable))
    text = _without(readable(plain), names)
    found = list(_found(text, known))
    for words in rejoined(text):
        found += _found(words, known)
    return list(dict.fromkeys(found))


def figure_runs(text: str) -> list[tuple[int, int]]:
    """Return where the figures of a readable text stand, of whatever script: 15, 15:30, 1,234."""
    shape = "".join("0" if sign.isnumeric() or sign == _KEYCAP_TEN else sign for sign in text)
    return [found.span() for found in _RUN.finditer(shape)]


@dataclass(frozen=True)
class _Quotable:
    texts: tuple[str, ...]

    @cached_property
    def runs(self) -> frozenset[str]:
        read = [readable(text) for text in self.texts]
        return frozenset(text[start:end] for text in read for start, end in figure_runs(text))

    @cached_property
    def words(self) -> str:
        return "\n".join(_words(text) for text in self.texts)

    @cached_property
    def mentions(self) -> frozenset[tuple[Kind, object]]:
        return frozenset((one.kind, one.value) for text in self.texts for one in find_mentions(text))

    @cached_property
    def contacts(self) -> frozenset[tuple[Kind, object]]:
        return frozenset(_contact(one) for text in self.texts for one in find_contacts(normalise(text)))

    def hold(self, mention: Mention) -> bool:
        """Tell whether the words of a mention stand here, its preposition aside."""
        if mention.kind in _BY_MEANING and (mention.kind, mention.value) in self.mentions:
            return True
        return _words(_core(mention.text)) in self.words


def _found(text: str, known: _Quotable) -> Iterator[Violation]:
    masked = text
    for contact in find_contacts(normalise(text)):
        masked = masked[: contact.start] + " " * (contact.end - contact.start) + masked[contact.end :]
        if _contact(contact) not in known.contacts:
            yield _contact_violation(text[contact.start : contact.end])
    for found in _ADDRESS.finditer(masked):
        yield _contact_violation(found[0])
    for start, end in figure_runs(masked):
        if masked[start:end] not in known.runs:
            yield _violation(masked[start:end])
    for found in _DRAWN_CLOCK.finditer(masked):
        yield _violation(found[0])
    for mention in find_mentions(masked):
        if mention.kind not in _CONTACTS and _is_in_words(mention, masked) and not known.hold(mention):
            yield _violation(mention.text)


def _is_in_words(mention: Mention, text: str) -> bool:
    """Tell whether words say a time, a date or an amount here; what figures say was looked at before."""
    core = _core(mention.text)
    if mention.kind in (Kind.PART, Kind.NUMBER):
        return mention.kind == Kind.NUMBER and mention.spelled and mention.number > _FEW
    if mention.kind in (Kind.TIME, Kind.DATE):
        counted = mention.spelled and _COUNTED.match(bare(text), mention.end)
        return not counted and any(sign.isalpha() for sign in core)
    if mention.kind == Kind.SPAN and mention.number == 1:
        return False  # "on one day"
    return not figure_runs(core) or mention.spelled


def _core(text: str) -> str:
    """Return the words of a mention without the prepositions before it."""
    words = text.split()
    while len(words) > 1 and _OPENING & WORDS.get(words[0].lower(), {}).keys():
        words = words[1:]
    return " ".join(words)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(comparable(text)))} "


def _without(text: str, names: Sequence[str]) -> str:
    """Take names out that would be read as figures or dates: "SPA 60"."""
    for name in sorted({readable(name) for name in names}, key=len, reverse=True):
        if figure_runs(name) or find_mentions(name):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "•", text, flags=re.IGNORECASE)
    return text


def _contact(mention: Mention) -> tuple[Kind, object]:
    value = str(mention.value)
    return mention.kind, value[-9:] if mention.kind == Kind.PHONE else value


def _violation(quote: str) -> Violation:
    return Violation(
        "figure", f"“{quote.strip()}” stands outside of a reference: write the reference, or leave it out."
    )


def _contact_violation(quote: str) -> Violation:
    return Violation("contact", f"“{quote.strip()}” stands in no note that the message names; leave it out.")
