"""`manage.py check` names what is missing; commands that only write files ask for nothing."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import CheckMessage
from pytest_django import Settings

from botbackend.health.checks import check_settings

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


def test_sentinels_stand_in_for_a_redis_address(good: Settings) -> None:
    good.REDIS_URL, good.REDIS_SENTINELS = "", ["127.0.0.1:26379"]
    assert _ids(list(check_settings(None))) == set()
