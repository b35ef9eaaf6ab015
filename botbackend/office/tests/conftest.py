"""What tests of the office share: the stand-ins of SendPulse and Google."""

from dialogues.tests.conftest import sendpulse
from sheets.tests.conftest import google

__all__ = ["google", "sendpulse"]
