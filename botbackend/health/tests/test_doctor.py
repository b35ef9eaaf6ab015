"""`manage.py doctor` looks at everything and says what to do."""

import io
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from bookings.models import Specialist
from bookings.models.catalogue import NAMESAKE
from botbackend.outbox.models import Task
from projects.models import Project
from projects.tests.authenticators import with_second_factor
from projects.tests.factories import make_project, make_staff
from sheets.models import SheetLink
from sheets.trouble.selectors import sentence

pytestmark = pytest.mark.django_db

BASE = Path(__file__).parents[3]


def _doctor(*flags: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("doctor", *flags, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def _found() -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(_doctor("--json")[1])["checks"]}


def test_it_looks_at_everything(settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = []
    found = _found()
    assert {"database", "redis", "claude", "sheets", "webhook secret", "workers", "dispatcher"} <= set(found)
    assert (found["database"]["status"], found["redis"]["status"]) == ("ok", "ok")
    assert found["migrations"]["status"] == "ok"
    assert "CLAUDE_API_KEY_1" in found["claude"]["advice"]
    assert "make run" in found["dispatcher"]["advice"]


def test_it_names_the_time_zones_in_use() -> None:
    pinned = re.search(r"^tzdata==(\S+)", (BASE / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    assert f"tzdata {pinned[1]}" in _found()["time zones"]["detail"]
    assert "time zones" in _doctor()[1]


def test_the_exit_code_tells_whether_something_is_down(settings: Settings) -> None:
    assert _doctor()[0] == 0
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    code, said = _doctor()
    assert code == 1
    assert "FAIL  redis" in said
    assert "-> Start Redis" in said


def test_a_shut_webhook_is_named_by_its_project(settings: Settings) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = settings.SENDPULSE_CLIENT_ID = ""
    make_project(slug="open", webhook_secret="s" * 20, sendpulse_client_id="a", sendpulse_client_secret="b")
    assert _found()["webhook secret"]["status"] == "ok"
    make_project(slug="shut")
    found = _found()
    assert "shut" in found["webhook secret"]["detail"]
    assert "open" not in found["webhook secret"]["detail"].split(": ")[1]
    assert "shut" in found["sendpulse"]["detail"]


def test_a_static_key_of_sendpulse_needs_no_id(settings: Settings) -> None:
    settings.SENDPULSE_CLIENT_ID = settings.SENDPULSE_CLIENT_SECRET = ""
    make_project(slug="static", sendpulse_client_secret="key")
    assert _found()["sendpulse"]["status"] == "ok"
    make_project(slug="none", sendpulse_client_id="only")
    assert "none" in _found()["sendpulse"]["detail"]


def test_a_webhook_secret_that_can_be_guessed_is_named_by_its_project(settings: Settings) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = "s" * 20
    make_project(slug="old", webhook_secret="short")
    make_project(slug="new", webhook_secret="s" * 21)
    found = _found()["webhook secret"]
    assert (found["status"], found["detail"]) == ("degraded", "short enough to be guessed: old")
    assert "short" not in found["advice"]


@pytest.mark.parametrize(
    ("mode", "ours", "told"),
    [
        (0o600, True, False),
        (0o400, True, False),
        (0o644, True, True),
        (0o640, True, True),
        (0o640, False, False),
        (0o644, False, True),
        (0o660, False, True),
    ],
)
def test_files_with_secrets_that_others_can_read_are_named(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: int,
    ours: bool,
    told: bool,
) -> None:
    kept, looked_at = tmp_path / "kept.env", tmp_path / "google.json"
    for path in (kept, looked_at):
        path.touch(mode=0o600)
    settings.ENV_FILE, settings.GOOGLE_CREDENTIALS_FILE = kept, str(looked_at)
    looked_at.chmod(mode)
    if not ours:
        monkeypatch.setattr(os, "geteuid", lambda: looked_at.stat().st_uid + 1)
    found = _found()["files"]
    assert (found["status"] == "degraded") == told
    assert (f"{looked_at} ({mode:04o})" in found["detail"]) == told
    assert str(kept) not in found["detail"]
    looked_at.chmod(0o600)
    kept.chmod(0o604)
    assert f"chmod 600 {kept}" in _found()["files"]["advice"]


def test_parked_tasks_are_reported() -> None:
    Task.objects.create(
        topic="booking.changed", handler="h", key="1", state="dead", due_at="2026-01-01T00:00:00Z"
    )
    assert "1 of booking.changed" in _found()["dead tasks"]["detail"]


@pytest.mark.parametrize(
    ("zone", "told"), [("Europe/Kyiv", "12:00 EEST"), ("Europe/London", "10:00 BST"), ("UTC", "09:00 UTC")]
)
def test_the_last_success_of_a_mirror_is_on_the_salons_clock(zone: str, told: str) -> None:
    at = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    link = SheetLink(project=Project(slug="malva", timezone=zone), last_ok_at=at)
    assert sentence(link).endswith(f"last success 2026-07-01 {told}")


def test_names_that_an_earlier_version_held_for_two_are_told() -> None:
    project = make_project(slug="malva")
    first = Specialist.objects.create(project=project, name="Анна")
    second = Specialist.objects.create(project=project, name="Марія")
    assert _found()["names"]["status"] == "ok"
    Specialist.objects.filter(pk=second.pk).update(
        name="АННА", name_key=f"{first.name_key}{NAMESAKE}{second.pk}"
    )
    found = _found()["names"]
    assert found["status"] == "degraded"
    assert f"malva: specialist АННА ({second.pk})" in found["detail"]


def test_owners_without_a_required_second_step_are_named(settings: Settings) -> None:
    owner = make_staff(make_project(), username="anna@example.com")
    assert _found()["second step"]["status"] == "ok"
    settings.REQUIRE_SECOND_FACTOR = True
    found = _found()["second step"]
    assert (found["status"], "anna@example.com" in found["detail"]) == ("degraded", True)
    with_second_factor(owner)
    assert _found()["second step"]["status"] == "ok"
