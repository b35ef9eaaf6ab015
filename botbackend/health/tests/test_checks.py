"""`manage.py check` names what is missing; commands that only write files ask for nothing."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.checks import CheckMessage
from pytest_django import Settings

from botbackend.health.checks import check_new_installation, check_settings
from botbackend.tests.databases import new_database

EMPTY = {
    "SECRET_KEY": "x",
    "FIELD_ENCRYPTION_KEYS": "",
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "REDIS_SENTINELS": "",
    "DEBUG": "",
}


def _manage(*words: str, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *words],
        cwd=Path(django_settings.BASE_DIR),
        env=os.environ | EMPTY | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def _ids(found: list[CheckMessage]) -> set[str]:
    return {str(message.id).removeprefix("botbackend.") for message in found}


@pytest.fixture
def good(settings: Settings) -> Settings:
    """Settings nobody can complain about."""
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["bot.example.com"]
    settings.CLAUDE_BASE_URL = "https://api.anthropic.com"
    settings.GOOGLE_API_BASE_URL = settings.GOOGLE_CREDENTIALS_FILE = ""
    settings.SECURE_HSTS_SECONDS, settings.BEHIND_PROXY = 3600, True
    settings.SECURITY_CONTACT = ["a@example.com", "https://example.com/report", "tel:+1-201-555-0123"]
    settings.SECURITY_EXPIRES = datetime.now(UTC) + timedelta(days=300)
    return settings


def test_check_fails_in_words_when_production_lacks_its_settings() -> None:
    code, said = _manage("check", SECRET_KEY="")
    assert code == 1
    for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"):
        assert f"{name} is not set" in said
    assert "Traceback" not in said


def test_migrations_can_be_compared_without_any_setting() -> None:
    code, said = _manage("makemigrations", "--check", "--dry-run")
    assert code == 0, said


def test_good_settings_are_good(good: Settings) -> None:
    assert _ids(list(check_settings(None))) == set()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("FIELD_ENCRYPTION_KEYS", [], "E002"),
        ("FIELD_ENCRYPTION_KEYS", ["not a key"], "E003"),
        ("DATABASE_URL", "", "E004"),
        ("REDIS_URL", "", "E005"),
        ("DEBUG", True, "E006"),
        ("SENDPULSE_BASE_URL", "http://example.com", "E007"),
        ("GOOGLE_CREDENTIALS_FILE", "/nowhere/key.json", "W001"),
        ("ALLOWED_HOSTS", ["*"], "W002"),
        ("BEHIND_PROXY", False, "W003"),
        ("SECRET_KEY", "k" * 31, "W007"),
        ("METRICS_TOKEN", "t" * 19, "W008"),
        ("SECURITY_CONTACT", ["the salon's owner"], "W004"),
        ("SECURITY_CONTACT", ["http://example.com/report"], "W004"),
        ("SECURITY_CONTACT", [], "W005"),
        ("SECURITY_EXPIRES", None, "W005"),
        ("SECURITY_EXPIRES", datetime(2026, 1, 1, tzinfo=UTC), "W006"),
    ],
)
def test_each_mistake_has_its_own_number(good: Settings, name: str, value: object, expected: str) -> None:
    setattr(good, name, value)
    assert _ids(list(check_settings(None))) == {expected}


@pytest.mark.django_db
def test_an_empty_database_is_not_filled_under_a_key_that_could_be_guessed(settings: Settings) -> None:
    with new_database("of_a_new_installation") as url:
        code, said = _manage("migrate", "--noinput", **_given(SECRET_KEY="k" * 31, DATABASE_URL=url))
        assert code == 1
        assert "SECRET_KEY is shorter than 32 characters" in said
        with psycopg.connect(url) as new:
            assert new.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
    settings.SECRET_KEY = "k" * 31
    assert check_new_installation(databases=["default"]) == [], "an installation of before goes on"


def _given(**own: str) -> dict[str, str]:
    """What nobody but SECRET_KEY can be refused for."""
    keys = ",".join(django_settings.FIELD_ENCRYPTION_KEYS)
    return {"FIELD_ENCRYPTION_KEYS": keys, "REDIS_URL": django_settings.REDIS_URL, **own}


def test_sentinels_stand_in_for_a_redis_address(good: Settings) -> None:
    good.REDIS_URL, good.REDIS_SENTINELS = "", ["127.0.0.1:26379"]
    assert _ids(list(check_settings(None))) == set()
