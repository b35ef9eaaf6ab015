"""Migrations beside running processes: a table that somebody holds is waited for briefly, and again."""

import io
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from botbackend.health.management.commands import migrate_live
from botbackend.outbox.tests.processes import database_url

pytestmark = pytest.mark.django_db(transaction=True)


class Told(io.StringIO):
    """What the command writes, and what is to happen once it has written that it tries again."""

    def __init__(self, holder: psycopg.Connection[tuple[object]]) -> None:
        super().__init__()
        self._holder = holder

    def write(self, text: str) -> int:
        if "more tries" in text:
            self._holder.rollback()
        return super().write(text)


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[tuple[object]]]:
    """Somebody else's connection, which holds the table of migrations; nobody has to wait for long."""
    monkeypatch.setattr(migrate_live, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(migrate_live, "PAUSE_SECONDS", 0.0)
    with psycopg.connect(database_url()) as held:
        held.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        yield held
        held.rollback()


def test_it_tries_again_once_the_others_have_passed(holder: psycopg.Connection[tuple[object]]) -> None:
    told = Told(holder)
    call_command("migrate_live", stdout=told)
    assert "a table was not free within 0.05 s; 14 more tries" in told.getvalue()
    assert "No migrations to apply" in told.getvalue()


def test_it_gives_up_and_says_where_to_look(holder: psycopg.Connection[tuple[object]]) -> None:
    with pytest.raises(CommandError, match="pg_stat_activity"):
        call_command("migrate_live", tries=2, stdout=io.StringIO())


def test_later_commands_of_the_process_have_the_usual_timeouts() -> None:
    call_command("migrate_live", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("10s", "15s")
