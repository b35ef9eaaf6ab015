"""A replica that failed somebody is left alone for a while: nobody else waits for it."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError

from botbackend.lib.postgres import replica
from botbackend.lib.postgres.replica import AWAY_SECONDS, LOOK_SECONDS, Watch


class Clock:
    """The monotonic clock of the watch, as far as the test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(replica, "time", SimpleNamespace(monotonic=lambda: self.now))

    def shift(self, seconds: float) -> None:
        self.now += seconds


def test_one_that_is_away_is_asked_again_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def away() -> float:
        asked.append(1.0)
        raise OperationalError("no route to host")

    monkeypatch.setattr(replica, "seconds_behind", away)
    watch = Watch()
    clock = Clock(monkeypatch)
    assert [watch.keeps_up() for _ in range(3)] == [False] * 3
    assert len(asked) == 1
    clock.shift(AWAY_SECONDS)
    assert not watch.keeps_up()
    assert len(asked) == 2
    monkeypatch.setattr(replica, "seconds_behind", lambda: 0.5)
    clock.shift(AWAY_SECONDS)
    assert watch.keeps_up()


def test_one_that_keeps_up_is_asked_once_in_a_while_and_dropped_when_it_fails_a_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behind = iter([0.0, replica.MOST_BEHIND_SECONDS + 1, 0.0, 0.0])
    monkeypatch.setattr(replica, "seconds_behind", lambda: next(behind))
    watch = Watch()
    clock = Clock(monkeypatch)
    assert watch.keeps_up()
    assert watch.keeps_up()
    clock.shift(LOOK_SECONDS)
    assert not watch.keeps_up()
    clock.shift(LOOK_SECONDS)
    assert watch.keeps_up()
    watch.leave_alone(OperationalError("gone"))
    clock.shift(LOOK_SECONDS)
    assert not watch.keeps_up()
    clock.shift(AWAY_SECONDS)
    assert watch.keeps_up()
