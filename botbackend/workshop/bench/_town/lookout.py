"""What is seen of a loaded installation from outside: its queues through time, and its processes."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from botbackend.outbox.selectors import depths
from botbackend.workshop.bench._sampling import Sampler
from botbackend.workshop.bench._town.processes import family, memory_of

SAMPLE_SECONDS, MEMORY_EVERY = 1.0, 5


@dataclass
class Series:
    """Figures through time: of when, in seconds, and what."""

    at: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def note(self, at: float, value: float) -> None:
        self.at.append(at)
        self.values.append(value)

    def after(self, begin: float) -> "Series":
        """Return what was noted from then on."""
        kept = [(at, value) for at, value in zip(self.at, self.values, strict=True) if at >= begin]
        return Series([at for at, _ in kept], [value for _, value in kept])

    def growth(self) -> float:
        """Return by how much the figure grew from the first third to the last: the medians of both."""
        third = max(1, len(self.values) // 3)
        if len(self.values) < 2:
            return 0.0
        return statistics.median(self.values[-third:]) - statistics.median(self.values[:third])


class Lookout(Sampler):
    """Looks at the queues, and now and then at the memory of the processes."""

    every = SAMPLE_SECONDS

    def __init__(self, pids: Mapping[str, int], queues: Sequence[str]) -> None:
        super().__init__()
        self.ages = {queue: Series() for queue in queues}
        self.due = {queue: Series() for queue in queues}
        self.memory = {name: Series() for name in pids}
        self._pids, self._rounds = pids, 0

    def look(self, now: float) -> None:
        """Note how it stands."""
        seen = {one.queue: one for one in depths()}
        for queue in self.ages:
            depth = seen.get(queue)
            self.ages[queue].note(now, depth.oldest_age_s if depth else 0.0)
            self.due[queue].note(now, depth.due if depth else 0)
        if self._rounds % MEMORY_EVERY == 0:
            for name, pid in self._pids.items():
                self.memory[name].note(now, memory_of(family(pid)))
        self._rounds += 1
