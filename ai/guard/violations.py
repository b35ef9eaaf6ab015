"""What is wrong with a draft, in a sentence the model can act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """`kind` is a stable name for the trace; `detail` tells the model what to correct."""

    kind: str
    detail: str
