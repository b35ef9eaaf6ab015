"""Backup, destroy, restore, compare: the whole way, by the commands, on databases that are really lost."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker, Settings

from botbackend.backups import making
from botbackend.backups.database.server import server_of
from botbackend.backups.tests.keys import new_key
from botbackend.outbox.tests.processes import database_url
from botbackend.tests.databases import manage, new_database
from botbackend.tests.test_upgrade import schema

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Two salons in full; a talk in which everything is under way; somebody who is signed in.
LIFE = """
from django.contrib.sessions.backends.db import SessionStore
from botbackend.health import canary
from botbackend.tests.planting import plant
from dialogues.outbound.messages import say
from dialogues.tests.factories import make_dialogue, make_incoming, make_project

plant("rose")
plant("mint")
canary.write()
session = SessionStore()
session["who"] = "somebody"
session.create()
project = make_project()
for number in range(3):
    dialogue = make_dialogue(project=project, contact_id=f"6a4969158278b1482a02e7f{number}")
    if number == 0:
        make_incoming(dialogue, "Is there a time tomorrow?")
    if number == 1:
        say(dialogue=dialogue, texts=["Tomorrow at ten?"])
"""
BUSY = "outbox_heartbeat"  # the table that is written to meanwhile
PROBE = "health_canary"  # what a backup itself writes: when the database last took writes


@dataclass
class Story:
    """What stood in the database before it was lost, after it was restored, and after a second restore."""

    url: str
    before: dict[str, list[str]]
    schema: dict[str, set[tuple[Any, ...]]]
    written: int
    after: dict[str, list[str]]
    schema_after: dict[str, set[tuple[Any, ...]]]
    sequences: dict[str, int]
    sequences_after: dict[str, int]
    said: dict[str, str]

    def one(self, query: str) -> Any:
        """The single value of a query to the database after the second restore."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def rows_of(url: str) -> dict[str, list[str]]:
    """Every row of every table as text, by a reading of our own."""
    found = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
            found[table] = [row for (row,) in connection.execute(query).fetchall()]
    return found


def sequences_of(url: str) -> dict[str, int]:
    """Where each sequence stands."""
    with psycopg.connect(url) as connection:
        return dict(connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall())


def lose(url: str) -> None:
    """Lose the database, as if its disk was: what comes after is a new one of the same name."""
    server, name = f"{url.rpartition('/')[0]}/postgres", sql.Identifier(url.rpartition("/")[2])
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))


class Writer(threading.Thread):
    """Goes on writing while the backup is made, as clients do."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.ended, self.written = url, threading.Event(), 0

    def run(self) -> None:
        """Add rows to a table until told to end."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.ended.wait(0.01):
                connection.execute(
                    "INSERT INTO outbox_heartbeat (name, kind, queue, started_at, seen_at, running, redis_ok)"
                    " VALUES (%s, 'worker', 'turns', now(), now(), 0, true)",
                    [f"worker-{self.written}"],
                )
                self.written += 1


@pytest.fixture(scope="module")
def story(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    place = tmp_path_factory.mktemp("backups")
    environment = {"BACKUP_DIR": str(place), "BACKUP_KEYS": new_key()}
    with django_db_blocker.unblock():
        connections.close_all()  # a database that somebody looks at can be no template
        with new_database("salons", template=database_url()) as url:
            manage(url, "shell", "--no-imports", "-c", LIFE)
            before, was, sequences = rows_of(url), schema(url), sequences_of(url)
            writer = Writer(url)
            writer.start()
            try:
                said = {"backup": manage(url, "backup", **environment)}
            finally:
                writer.ended.set()
                writer.join()
            [file] = map(str, place.glob("*.backup"))
            lose(url)
            said["restore"] = manage(url, "restore", file, "--continue", **environment)
            after, became, now = rows_of(url), schema(url), sequences_of(url)
            name = url.rpartition("/")[2]
            said["again"] = manage(url, "restore", file, "--replace", name, **environment)
            yield Story(url, before, was, writer.written, after, became, sequences, now, said)


def test_after_destroy_and_restore_everything_is_as_it_was_to_the_last_row(story: Story) -> None:
    assert sum(map(len, story.before.values())) > 300
    assert "tables hold what they held then" in story.said["restore"]
    assert story.after.keys() == story.before.keys()
    assert {table for table in story.before if story.before[table] != story.after[table]} <= {BUSY, PROBE}
    assert story.schema_after == story.schema
    behind = {
        name for name, value in story.sequences.items() if value and story.sequences_after[name] < value
    }
    assert behind == set()


def test_what_is_written_while_a_backup_is_made_does_not_disturb_it(story: Story) -> None:
    assert story.written > 0
    assert len(story.after[BUSY]) < len(story.before[BUSY]) + story.written


def test_after_a_loss_no_text_goes_out_that_may_have_gone_out_since(story: Story) -> None:
    assert story.one("SELECT count(*) FROM dialogues_message WHERE state IN ('queued', 'sending')") == 0
    doubted = "SELECT count(*) FROM dialogues_message m WHERE state = 'uncertain' AND NOT is_settled"
    assert story.one(f"{doubted} AND resends = 1 AND note ~ 'backup'") == story.one(doubted) > 0
    # Each is looked up by a task that waits.
    waiting = "SELECT 1 FROM outbox_task WHERE topic = 'message.queued' AND key = m.dialogue_id::text"
    assert story.one(f"{doubted} AND NOT EXISTS ({waiting})") == 0


def test_after_a_loss_talks_that_may_have_gone_on_are_left_to_people(story: Story) -> None:
    said = "SELECT count(*) FROM dialogues_message WHERE direction = 'in'"
    unanswered = f"{said} AND state = 'received' AND turn_id IS NULL"
    assert story.one(unanswered) == 0
    assert story.one("SELECT count(*) FROM dialogues_inboundevent WHERE state = 'new'") == 0
    tasks = "SELECT count(*) FROM dialogues_stafftask WHERE kind = 'restored' AND dialogue_id IS"
    assert story.one(f"{tasks} NOT NULL") > 0
    assert story.one(f"{tasks} NULL") == story.one("SELECT count(*) FROM projects_project WHERE is_active")


def test_after_a_loss_everybody_signs_in_anew_and_no_process_of_before_is_believed(story: Story) -> None:
    assert story.one("SELECT count(*) FROM django_session") == 0
    assert story.one("SELECT count(*) FROM outbox_heartbeat") == 0


def test_ids_that_were_given_out_after_the_backup_are_never_given_out_again(story: Story) -> None:
    behind = "SELECT string_agg(sequencename, ' ') FROM pg_sequences WHERE COALESCE(last_value, 0) < 100000"
    assert story.one(behind) is None
    assert story.one("SELECT last_value FROM pg_sequences WHERE sequencename = 'outbox_lease_token'") >= 10**9


def test_what_stands_there_is_replaced_only_when_it_is_named(story: Story) -> None:
    assert "is as it was then" in story.said["again"]
    assert "1 texts to clients" not in story.said["restore"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    story: Story, shelf_dir: Path, settings: Settings
) -> None:
    with new_database("older", template=story.url) as url:
        with psycopg.connect(url) as connection:  # as it was before there were backups
            connection.execute("DROP TABLE backups_backuprun")
            connection.execute("DELETE FROM django_migrations WHERE app = 'backups'")
        path, _ = making.write(shelf_dir, server_of(url))
        lose(url)
        said = manage(url, "restore", str(path), "--continue", BACKUP_KEYS=settings.BACKUP_KEYS[0])
        assert " 1 migrations missing" in said
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM backups_backuprun").fetchone() == (0,)
