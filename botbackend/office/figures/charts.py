"""Charts as plain shapes: code says where each stands, a template draws them, a table stands beside.

Bars are placed in percent of the width and in pixels of the height, so that what is written keeps its size
on every screen.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HEIGHT = 180  # of the tallest bar, in pixels
_GAP = 0.18
_MOST_LINES = 4
_STEPS = (1, 2, 2.5, 5, 10)
_PHONE = 230  # pixels that a phone has for the bars, at least
_LETTER = 8  # pixels of a letter of a mark, at most, and of the air beside it


@dataclass(frozen=True)
class Bar:
    """A bar of the chart, and what is said of it."""

    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True)
class Line:
    """A line across the chart: what a bar is worth that ends there."""

    y: float
    said: str


@dataclass(frozen=True)
class Mark:
    """A label under the bars; one that is `wide` stands only where the screen has room for it."""

    x: float
    text: str
    is_wide: bool


@dataclass(frozen=True)
class Bars:
    """A chart of bars from zero up. `lines` begin with the highest one and end at zero."""

    bars: Sequence[Bar]
    marks: Sequence[Mark]
    lines: Sequence[Line]
    height: int = HEIGHT

    @property
    def most(self) -> str:
        """What is said of the highest bar, the first of equals; "" where there is none."""
        highest = max(self.bars, key=lambda bar: bar.height, default=None)
        return highest.said if highest else ""


@dataclass(frozen=True)
class Cell:
    """A field of a heat map; `share` of the greatest one, from 0 to 1."""

    x: int
    y: int
    share: str
    said: str


def bars_of(
    values: Sequence[tuple[str, float, str]], *, written: Callable[[float], str], most_marks: int = 6
) -> Bars:
    """Return a bar for each (label, value, what is said); `written` says what a line across is worth."""
    steps = _steps(max((value for _, value, _ in values), default=0))
    top = steps[-1] or 1
    width = 100 / max(len(values), 1)
    bars = []
    for at, (_, value, said) in enumerate(values):
        height = round(HEIGHT * value / top, 2)
        left = round(width * (at + _GAP / 2), 3)
        bars.append(Bar(left, round(HEIGHT - height, 2), round(width * (1 - _GAP), 3), height, said))
    lines = [Line(round(HEIGHT * (1 - step / top), 2), written(step)) for step in reversed(steps)]
    return Bars(bars, _marks([label for label, _, _ in values], width, most_marks), lines)


def _steps(greatest: float) -> list[float]:
    """Return round values from zero to the first that is not below the greatest one."""
    if greatest <= 0:
        return [0]
    least = greatest / _MOST_LINES
    size = 10.0 ** math.floor(math.log10(least))
    step = next(size * one for one in _STEPS if size * one >= least * 0.999999)
    return [step * number for number in range(math.ceil(greatest / step - 1e-9) + 1)]


def _marks(labels: Sequence[str], width: float, most: int) -> list[Mark]:
    """Return every so many labels, and which of them a phone has room for."""
    every = -(-len(labels) // most) or 1
    shown = list(enumerate(labels))[::every]
    room = _PHONE * width * every / 100
    longest = max((len(label) for _, label in shown), default=1)
    on_phone = max(1, math.ceil(longest * _LETTER / room))
    return [
        Mark(round(width * (at + 0.5), 3), label, is_wide=place % on_phone != 0)
        for place, (at, label) in enumerate(shown)
    ]


def heat_cells(values: Iterable[tuple[int, int, int, str]]) -> list[Cell]:
    """Return a field for each (column, row, value, what is said)."""
    found = list(values)
    greatest = max((value for _, _, value, _ in found), default=0) or 1
    return [Cell(x, y, f"{value / greatest:.3f}", said) for x, y, value, said in found]
