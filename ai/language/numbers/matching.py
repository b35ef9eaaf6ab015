"""A small pattern language over tokens: "AT HALF HALFTO? HOUR|ORDD PART?"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ai.language.numbers.mentions import Mention
from ai.language.numbers.spelled import Token


@dataclass(frozen=True)
class Match:
    """The tokens a pattern took, by place in the pattern; None where an optional one is missing."""

    tokens: tuple[Token | None, ...]
    names: tuple[tuple[str, ...], ...]

    def token(self, name: str, nth: int = 0) -> Token | None:
        """Return the nth token that stands at a place named `name`."""
        found = [
            token for token, names in zip(self.tokens, self.names, strict=True) if token and name in names
        ]
        return found[nth] if nth < len(found) else None

    def value(self, name: str, nth: int = 0) -> int:
        """Return the whole number of the nth token of that class; -1 when there is none."""
        token = self.token(name, nth)
        value = token.classes.get(name) if token else None
        return int(value) if isinstance(value, int) else -1

    def label(self, name: str) -> str:
        """Return the text value of the first token of that class, "" when there is none."""
        token = self.token(name)
        value = token.classes.get(name) if token else ""
        return value if isinstance(value, str) else ""

    @property
    def span(self) -> tuple[int, int]:
        """Where the match lies in the text."""
        taken = [token for token in self.tokens if token]
        return taken[0].start, taken[-1].end


Builder = Callable[[Match], Sequence[Mention]]


class Rule:
    """A pattern and what it means. The builder returns nothing to let other rules have a go."""

    def __init__(self, pattern: str, build: Builder) -> None:
        self.pattern = pattern
        self.build = build
        self.names = tuple(tuple(place.rstrip("?").split("|")) for place in pattern.split())
        self._sets = tuple(frozenset(names) for names in self.names)
        self.optional = tuple(place.endswith("?") for place in pattern.split())

    def match(self, tokens: Sequence[Token], at: int) -> Match | None:
        """Match from `at`, taking optional tokens where they are present."""
        taken = self._from(tokens, at, 0)
        return Match(taken, self.names) if taken and any(taken) else None

    def _from(self, tokens: Sequence[Token], at: int, place: int) -> tuple[Token | None, ...] | None:
        if place == len(self.names):
            return ()
        if at < len(tokens) and not self._sets[place].isdisjoint(tokens[at].classes):
            rest = self._from(tokens, at + 1, place + 1)
            if rest is not None:
                return (tokens[at], *rest)
        if self.optional[place]:
            rest = self._from(tokens, at, place + 1)
            return None if rest is None else (None, *rest)
        return None


def first_classes(rule: Rule) -> set[str]:
    """Return the classes of tokens at which this rule can begin."""
    names: set[str] = set()
    for place, optional in zip(rule.names, rule.optional, strict=True):
        names.update(place)
        if not optional:
            break
    return names
