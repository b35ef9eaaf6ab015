"""Work for which somebody waits only so long."""

import threading

import pytest
from django.utils import translation

from botbackend.lib.deadlines import within


def test_what_is_said_in_its_thread_is_in_the_language_of_whoever_waits() -> None:
    with translation.override("uk"):
        assert within(5, translation.get_language) == "uk"


def test_who_waited_long_enough_waits_no_more() -> None:
    ends = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: ends.wait(5))
    ends.set()
