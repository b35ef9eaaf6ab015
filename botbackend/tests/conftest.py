"""The stand-ins that tests of several parts together need."""

from ai.tests.conftest import claude
from botbackend.outbox.tests.conftest import processes, watcher
from botbackend.workshop.launcher.tests.conftest import launch
from dialogues.tests.conftest import sendpulse, transcriber
from sheets.tests.conftest import google

__all__ = ["claude", "google", "launch", "processes", "sendpulse", "transcriber", "watcher"]
