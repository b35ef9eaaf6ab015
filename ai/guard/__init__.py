"""Holds a reply against the facts before the client may read it."""

from ai.guard.check import check
from ai.guard.violations import Violation
from ai.turn.drafts import Evidence, Known

__all__ = ["Evidence", "Known", "Violation", "check"]
