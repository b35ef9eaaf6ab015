"""What is said of a step: wrong, to be looked at, or not to be judged."""

from dataclasses import dataclass, field


@dataclass
class Verdict:
    """`problems` are wrong; `doubts` a person has to look at; `unsupported` this product cannot show yet."""

    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return everything, each with its kind."""
        return [
            *(f"WRONG {line}" for line in self.problems),
            *(f"LOOK {line}" for line in self.doubts),
            *(f"NOT SUPPORTED {line}" for line in self.unsupported),
        ]
