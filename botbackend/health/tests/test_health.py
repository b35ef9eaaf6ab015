"""/health: fast, honest, and 503 only when no message could be taken in."""

import re
import socket
import time
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from ai.claude import key_pool
from ai.claude.client import Caller
from ai.models import KeyState
from botbackend.health import probes
from botbackend.outbox.models import Heartbeat
from botbackend.outbox.processes import heartbeats
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from projects.models import Project
from projects.tests.factories import make_project
from sheets.models import SheetLink

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = {"database", "redis", "claude", "sheets", "queue", "events", "keys"}


@pytest.fixture(autouse=True)
def _look_anew(settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = []
    probes.forget_cache()
    key_pool.forget_cache()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _everybody_works() -> None:
    heartbeats.beat("dispatcher", Heartbeat.Kind.DISPATCHER)
    for queue in django_settings.QUEUES:
        heartbeats.beat(f"worker {queue}", Heartbeat.Kind.WORKER, queue=queue)


def test_it_is_ok_when_everything_is(client: Client, settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = ["sk-ant-test"]
    _everybody_works()
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": dict.fromkeys(NAMES, "ok"),
        "details": {"sheets": "no project has a spreadsheet"},
    }


def test_without_a_key_and_without_workers_it_is_degraded_and_says_so(client: Client) -> None:
    body = client.get("/health").json()
    assert body["status"] == "degraded"
    assert {name for name, word in body["checks"].items() if word != "ok"} == {"claude", "queue"}
    assert "dispatcher" in body["details"]["queue"]


def test_refused_keys_show(client: Client, settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = ["sk-ant-refused"]
    client.get("/health")
    KeyState.objects.update(retired_at="2026-01-01T00:00:00Z")
    probes.forget_cache()
    key_pool.forget_cache()
    assert client.get("/health").json()["checks"]["claude"] == "down"


def test_an_organisation_at_its_own_spend_limit_shows_until_its_keys_are_tried_again(
    client: Client, settings: Settings
) -> None:
    words = {"message": "You have reached your specified API usage limits. You will regain access on ..."}
    settings.CLAUDE_API_KEYS = ["sk-spent", "sk-paid"]
    with running(ClaudeStandIn(keys={"sk-spent": "org-a", "sk-paid": "org-b"})) as claude:
        settings.CLAUDE_BASE_URL = claude.url
        claude.keys["sk-spent"].status, claude.keys["sk-spent"].error = 400, words
        request = {"max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
        for slug in map(str, range(8)):  # the slug decides whose key is asked first
            Caller(project=slug, seconds=20).ask("respond", "claude-haiku-5-5", request)
        assert [record.status for record in claude.requests].count(400) == 1
    health = client.get("/health").json()
    assert health["checks"]["claude"] == "degraded"
    assert health["details"]["claude"] == "1 of 2 keys are refused: spend limit"
    assert b'botbackend_claude_keys{state="dead"} 1.0' in client.get("/metrics").content
    KeyState.objects.update(probe_at=timezone.now())
    probes.forget_cache()
    key_pool.forget_cache()
    assert client.get("/health").json()["checks"]["claude"] == "ok"


def test_a_frozen_spreadsheet_shows(client: Client, settings: Settings) -> None:
    settings.GOOGLE_CREDENTIALS_FILE = __file__
    project = make_project(spreadsheet_id="sheet")
    assert client.get("/health").json()["checks"]["sheets"] == "ok"
    SheetLink.objects.filter(project=project).update(state=SheetLink.State.FROZEN)
    probes.forget_cache()
    assert client.get("/health").json()["checks"]["sheets"] == "degraded"


def test_only_whoever_may_read_the_metrics_is_told_which_salons_are_in_trouble(
    client: Client, settings: Settings
) -> None:
    settings.GOOGLE_CREDENTIALS_FILE, settings.METRICS_TOKEN = __file__, "token"
    for state in ("frozen", "error", "error"):
        project = make_project(slug=f"secret_{state}_{Project.objects.count()}", spreadsheet_id=state * 2)
        links = SheetLink.objects.filter(project=project)
        links.update(state=state, reason="share it with robot@example.com", spreadsheet_id=project.slug)
    stranger = client.get("/health", REMOTE_ADDR="203.0.113.7")
    assert stranger.json()["details"]["sheets"] == "2 error, 1 frozen"
    assert not re.search("secret_|robot|share", stranger.content.decode())
    proxied = client.get("/health", headers={"X-Forwarded-For": "203.0.113.7"})
    assert proxied.json()["details"]["sheets"] == "2 error, 1 frozen"
    bearer = {"Authorization": "Bearer token"}
    told = client.get("/health", REMOTE_ADDR="203.0.113.7", headers=bearer).json()
    assert "robot@example.com" in told["details"]["sheets"]
    assert "secret_frozen" in told["details"]["sheets"]


def test_without_redis_it_is_degraded(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["checks"]["redis"]) == (200, "down")


def test_a_silent_redis_does_not_hold_it_up(client: Client, settings: Settings, silent_port: int) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    began = time.monotonic()
    answer = client.get("/health")
    assert time.monotonic() - began < 2.5
    assert (answer.status_code, answer.json()["checks"]["redis"]) == (200, "down")


def test_without_the_database_it_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.databases["default"], "PORT", "1")
    answer = client.get("/health")
    assert answer.status_code == 503
    body = answer.json()
    assert (body["status"], body["checks"]["database"]) == ("down", "down")
    assert set(body["checks"]) == NAMES


def test_a_silent_database_does_not_hold_it_up(
    client: Client, monkeypatch: pytest.MonkeyPatch, silent_port: int
) -> None:
    monkeypatch.setitem(connections.databases["default"], "PORT", str(silent_port))
    began = time.monotonic()
    answer = client.get("/health")
    assert time.monotonic() - began < 2.5
    assert answer.status_code == 503


def test_many_questions_are_one_look(client: Client) -> None:
    first = client.get("/health").json()
    _everybody_works()
    assert client.get("/health").json() == first


def test_the_root_says_who_it_is_and_asks_nobody(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections.databases["default"], "PORT", "1")
    answer = client.get("/")
    assert answer.json()["status"] == "ok"
    assert answer["X-Content-Type-Options"] == "nosniff"
