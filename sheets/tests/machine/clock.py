"""One clock for Python and for PostgreSQL, moved by hand: leases and waits end when the story says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone

_FUNCTION = (
    "CREATE FUNCTION clockwork.now() RETURNS timestamptz LANGUAGE sql STABLE"
    " AS 'SELECT pg_catalog.now() + by FROM clockwork.shift'"
)
_FUNCTIONS = ("now", "statement_timestamp", "clock_timestamp", "transaction_timestamp")


class Clock:
    """It ticks; `shift` and `move_to` let time pass."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def shift(self, seconds: float) -> None:
        self._traveller.shift(timedelta(seconds=seconds))
        self._tell_database()

    def move_to(self, moment: datetime) -> None:
        self._traveller.move_to(moment)
        self._tell_database()

    @staticmethod
    def _tell_database() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE clockwork.shift SET by = %s - pg_catalog.clock_timestamp()", [timezone.now()]
            )


def _look_at_it(connection: Any, **_: Any) -> None:
    """Functions of this schema go before those of PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = clockwork, pg_catalog, public")


@contextmanager
def running_clock(now: datetime) -> Iterator[Clock]:
    """A clock that shows `now`, for every connection that is made meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA clockwork")
        cursor.execute("CREATE TABLE clockwork.shift AS SELECT interval '0' AS by")
        for name in _FUNCTIONS:
            cursor.execute(_FUNCTION.replace("now", name))
    connection_created.connect(_look_at_it)
    _look_at_it(connection)
    try:
        with time_machine.travel(now, tick=True) as traveller:
            clock = Clock(traveller)
            clock.move_to(now)
            yield clock
    finally:
        connection_created.disconnect(_look_at_it)
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
            cursor.execute("DROP SCHEMA clockwork CASCADE")
