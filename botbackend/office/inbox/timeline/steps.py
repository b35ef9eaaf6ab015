"""What a step of the timeline is made of."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

Fact = tuple[str, str]
_MOST_LINES = 40
_DEEPEST = 4


@dataclass(frozen=True)
class Step:
    """Something that happened within a turn: a title, sentences, and facts with their labels."""

    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    seconds: float | None = None
    is_bad: bool = False


@dataclass
class Wording:
    """Collects the sentences and facts of a step; what is empty is left out."""

    lines: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def say(self, *sentences: str) -> None:
        self.lines += [sentence for sentence in sentences if sentence]

    def tell(self, label: object, value: object) -> None:
        """Add a fact; several values stand in one line."""
        values = [value] if isinstance(value, str) or not isinstance(value, list | tuple) else value
        told = ", ".join(str(one) for one in values if one not in ("", None))
        if told:
            self.facts.append((str(label), told))

    def as_step(self, title: object, *, seconds: float | None = None, is_bad: bool = False) -> Step:
        return Step(str(title), tuple(self.lines), tuple(self.facts), seconds, is_bad)


def quoted(text: object) -> str:
    """Return somebody's words between the quotation marks of the reader's language."""
    return _("“%(text)s”") % {"text": text}


def labelled(value: Any, label: str = "", depth: int = 0) -> list[Fact]:
    """Return whatever it is as a plain list of labels and texts, for what has no words of its own."""
    if isinstance(value, dict) and depth < _DEEPEST:
        parts = [labelled(one, _joined(label, str(name)), depth + 1) for name, one in value.items()]
        return [fact for part in parts for fact in part][:_MOST_LINES]
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        if all(isinstance(one, str | int | float) for one in value):
            return [(label, ", ".join(map(str, value)))] if value else []
        parts = [labelled(one, label, depth + 1) for one in value]
        return [fact for part in parts for fact in part][:_MOST_LINES]
    if value in ("", None, [], {}):
        return []
    return [(label, str(value) if not isinstance(value, dict | list) else "…")]


def _joined(label: str, name: str) -> str:
    said = name.replace("_", " ").strip().capitalize()
    return f"{label} · {said}" if label else said
