"""Migrations leave the former version of the code its database, which runs on while they do."""

import re
import sys
from types import ModuleType
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from botbackend.tests.beside import objections, unused_since
from botbackend.tests.checkout import CHECKOUT
from botbackend.tests.test_migrations import OURS

# The last ones of before there was this rule; docs/operations.md says how their release is taken in.
FIRST_RULED = {
    "ai": 9,
    "bookings": 26,
    "dialogues": 17,
    "health": 2,
    "outbox": 2,
    "projects": 9,
    "sheets": 18,
    "staff": 3,
}


def _ruled() -> list[tuple[str, str]]:
    loader = MigrationLoader(None)
    return [
        (app, name)
        for app, name in loader.disk_migrations
        if app in OURS and int(name[:4]) >= FIRST_RULED.get(app, 1)
    ]


def test_no_migration_takes_away_what_the_version_before_it_needs() -> None:
    loader = MigrationLoader(None)
    found = []
    for key in _ruled():
        found += objections(loader.disk_migrations[key], loader.project_state(key, at_end=False))
    assert found == []


def test_what_is_dropped_was_unused_in_a_version_that_is_out() -> None:
    loader = MigrationLoader(None)
    out = re.findall(r"^## \[([\d.]+)\] - \d{4}-", (CHECKOUT / "CHANGELOG.md").read_text(), re.M)
    named = {unused_since(loader.disk_migrations[key]) for key in _ruled()} - {""}
    assert named <= set(out)


def judged(*operations: Operation, unused: str = "") -> list[str]:
    """What is objected to in a migration of the visits' app, on a state with two small models."""
    state = ProjectState()
    for name in ("Booking", "Note"):
        fields: list[tuple[str, models.Field[Any, Any]]] = [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.CharField(max_length=20, null=True)),
            ("kind", models.CharField(max_length=20, db_default="x")),
        ]
        state.add_model(ModelState("bookings", name, fields))
    module = ModuleType("bookings.migrations.made_up")
    module.UNUSED_SINCE = unused  # type: ignore[attr-defined]  # as a migration's module has it
    sys.modules[module.__name__] = module
    made = type("Made", (Migration,), {"operations": list(operations), "__module__": module.__name__})
    try:
        return objections(made("0100_made_up", "bookings"), state)
    finally:
        del sys.modules[module.__name__]


UNIQUE = models.CharField(max_length=20, null=True, unique=True)
NUMBER = models.IntegerField()
CONSTRAINT = models.CheckConstraint(condition=models.Q(id__gt=0), name="positive")
INDEX = models.Index(fields=["text"], name="by_text")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (migrations.AddField("booking", "rank", NUMBER), "the old code writes rows without it"),
        (migrations.AddField("booking", "rank", models.IntegerField(default=1)), "without it"),
        (migrations.AddField("booking", "rank", models.IntegerField(null=True, db_index=True)), "index"),
        (migrations.RemoveField("note", "text"), "drops"),
        (migrations.DeleteModel("Note"), "drops"),
        (migrations.RenameField("note", "text", "words"), "renames"),
        (migrations.RenameModel("Note", "Remark"), "renames"),
        (migrations.AlterModelTable("note", "other"), "renames"),
        (migrations.AlterField("note", "text", models.CharField(max_length=20)), "refuses rows"),
        (migrations.AlterField("note", "kind", models.CharField(max_length=20)), "to its default"),
        (migrations.AlterField("note", "text", models.CharField(max_length=9, null=True)), "rewrites"),
        (migrations.AlterField("note", "text", models.IntegerField(null=True)), "rewrites"),
        (migrations.AlterField("note", "text", UNIQUE), "index"),
        (migrations.AddIndex("booking", INDEX), "AddIndexConcurrently"),
        (migrations.AddConstraint("booking", CONSTRAINT), "AddConstraintNotValid"),
        (migrations.RunSQL("SELECT 1; ALTER TABLE note DROP COLUMN text"), "drops"),
        (migrations.RunSQL([("ALTER TABLE note ALTER text SET NOT NULL", None)]), "refuses rows"),
        (migrations.RunSQL("CREATE INDEX by_text ON note (text)"), "locks a table"),
        (migrations.RunSQL("ALTER TABLE note ADD COLUMN n int NOT NULL"), "refuses rows"),
        (
            migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("note", "text")]),
            "drops",
        ),
    ],
)  # fmt: skip
def test_it_objects_to_what_the_old_code_would_stumble_over(operation: Operation, words: str) -> None:
    [objection] = judged(operation)
    assert objection.startswith("bookings.0100_made_up: ")
    assert words in objection


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("booking", "rank", models.IntegerField(null=True)),
        migrations.AddField("booking", "rank", models.IntegerField(db_default=0)),
        migrations.AlterField("note", "text", models.CharField(max_length=40, null=True)),
        migrations.AlterField("note", "text", models.TextField(null=True)),
        migrations.AlterField("note", "text", models.CharField(max_length=20, null=True, help_text="x")),
        migrations.AddIndex("note", INDEX),
        AddIndexConcurrently("booking", INDEX),
        migrations.AddConstraint("note", CONSTRAINT),
        AddConstraintNotValid("booking", CONSTRAINT),
        migrations.RunSQL("CREATE INDEX CONCURRENTLY by_text ON note (text)"),
        migrations.RunSQL("ALTER TABLE note ADD COLUMN n int NOT NULL DEFAULT 0"),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("note", "text")]),
    ],
)
def test_it_lets_pass_what_only_adds(operation: Operation) -> None:
    assert judged(operation) == []


def test_a_table_of_the_same_migration_may_be_shaped_at_will() -> None:
    made = migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))])
    assert judged(made, migrations.AddField("fresh", "rank", NUMBER)) == []


def test_what_a_former_release_does_without_may_be_dropped() -> None:
    drop = migrations.RemoveField("note", "text")
    assert judged(drop, unused="0.1.0") == []
    assert judged(migrations.AddField("note", "rank", NUMBER), unused="0.1.0") != []
