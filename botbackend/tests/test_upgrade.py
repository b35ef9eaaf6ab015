"""A database as it was before the migrations were squashed is brought up to date, and keeps every row."""

import base64
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from botbackend.tests.databases import manage, new_database

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent / "fixtures"
DUMP = (FIXTURES / "schema_before_squash.sql").read_text()
KEYS = {
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"the rows of an old dump, a test.").decode(),
    "SECRET_KEY": "blind indexes of an old dump, a test",
}
# What a schema is, without the order of columns, which an upgrade may leave another.
SCHEMA = {
    "columns": """
        SELECT table_name, column_name, udt_name, is_nullable, column_default, character_maximum_length,
               numeric_precision, numeric_scale, identity_generation
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "sequences": "SELECT sequencename, data_type::text, increment_by FROM pg_sequences",
    "storage": "SELECT relname, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    "functions": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <>
            (SELECT oid FROM pg_language WHERE lanname = 'c')
    """,
    "extensions": "SELECT extname FROM pg_extension",
}


# One process for all of it: starting Django is most of what this costs.
UPGRADE = """
import io, json
from django.core.management import call_command
from rest_framework.renderers import JSONRenderer
from botbackend.backoffice.config.dump import dump_config
from projects.models import Project

call_command("migrate", verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
rows = io.StringIO()
call_command("dumpdata", use_base_manager=True, exclude=["django_rq"], stdout=rows)
render = lambda project: JSONRenderer().render(dump_config(project=project)).decode()
configs = {project.slug: render(project) for project in Project.objects.all()}
print(json.dumps({"rows": json.loads(rows.getvalue()), "configs": configs}))
"""


@dataclass
class Upgraded:
    """The old database after `migrate`, and what today's code reads there."""

    url: str
    rows: dict[str, list[dict[str, Any]]]
    configs: dict[str, str]


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Upgraded]:
    with django_db_blocker.unblock(), new_database("upgraded") as url:
        with psycopg.connect(url) as connection:
            connection.execute(DUMP.encode())
        read = json.loads(manage(url, "shell", "--no-imports", "-c", UPGRADE, **KEYS))
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in read["rows"]:
            rows[row["model"]].append({"pk": row["pk"], **row["fields"]})
        yield Upgraded(url, rows, read["configs"])


def plain(value: object) -> str:
    """A definition without casts and brackets, which a dump writes another way than Django does."""
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", str(value))


def schema(url: str) -> dict[str, set[tuple[Any, ...]]]:
    with psycopg.connect(url) as connection:
        return {
            name: {tuple(plain(value) for value in row) for row in connection.execute(query).fetchall()}
            for name, query in SCHEMA.items()
        }


def test_an_upgraded_schema_is_the_same_as_a_new_one(upgraded: Upgraded) -> None:
    with new_database("from_nothing") as url:
        manage(url, "migrate")
        new = schema(url)
    old = schema(upgraded.url)
    for kind in SCHEMA:
        assert old[kind] == new[kind], kind


def test_every_row_of_the_old_database_is_still_there(upgraded: Upgraded) -> None:
    before = Counter(re.findall(r"^INSERT INTO public\.(\w+) VALUES", DUMP, re.MULTILINE))
    with psycopg.connect(upgraded.url) as connection:
        for table, count in before.items():
            after = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name of the dump
            assert after is not None
            assert after[0] >= count if table.startswith(("auth_", "django_")) else after[0] == count, table


def test_what_was_encrypted_can_still_be_read(upgraded: Upgraded) -> None:
    found = upgraded.rows
    olha = next(row for row in found["bookings.client"] if row["contact_id"] == "contact-of-olha")
    assert (olha["name"], olha["phone"], olha["notes"]) == (
        "Ольга Петренко", "+380501234567", "Алергія на аміак",
    )  # fmt: skip
    assert {row["text"] for row in found["dialogues.message"]} == {
        "Добрий день, можна на стрижку?", "Вас записано на понеділок", "А завтра є вільно?",
    }  # fmt: skip
    assert json.loads(found["sheets.sheetrow"][0]["cells"])[3] == "Ольга"
    assert json.loads(found["ai.turn"][0]["trace"]) == {"understanding": {"intent": "book"}}


@pytest.mark.parametrize("slug", ["malva", "plain"])
def test_the_configuration_reads_as_before_to_the_byte(upgraded: Upgraded, slug: str) -> None:
    assert upgraded.configs[slug] == (FIXTURES / f"config_of_{slug}.json").read_text()
