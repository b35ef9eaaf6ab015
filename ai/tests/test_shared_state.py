"""What the turns of one process share must not make them wait for each other's connections."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from ai.claude import breaker, key_pool

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("table", "read", "forget"),
    [
        ("ai_keystate", key_pool.known, key_pool.forget_cache),
        ("ai_breaker", breaker.is_open, breaker.forget_cache),
    ],
)
def test_a_reading_that_has_to_wait_holds_up_nobody_else(
    table: str, read: Callable[[], object], forget: Callable[[], None], settings: Settings
) -> None:
    settings.CLAUDE_API_KEYS = ["sk-ant-one"]
    forget()

    def read_and_close() -> None:
        read()
        connection.close()

    reader = threading.Thread(target=read_and_close)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        reader.start()
        while not _waits(table):
            pass
        other = threading.Thread(target=forget)
        other.start()
        other.join(5)
        assert not other.is_alive()
    reader.join()


def _waits(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
        return bool(cursor.fetchone()[0])
