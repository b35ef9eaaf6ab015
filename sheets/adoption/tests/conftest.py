"""The salon of the mirror's tests."""

from sheets.tests.conftest import google, salon

__all__ = ["google", "salon"]
