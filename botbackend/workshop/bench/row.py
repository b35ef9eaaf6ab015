"""What a benchmark is given and what it returns."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Options:
    """How to run: `quick` asks for a short run whose figures are only roughly right.

    Benchmarks under load may be told for how many seconds, and how much a second; 0: what they think right.
    """

    quick: bool = False
    seconds: float = 0.0
    rate: float = 0.0


@dataclass(frozen=True)
class Row:
    """One measured figure. Without a target it is shown for comparison only."""

    what: str
    figure: float
    unit: str
    target: float | None = None
    better: Literal["higher", "lower"] = "lower"
    note: str = ""

    @property
    def verdict(self) -> Literal["ok", "miss", ""]:
        """Whether the figure meets its target."""
        if self.target is None:
            return ""
        met = self.figure >= self.target if self.better == "higher" else self.figure <= self.target
        return "ok" if met else "miss"
