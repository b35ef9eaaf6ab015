"""Whoever is struck while a connection changes hands takes none of the pool's with them."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connections

from botbackend.lib.postgres.base import DatabaseWrapper
from botbackend.outbox.processes.deadlines import Runs
from botbackend.outbox.tests.test_deadlines import make_claim
from botbackend.workshop.launcher.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def make_wrapper() -> DatabaseWrapper:
    """Django's connection of one more thread, which shares a pool of one."""
    made = connections["default"].copy()
    made.inc_thread_sharing()
    made.settings_dict["CONN_MAX_AGE"] = 0
    made.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 5.0}
    assert isinstance(made, DatabaseWrapper)
    return made


@pytest.fixture
def first() -> Iterator[DatabaseWrapper]:
    """Has the only connection."""
    made = make_wrapper()
    made.connect()
    yield made
    made.close()
    made.close_pool()


def test_a_run_that_is_lost_while_it_waits_for_a_connection_leaves_it_in_the_pool(
    first: DatabaseWrapper,
) -> None:
    runs, second = Runs(), make_wrapper()

    def connect_and_close() -> None:
        second.connect()
        second.close()

    waiting = threading.Thread(target=runs.run, args=(make_claim(), lambda claim: connect_and_close()))
    waiting.start()
    assert wait_until(lambda: first.pool.get_stats().get("requests_waiting") == 1, 10)
    runs.interrupt_lost(set())
    first.close()
    waiting.join(10)
    third = make_wrapper()
    third.connect()  # within five seconds, or it raises
    third.close()


def test_a_run_is_struck_as_soon_as_it_has_its_connection(first: DatabaseWrapper) -> None:
    runs, second, went_on = Runs(), make_wrapper(), threading.Event()

    def connect_and_wait() -> None:
        second.connect()
        went_on.set()
        while True:
            pass

    waiting = threading.Thread(target=runs.run, args=(make_claim(), lambda claim: connect_and_wait()))
    waiting.start()
    assert wait_until(lambda: first.pool.get_stats().get("requests_waiting") == 1, 10)
    assert runs.interrupt_lost(set()) == []
    first.close()
    assert went_on.wait(10)
    assert len(runs.interrupt_lost(set())) == 1
    waiting.join(10)
    assert not waiting.is_alive()
    second.close()
