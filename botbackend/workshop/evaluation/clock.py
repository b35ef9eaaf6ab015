"""The clock of a scenario: the whole process lives at that moment, and time passes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine
from django.utils import timezone


class Clock:
    """Moves the time of this process forward. PostgreSQL keeps its own; see `Conversation`."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def pass_time(self, length: timedelta) -> None:
        """Let time go by."""
        self._traveller.shift(length)

    def reach(self, moment: datetime) -> None:
        """Let time go by until the aware `moment`; a past one changes nothing."""
        now = timezone.now()
        if moment > now:
            self._traveller.shift(moment - now)


@contextmanager
def clock_at(moment: datetime, *, stands: bool = False) -> Iterator[Clock]:
    """Live at an aware moment for the length of the block; a clock that `stands` goes on only when told."""
    with time_machine.travel(moment, tick=not stands) as traveller:
        yield Clock(traveller)
