"""Figures, times, dates, amounts and contacts that a draft has outside of its references."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai.guard.violations import Violation
from ai.language.given_names import typed_in_latin
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind, Mention
from ai.language.numbers.vocabulary import WORDS
from botbackend.lib.letters import bare_letters
from botbackend.lib.text import bare, comparable, readable, rejoined

_CONTACTS = frozenset({Kind.PHONE, Kind.LINK, Kind.HANDLE, Kind.EMAIL})
# Another case of "Friday" says the same, and so do "3 weeks" and "three weeks".
_BY_MEANING = _CONTACTS | {Kind.WEEKDAY, Kind.RELATIVE, Kind.SPAN, Kind.DURATION}
_FEW = 10
_LONGEST = 4000  # as much as fits into one message
_OPENING = {"AT", "SAT", "FROM", "UNTIL", "IN"}
_WORD = re.compile(r"\w+")
_RUN = re.compile(r"0(?:[.,:/']*0)*")
_ADDRESS = re.compile(r"@\w+|://|\bwww\.")  # of what else is no address
# A clock in letters that look like figures (lO:OO), and halves behind a number.
_ODD = re.compile(
    r"(?<!\w)(?:[oоiіlsѕbбзz]{1,2} ?: ?[oоiіlsѕbбзz]{2}|and a half|[зс] половиною|с половиной|i pół)(?!\w)",
    re.IGNORECASE,
)
# What is counted, so that "at two specialists" is no time.
_COUNTED = re.compile(
    bare_letters(
        r"\s+(?:\w+\s)?(?:послуг|процедур|візит|визит|запис|майст|мастер|спеціаліст|специалист|людин|людей|осіб|"
        r"особ|человек|варіант|вариант|вікон|вікн|окон|окна|місц|мест|раз|рук|дит|дет|реб|гост|питан|вопрос|"
        r"із\b|из\b|з\b|"
        r"visit|service|procedure|treatment|booking|appointment|specialist|master|people|person|guest|option|"
        r"slot|place|step|hand|child|kid|question|of (?:us|you|our|the)|usług|zabieg|wizyt|osob|osób|opcj|"
        r"miejsc|mistrz|specjalist|gości|dziec|pytan|z\b|ze\b)"
    )
)


def find_figures(plain: str, *, quotable: Sequence[str], names: Sequence[str] = ()) -> list[Violation]:
    """Return what a draft names without a reference. `plain` has a sign for each reference.

    What stands in `quotable` (the notes that the reply names, the client's messages of this turn) may be
    repeated word for word. Names of services, people and the salon may hold figures.
    """
    if len(plain) > _LONGEST:
        return [Violation("figure", f"The message is too long: write {_LONGEST} characters at most.")]
    known = _Quotable.of([text[:_LONGEST] for text in quotable])
    text = _without(readable(plain), names)
    found = list(_found(text, known))
    for words in rejoined(text):  # an address is none without its signs
        found += (one for one in _found(words, known) if one.kind != "contact")
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class _Quotable:
    """What may be repeated: as it is, runs of figures, words, and what they mean where that is enough."""

    text: str
    runs: frozenset[str]
    words: str
    meanings: frozenset[tuple[Kind, object]]
    said: Sequence[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Quotable":
        read = [readable(text) for text in texts]
        return cls(
            "\n".join(read).lower(),
            frozenset(text[start:end] for text in read for start, end in _runs(text)),
            "\n".join(_words(text) for text in texts),
            frozenset(_meaning(one) for text in texts for one in find_mentions(text)),
            texts,
        )

    def holds(self, mention: Mention) -> bool:
        """Tell whether a mention, its preposition aside, stands here."""
        is_typed = mention.kind in (Kind.WEEKDAY, Kind.RELATIVE) and typed_in_latin(mention.text, self.said)
        if is_typed or (mention.kind in _BY_MEANING and _meaning(mention) in self.meanings):
            return True
        return mention.kind not in _CONTACTS and _words(_core(mention.text)) in self.words


def _found(text: str, known: _Quotable) -> Iterator[Violation]:
    masked = text
    for mention in find_mentions(text):
        if mention.kind in _CONTACTS:
            masked = masked[: mention.start] + " " * len(mention.text) + masked[mention.end :]
        if _is_in_words(mention, text) and not known.holds(mention):
            yield _violation("contact" if mention.kind in _CONTACTS else "figure", mention.text)
    for kind, pattern in (("contact", _ADDRESS), ("figure", _ODD)):
        for found in pattern.finditer(masked):
            if found[0].lower() not in known.text:
                yield _violation(kind, found[0])
    for start, end in _runs(masked):
        if masked[start:end] not in known.runs:
            yield _violation("figure", masked[start:end])


def _runs(text: str) -> list[tuple[int, int]]:
    """Return where figures stand in a readable text, of whatever script: 15, 15:30, 1,234."""
    shape = "".join("0" if sign.isnumeric() or sign == "🔟" else sign for sign in text)
    return [found.span() for found in _RUN.finditer(shape)]


def _is_in_words(mention: Mention, text: str) -> bool:
    """Tell whether this is a contact, or words say a time, a date or an amount."""
    core = _core(mention.text)
    if mention.kind in (Kind.PART, Kind.NUMBER):
        return mention.kind == Kind.NUMBER and mention.spelled and mention.number > _FEW
    if mention.kind in (Kind.TIME, Kind.DATE):
        counted = mention.spelled and _COUNTED.match(bare(text), mention.end)
        return not counted and any(sign.isalpha() for sign in core)
    if mention.kind == Kind.SPAN and mention.bound != "in" and mention.spelled:
        return False  # "on one day", "these two days"
    return mention.kind in _CONTACTS or mention.spelled or not _runs(core)


def _core(text: str) -> str:
    """Return the words of a mention without the prepositions before it."""
    words = text.split()
    while len(words) > 1 and _OPENING & WORDS.get(words[0].lower(), {}).keys():
        words = words[1:]
    return " ".join(words)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(comparable(text)))} "


def _without(text: str, names: Sequence[str]) -> str:
    """Take out names that would be read as figures or dates: "SPA 60"."""
    for name in sorted({readable(name) for name in names}, key=len, reverse=True):
        if _runs(name) or find_mentions(name):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "•", text, flags=re.IGNORECASE)
    return text


def _meaning(mention: Mention) -> tuple[Kind, object]:
    value = mention.value
    return mention.kind, value[-9:] if mention.kind == Kind.PHONE and isinstance(value, str) else value


def _violation(kind: str, quote: str) -> Violation:
    return Violation(kind, f"“{quote.strip()}” is no reference and stands in no note that the message names.")
