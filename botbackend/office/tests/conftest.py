"""What tests of the office share: somebody who is signed in, and the stand-in of SendPulse."""

from dialogues.tests.conftest import sendpulse

__all__ = ["sendpulse"]
