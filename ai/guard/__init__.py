"""Holds a reply against the facts before the client may read it."""

from ai.guard.check import check
from ai.guard.violations import Violation
from ai.turn.drafts import Evidence, KnownMoment

__all__ = ["Evidence", "KnownMoment", "Violation", "check"]
