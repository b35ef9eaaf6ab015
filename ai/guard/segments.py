"""Cuts a draft into sentences and lines, each with what it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ai.guard.words import AFFIRMS, CONDITIONS, COSTS, DENIES
from ai.language.numbers.finder import find_mentions
from ai.language.numbers.mentions import Kind, Mention
from ai.language.text import normalise
from botbackend.lib.text import bare, readable

_END = re.compile(
    r"(?<=[!?…])\s+|(?<=[^\W\d]\.)(?<!\b(?i:mr|ms)\.)(?<!\b(?i:mrs)\.)\s+(?=[^\W\d_a-zа-яіїєґ])|(?<=:\d\d\.)\s+(?=[^\W\d_a-zа-яіїєґ])|\n+|;\s"
)
_LIST_MARK = re.compile(r"^\s*(\d{1,2})[.)]\s")
_DATED = (Kind.DATE, Kind.WEEKDAY, Kind.RELATIVE)


@dataclass(frozen=True)
class Segment:
    """A sentence or a line as written, in small letters, and as words are looked for; all of one length."""

    text: str
    folded: str
    bare: str
    mentions: tuple[Mention, ...]

    def of(self, *kinds: Kind) -> list[Mention]:
        """Return the mentions whose likeliest reading is of these kinds."""
        return [mention for mention in self.mentions if mention.kind in kinds]

    @property
    def asks(self) -> bool:
        """Tell whether this is a question."""
        return "?" in self.text

    @property
    def denies(self) -> bool:
        """Tell whether something is negated here."""
        return bool(DENIES.search(self.bare))

    @property
    def tells_cost(self) -> bool:
        """Tell whether this says what something costs."""
        return bool(COSTS.search(self.bare))

    @property
    def supposes(self) -> bool:
        """Tell whether this speaks of what would be, not of what is."""
        return bool(CONDITIONS.search(self.bare))

    @property
    def offers(self) -> bool:
        """Tell whether this says that a time is free."""
        return bool(AFFIRMS.search(self.bare)) and not self.denies

    @property
    def dated(self) -> list[Mention]:
        """Return the dates, weekdays and words like tomorrow."""
        return self.of(*_DATED)


def segments(text: str) -> Sequence[Segment]:
    """Return the sentences and lines of a text, without list numbers."""
    found = []
    for piece in _END.split(readable(text)):
        piece = _LIST_MARK.sub("", piece or "").strip()
        if piece:
            found.append(Segment(piece, normalise(piece), bare(piece), find_mentions(piece)))
    return found
