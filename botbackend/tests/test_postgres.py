"""A working connection is not asked anything before it is used, a dead one is found."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from botbackend.outbox.tests.processes import database_url

LAST_STATEMENT = "SELECT query FROM pg_stat_activity WHERE pid = %s"
END = "SELECT pg_terminate_backend(%s, 5000)"


def tell(statement: str, pid: int) -> object:
    with psycopg.connect(database_url(), autocommit=True) as other:
        row = other.execute(statement, [pid]).fetchone()
    assert row is not None
    return row[0]


def used_connection() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_works_is_not_asked() -> None:
    pid = used_connection()
    assert connection.is_usable()
    assert tell(LAST_STATEMENT, pid) == "SELECT pg_backend_pid()"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_found() -> None:
    tell(END, used_connection())
    assert not connection.is_usable()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_message_that_waits_is_no_death() -> None:
    pid = used_connection()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN something")
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute("NOTIFY something")
    assert connection.is_usable()
    assert used_connection() == pid


@pytest.mark.django_db(transaction=True)
def test_a_closed_connection_is_not_usable() -> None:
    used_connection()
    connection.close()
    assert not connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_failed_is_not_usable() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError):
            cursor.execute("SELECT nothing")
        assert not connection.is_usable()
        transaction.set_rollback(True)
    assert connection.is_usable()
