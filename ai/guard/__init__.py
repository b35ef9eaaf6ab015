"""Holds a reply against the facts before the client may read it."""

from ai.drafts import Evidence, Known
from ai.guard.check import check
from ai.guard.violations import Violation

__all__ = ["Evidence", "Known", "Violation", "check"]
