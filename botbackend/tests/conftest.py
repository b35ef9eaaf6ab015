"""The stand-ins that tests of several parts together need."""

from ai.tests.conftest import claude
from botbackend.outbox.tests.conftest import processes, watcher
from dialogues.tests.conftest import sendpulse, transcriber
from sheets.tests.conftest import google

__all__ = ["claude", "google", "processes", "sendpulse", "transcriber", "watcher"]
