"""Charts as plain shapes: code says where each bar stands, a template draws them, a table stands beside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
_GAP = 0.18


@dataclass(frozen=True)
class Bar:
    """A bar of the chart, and what is said of it."""

    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True)
class Bars:
    """A chart of bars; `marks` are the labels under it with their places."""

    bars: Sequence[Bar]
    marks: Sequence[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Cell:
    """A field of a heat map; `share` of the greatest one, from 0 to 1."""

    x: int
    y: int
    share: str
    said: str


def bars_of(values: Sequence[tuple[str, float, str]], *, most_marks: int = 6) -> Bars:
    """Return a bar for each (label, value, what is said)."""
    greatest = max((value for _, value, _ in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    bars = []
    for at, (_, value, said) in enumerate(values):
        height = round(HEIGHT * value / greatest, 2)
        bars.append(
            Bar(
                round(step * (at + _GAP / 2), 2),
                round(HEIGHT - height, 2),
                round(step * (1 - _GAP), 2),
                height,
                said,
            )
        )
    every = -(-len(values) // most_marks) or 1
    marks = [
        (round(step * (at + 0.5), 2), label) for at, (label, _, _) in enumerate(values) if at % every == 0
    ]
    return Bars(bars, marks)


def heat_cells(values: Iterable[tuple[int, int, int, str]]) -> list[Cell]:
    """Return a field for each (column, row, value, what is said)."""
    found = list(values)
    greatest = max((value for _, _, value, _ in found), default=0) or 1
    return [Cell(x, y, f"{value / greatest:.3f}", said) for x, y, value, said in found]
