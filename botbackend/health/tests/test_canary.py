"""What answers and takes nothing, and keys of another installation, are told as such."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from pytest_django import Settings

from botbackend.health import findings, probes
from botbackend.health.models import Canary
from botbackend.workshop.launcher.servers import EmbeddedRedis

pytestmark = pytest.mark.django_db(transaction=True)
FULL_DISK = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON health_canary EXECUTE FUNCTION no_room();
"""


@pytest.fixture(autouse=True)
def _look_anew() -> None:
    probes.forget_cache()


def _do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def _changed(before: str, after: str) -> Iterator[None]:
    _do(before)
    try:
        yield
    finally:
        _do(after)


def test_a_look_writes_one_row_and_renews_it() -> None:
    assert findings.look_at_database().status == "ok"
    first = Canary.objects.get()
    assert findings.look_at_database().status == "ok"
    again = Canary.objects.get()
    assert again.written_at > first.written_at
    assert (again.sealed, again.keyed) == (first.sealed, first.keyed)


def test_a_full_disk_is_down_and_requests_are_sent_elsewhere(client: Client) -> None:
    with _changed(FULL_DISK, "DROP FUNCTION no_room CASCADE"):
        health, ready, live = (client.get(f"/health{end}") for end in ("", "/ready", "/live"))
    assert (health.status_code, health.json()["details"]["database"]) == (
        503,
        "the disk of PostgreSQL is full",
    )
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "down")
    assert live.status_code == 200


def test_a_database_that_only_reads_is_down_with_what_to_do() -> None:
    with _changed("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"):
        found = findings.look_at_database()
    assert (found.status, found.detail) == ("down", "the database is read-only")
    assert "DATABASE_URL" in found.advice


@pytest.mark.parametrize("name", ["FIELD_ENCRYPTION_KEYS", "SECRET_KEY"])
def test_a_key_of_another_installation_is_told_and_stops_an_update(
    client: Client, settings: Settings, name: str
) -> None:
    assert client.get("/health/ready").json() == {"status": "ok", "checks": {"database": "ok", "keys": "ok"}}
    setattr(settings, name, [Fernet.generate_key().decode()] if name == "FIELD_ENCRYPTION_KEYS" else "x" * 50)
    probes.forget_cache()
    ready, health = client.get("/health/ready"), client.get("/health")
    assert (ready.status_code, ready.json()["checks"]["keys"]) == (503, "down")
    assert (health.status_code, health.json()["checks"]["keys"]) == (
        200,
        "down",
    )  # messages are still taken in
    assert health.json()["details"]["keys"].endswith(f"written: {name}")


def test_a_key_put_before_the_old_one_is_no_wrong_key(settings: Settings) -> None:
    findings.look_at_database()
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    assert findings.look_at_keys().status == "ok"


def test_a_redis_that_takes_no_writes_is_told(tmp_path: Path, settings: Settings) -> None:
    server = EmbeddedRedis(tmp_path / "redis", fast=True)
    with server:
        settings.REDIS_URL = server.url
        assert findings.look_at_redis().status == "ok"
        with redis.Redis.from_url(server.url) as direct:
            direct.config_set("maxmemory", "1")
        found = findings.look_at_redis()
    assert (found.status, found.public) == ("down", "takes no writes")
    assert "maxmemory" in found.detail
