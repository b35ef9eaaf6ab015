"""What the doctor, /health, /metrics and `manage.py check` say of backups."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from botbackend.backups.looks import look_at_backups
from botbackend.backups.models import BackupRun
from botbackend.backups.tests.keys import new_key
from botbackend.health.findings import OK, Finding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _with_directory(settings: Settings) -> None:
    settings.BACKUP_DIR, settings.BACKUP_KEYS = "backups", [new_key()]


def make_run(*, hours_ago: float, kind: str = "backup", is_ok: bool = True, **values: Any) -> BackupRun:
    at = timezone.now() - timedelta(hours=hours_ago)
    run = BackupRun.objects.create(kind=kind, is_ok=is_ok, file="a.backup", started_at=at, **values)
    BackupRun.objects.filter(pk=run.pk).update(ended_at=at)
    return run


def told(name: str) -> tuple[str, str]:
    out = io.StringIO()
    call_command("doctor", "--json", stdout=out)
    [check] = [check for check in json.loads(out.getvalue())["checks"] if check["name"] == name]
    return check["status"], check["detail"]


def test_a_fresh_backup_is_well() -> None:
    make_run(hours_ago=10, bytes=3 * 1024**2, rows=1234)
    status, detail = told("backups")
    assert status == "ok"
    assert "3.0 MiB, 1234 rows" in detail


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "no backup was made yet"),
        ([{"hours_ago": 1, "is_ok": False, "detail": "the disk is full"}], "yet: the disk is full"),
        ([{"hours_ago": 37}], "the last good backup is of"),
        ([{"hours_ago": 10}, {"hours_ago": 1, "is_ok": False, "detail": "no pg_dump"}], "failed: no pg_dump"),
        ([{"hours_ago": 1, "is_away": False, "detail": "no route"}], "not taken along: no route"),
    ],
)
def test_whatever_went_wrong_is_told_until_it_went_well(runs: list[dict[str, Any]], said: str) -> None:
    for run in runs:
        make_run(**run)
    status, detail = told("backups")
    assert (status, said in detail) == ("degraded", True)
    make_run(hours_ago=0)
    assert told("backups")[0] == "ok"


def test_that_nothing_is_saved_the_doctor_says_and_health_stays_quiet(settings: Settings) -> None:
    settings.BACKUP_DIR = ""
    assert told("backups")[0] == "degraded"
    assert look_at_backups() == Finding(OK)


@pytest.mark.parametrize(
    ("runs", "status", "said"),
    [
        ([], "degraded", "nobody has tried"),
        (
            [{"hours_ago": 1, "is_ok": False, "detail": "ai_turn is missing"}],
            "degraded",
            "ai_turn is missing",
        ),
        ([{"hours_ago": 24 * 15}], "degraded", "put back and compared"),
        ([{"hours_ago": 24 * 6}], "ok", "a.backup was put back and compared"),
    ],
)
def test_the_doctor_tells_how_the_last_drill_went(runs: list[dict[str, Any]], status: str, said: str) -> None:
    for run in runs:
        make_run(kind="drill", **run)
    found = told("backup drill")
    assert (found[0], said in found[1]) == (status, True)


def test_health_tells_strangers_no_path() -> None:
    make_run(hours_ago=1, is_ok=False, detail="there is no directory /srv/secret")
    found = look_at_backups()
    assert "/srv/secret" in found.detail
    assert found.public == "no backup was made yet"


def test_metrics_tell_age_size_and_state() -> None:
    make_run(hours_ago=10, bytes=5)
    make_run(hours_ago=1, is_ok=False)
    make_run(hours_ago=50, kind="drill", bytes=4)
    lines = dict(
        line.rsplit(" ", 1)
        for line in Client().get("/metrics").content.decode().splitlines()
        if line.startswith("botbackend_backup")
    )
    assert 36000 <= float(lines['botbackend_backup_age_seconds{kind="backup"}']) < 36100
    assert 180000 <= float(lines['botbackend_backup_age_seconds{kind="drill"}']) < 180100
    assert lines['botbackend_backup_bytes{kind="backup"}'] == "5.0"
    assert lines['botbackend_backup_ok{kind="backup"}'] == "0.0"
    assert lines['botbackend_backup_ok{kind="drill"}'] == "1.0"


def test_settings_that_would_save_nothing_or_save_it_open_are_refused(settings: Settings) -> None:
    def found() -> set[str]:
        return {str(message.id) for message in checks.run_checks(tags=["settings"])}

    assert not found() & {"botbackend.E020", "botbackend.E021", "botbackend.E022"}
    assert "botbackend.W020" in found()  # there is no such directory
    settings.BACKUP_KEYS = []
    assert "botbackend.E020" in found()
    settings.BACKUP_KEYS = ["short"]
    assert "botbackend.E021" in found()
    settings.BACKUP_KEYS = settings.FIELD_ENCRYPTION_KEYS
    assert "botbackend.E022" in found()
