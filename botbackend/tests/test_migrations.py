"""Migrations go forth and back, stay as they were released, and leave no needless index."""

import hashlib
from pathlib import Path

import psycopg
import pytest
from django.apps import apps

from botbackend.tests.checkout import CHECKOUT
from botbackend.tests.databases import manage, new_database

OURS = ("sheets", "ai", "dialogues", "bookings", "outbox", "staff", "projects", "health", "backups")
GROWING = ("bookings_booking", "dialogues_inboundevent", "dialogues_message", "ai_turn", "outbox_task")
RELEASED = CHECKOUT / "botbackend/tests/fixtures/released_migrations.txt"
NEEDLESS = """
    SELECT one.indexrelid::regclass::text FROM pg_index one JOIN pg_index other
        ON one.indrelid = other.indrelid AND one.indexrelid <> other.indexrelid
      JOIN pg_class kind ON kind.oid = one.indexrelid JOIN pg_class like_it ON like_it.oid = other.indexrelid
     WHERE one.indrelid = ANY(%s::regclass[]) AND NOT one.indisunique AND kind.relam = like_it.relam
       AND one.indpred IS NULL AND other.indpred IS NULL AND one.indexprs IS NULL AND other.indexprs IS NULL
       AND other.indkey::text || ' ' LIKE one.indkey::text || ' %%'
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_every_migration_can_be_taken_back_and_made_again() -> None:
    with new_database("to_and_fro") as url:
        manage(url, "migrate")
        with psycopg.connect(url) as connection:
            assert connection.execute(NEEDLESS, [list(GROWING)]).fetchall() == []
        manage(url, "migrate", "staff", "zero")
        manage(url, "migrate", "backups", "zero")
        manage(url, "migrate", "health", "zero")
        manage(url, "migrate", "projects", "zero")  # everything else of ours stands on it
        with psycopg.connect(url) as connection:
            left = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
        assert not [name for (name,) in left if name.split("_")[0] in OURS]
        manage(url, "migrate")


def test_no_migration_is_edited_after_its_release() -> None:
    lines = []
    for app in OURS:
        for file in sorted(Path(apps.get_app_config(app).path).glob("migrations/0*.py")):
            lines.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {app}/{file.stem}")
    # A new migration adds its line to the file; a line that is there changes no more.
    assert "\n".join(lines) == RELEASED.read_text().strip()
