"""Two texts side by side, line by line; in a changed line the words that changed are marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

_WORDS = re.compile(r"\s+|[^\s]+")
_KEPT = 2  # unchanged lines shown around a change
_LIKE = 0.3  # lines that share less are two lines, not one that changed

Kind = Literal["same", "old", "new", "skipped"]


@dataclass(frozen=True)
class Part:
    """Some words of a line; `changed` stand in the other text otherwise or not at all."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the comparison; of "skipped" `count` lines are alike and left out."""

    kind: Kind
    parts: tuple[Part, ...] = ()
    count: int = 0


def compare(old: str, new: str) -> list[Line]:
    """Return what became of the old text; empty when both say the same."""
    if old == new:
        return []
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            lines += [Line("same", (Part(text),)) for text in before[old_from:old_to]]
        else:
            lines += _changed(before[old_from:old_to], after[new_from:new_to])
    return list(_folded(lines))


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    for one, two in zip_longest(old, new):
        if one is None or two is None:
            kind: Kind = "new" if one is None else "old"
            yield Line(kind, (Part(two if one is None else one, changed=True),))
            continue
        yield from _pair(one, two)


def _pair(old: str, new: str) -> Iterator[Line]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _LIKE:
        yield Line("old", (Part(old, changed=True),))
        yield Line("new", (Part(new, changed=True),))
        return
    codes = matcher.get_opcodes()
    yield Line("old", _parts([(before[a:b], tag != "equal") for tag, a, b, _, _ in codes]))
    yield Line("new", _parts([(after[a:b], tag != "equal") for tag, _, _, a, b in codes]))


def _parts(pieces: list[tuple[list[str], bool]]) -> tuple[Part, ...]:
    return tuple(Part("".join(words), changed) for words, changed in pieces if words)


def _folded(lines: list[Line]) -> Iterator[Line]:
    """Leave out what is far from any change."""
    changes = [place for place, line in enumerate(lines) if line.kind != "same"]
    near = {place + step for place in changes for step in range(-_KEPT, _KEPT + 1)}
    skipped = 0
    for place, line in enumerate(lines):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield Line("skipped", count=skipped)
            skipped = 0
        yield line
    if skipped:
        yield Line("skipped", count=skipped)
