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
from botbackend.salon_api.config.dump import dump_config
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
    before: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]
    configs: dict[str, str]


BACK = """
from django.core.management import call_command

call_command("migrate", "projects", "0001", verbosity=0)
for app in ("bookings", "dialogues", "ai", "sheets"):
    call_command("migrate", app, "0001", verbosity=0)
"""


def projects(url: str) -> list[dict[str, Any]]:
    """The rows of the salons as they stand in the table."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_jsonb(p) FROM public.projects_project p ORDER BY id").fetchall()
    return [row for (row,) in found]


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Upgraded]:
    with django_db_blocker.unblock(), new_database("upgraded") as url:
        with psycopg.connect(url) as connection:
            connection.execute(DUMP.encode())
        before = projects(url)
        read = json.loads(manage(url, "shell", "--no-imports", "-c", UPGRADE, **KEYS))
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in read["rows"]:
            rows[row["model"]].append({"pk": row["pk"], **row["fields"]})
        yield Upgraded(url, before, rows, read["configs"])


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
            grows = table.startswith(("auth_", "django_")) or table == "sheets_sheetlink"
            assert after[0] >= count if grows else after[0] == count, table


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
    new = {  # the country follows from the time zone, own prices stood in the admin alone
        "malva": ['"country":"PL",', '"specialist_prices":{"Анна":{"Стрижка":650}},'],
        "plain": ['"country":"UA",'],
    }
    now = upgraded.configs[slug]
    for part in new[slug]:
        assert part in now
        now = now.replace(part, "")
    assert now == (FIXTURES / f"config_of_{slug}.json").read_text()


def test_settings_arrive_in_the_tables_of_those_who_use_them(upgraded: Upgraded) -> None:
    malva = next(row for row in upgraded.before if row["slug"] == "malva")
    kinds = ("bookings.bookingrules", "dialogues.channelsettings", "ai.assistantsettings")
    parts = [row for kind in kinds for row in upgraded.rows[kind] if row["pk"] == malva["id"]]
    found = {name: value for row in parts for name, value in row.items()}
    secrets = {"sendpulse_client_id", "sendpulse_client_secret", "webhook_secret"}
    moved = {name: found[name] for name in found.keys() & malva.keys() - secrets}
    assert len(moved) == 20
    assert moved == {name: malva[name] for name in moved} | {"monthly_budget_usd": "42.50"}
    assert [found[name] for name in sorted(secrets)] == [
        "id-of-malva", "made-up client secret", "made-up-webhook-secret",
    ]  # fmt: skip
    assert all(len(upgraded.rows[kind]) == len(upgraded.before) for kind in kinds)


def test_a_link_names_the_spreadsheet_of_now_and_the_one_that_was_mirrored(upgraded: Upgraded) -> None:
    slugs = {row["id"]: row["slug"] for row in upgraded.before}
    assert {
        slugs[row["project"]]: (row["spreadsheet_id"], row["mirrored_id"], row["state"])
        for row in upgraded.rows["sheets.sheetlink"]
    } == {
        "malva": ("sheet-of-malva", "sheet-of-malva", "ok"),
        "fresh": ("sheet-of-fresh", "", "new"),
        "gone": ("", "sheet-that-was", "ok"),
        "moved": ("sheet-after", "sheet-before", "frozen"),
    }
    mirrored = {row["pk"]: row["mirrored_id"] for row in upgraded.rows["sheets.sheetlink"]}
    seen = [*upgraded.rows["sheets.sheettab"], *upgraded.rows["sheets.sheetrow"]]
    assert seen
    assert all(row["spreadsheet_id"] == mirrored[row["link"]] for row in seen)


def test_taken_back_every_salon_is_as_it_was(upgraded: Upgraded) -> None:
    with new_database("back", template=upgraded.url) as url:
        manage(url, "shell", "--no-imports", "-c", BACK, **KEYS)
        assert projects(url) == upgraded.before
