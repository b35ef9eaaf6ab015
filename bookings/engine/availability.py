"""The one judge of "is this interval free": pure functions over integer minutes.

Slot lists, dry runs and every operation ask `allowed_starts`; nothing else in the product decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bookings.engine.minutes import Interval, subtract

# Elapsed minutes of one local date under a constant clock: (from, until, wall-clock minute of `from`).
Piece = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a visit occupies, relative to its start, all in minutes.

    A processing gap lets others in; it exists only where the salon allows nesting.
    """

    duration: int
    before: int = 0
    after: int = 0
    gap_start: int = 0
    gap_minutes: int = 0

    def parts(self) -> list[Interval]:
        """Return the occupied stretches relative to the start; none is empty."""
        if not self.gap_minutes:
            return [(-self.before, self.duration + self.after)]
        parts = [
            (-self.before, self.gap_start),
            (self.gap_start + self.gap_minutes, self.duration + self.after),
        ]
        return [part for part in parts if part[0] < part[1]]

    def occupied_at(self, start: int) -> list[Interval]:
        """Return the stretches that a visit beginning at minute `start` occupies."""
        return [(start + first, start + last) for first, last in self.parts()]

    def without_gap(self) -> "Shape":
        """Return the shape as a room sees it: the chair stays taken while the colour sets."""
        return Shape(duration=self.duration, before=self.before, after=self.after)


def allowed_starts(
    *, work: Sequence[Interval], busy: Sequence[Interval], shape: Shape, first: int, until: int
) -> list[Interval]:
    """Return the intervals of minutes at which a visit may begin, within [first, until).

    `work` and `busy` are sorted and merged. The visit itself lies in one stretch of work; its buffers
    need not, but like the visit they meet nothing busy.
    """
    spans = []
    for opens, closes in work:
        low, high = max(opens, first), min(closes - shape.duration + 1, until)
        if low < high:
            spans.append((low, high))
    for part_start, part_end in shape.parts():
        # start + part_start < busy_end and start + part_end > busy_start is a clash
        spans = subtract(spans, [(a - part_end + 1, b - part_start) for a, b in busy])
    return spans


def on_grid(spans: Sequence[Interval], pieces: Sequence[Piece], step: int) -> list[int]:
    """Return the minutes within `spans` whose wall-clock minute is divisible by `step`, in order."""
    found: list[int] = []
    index, count = 0, len(spans)
    for piece_start, piece_end, wall in pieces:
        while index < count and spans[index][1] <= piece_start:
            index += 1
        position = index
        while position < count and spans[position][0] < piece_end:
            low = max(spans[position][0], piece_start)
            low += -(wall + low - piece_start) % step
            found.extend(range(low, min(spans[position][1], piece_end), step))
            position += 1
        if index == count:
            break
    return found
