"""Who guesses is held back at every door that a secret opens; who knows it comes in from there, too."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django import Settings

from bookings.tests.factories import make_specialist
from botbackend.staff.invitations import invite
from dialogues.tests.factories import BOT_ID, SECRET, make_project
from projects.models import Membership, Project
from projects.tests.factories import bearer, make_key, make_staff
from sheets.models import SheetLink
from sheets.rhythm.signatures import new_secret, sign

pytestmark = pytest.mark.django_db
ELSEWHERE = "192.0.2.7"  # the same machine may read the metrics without a token
EVENT = json.dumps([{"title": "x", "bot": {"id": BOT_ID}, "contact": {"id": "c"}}])
TOKEN = "t" * 24
HOOK = "/webhook/sendpulse"


@dataclass(frozen=True)
class Door:
    """How to knock with a secret that is not remembered: the status, with the right one or another."""

    knock: Callable[[bool], Any]
    wrong: int
    right: int


def _hook(path: str, headers: Mapping[str, str] | None = None) -> Any:
    return Client(REMOTE_ADDR=ELSEWHERE).post(HOOK + path, EVENT, "application/json", headers=headers)


def _signed(key: str) -> dict[str, str]:
    digest = hmac.new(key.encode(), EVENT.encode(), hashlib.sha256).hexdigest()
    return {"X-SendPulse-Signature": f"sha256={digest}"}


def _flow(salon: Project, key: str) -> Any:
    body = {"project_id": salon.slug, "contact_send_id": "", "response": ""}  # good for nothing: nobody waits
    return Client(REMOTE_ADDR=ELSEWHERE).post(f"{HOOK}/{key}", body, "application/json")


def _hint(salon: Project, key: str) -> Any:
    now = int(time.time())
    body = {"spreadsheet_id": "book", "timestamp": now}
    headers = {"X-Signature": sign(key, "book", now)}
    return Client(REMOTE_ADDR=ELSEWHERE).post(
        f"/projects/{salon.slug}/sheets/hint", body, "application/json", headers=headers
    )


def _get(address: str, **headers: str) -> Any:
    return Client(REMOTE_ADDR=ELSEWHERE).get(address, headers=headers)


@pytest.fixture
def doors(settings: Settings) -> dict[str, Door]:
    settings.ANONYMOUS_REQUESTS_PER_MINUTE = 2
    settings.METRICS_TOKEN = TOKEN
    salon = make_project()
    key, feed = make_key(salon), make_specialist(salon).calendar_token
    script = new_secret(SheetLink.objects.create(project=salon, spreadsheet_id="book"))
    owner = make_staff(salon)
    _, invitation = invite(project=salon, role=Membership.Role.STAFF, by=owner)
    whose, link = urlsafe_base64_encode(force_bytes(owner.pk)), default_token_generator.make_token(owner)
    return {
        "webhook, path": Door(lambda good: _hook(f"/{SECRET if good else 'x'}"), 401, 200),
        "webhook, query": Door(lambda good: _hook(f"?secret={SECRET if good else 'x'}"), 401, 200),
        "webhook, header": Door(
            lambda good: _hook("", {"X-Webhook-Secret": SECRET if good else "x"}), 401, 200
        ),
        "webhook, signature": Door(lambda good: _hook("", _signed(SECRET if good else "x")), 401, 200),
        "flow": Door(lambda good: _flow(salon, SECRET if good else "x"), 401, 200),
        "api": Door(
            lambda good: _get(f"/projects/{salon.slug}/stats", **bearer(key if good else "x")), 401, 200
        ),
        "hint": Door(lambda good: _hint(salon, script if good else "x"), 401, 202),
        "calendar": Door(lambda good: _get(f"/calendar/{feed if good else 'x' * 24}.ics"), 404, 200),
        "metrics": Door(lambda good: _get("/metrics", **bearer(TOKEN if good else "x")), 401, 200),
        "invitation": Door(lambda good: _get(f"/admin/invitation/{invitation if good else 'x'}/"), 404, 200),
        "new password": Door(
            lambda good: _get(f"/admin/password-reset/{whose}/{link if good else 'x-x'}/"), 404, 302
        ),
    }


NAMES = (
    *("webhook, path", "webhook, query", "webhook, header", "webhook, signature", "flow"),
    *("api", "hint", "calendar", "metrics", "invitation", "new password"),
)


@pytest.mark.parametrize("name", NAMES)
def test_guesses_are_held_back_and_the_right_secret_is_not(doors: dict[str, Door], name: str) -> None:
    door = doors[name]
    wrong = [door.knock(False) for _ in range(4)]
    assert [answer.status_code for answer in wrong] == [door.wrong] * 2 + [429] * 2
    assert 1 <= int(wrong[-1]["Retry-After"]) <= 60
    assert door.knock(True).status_code == door.right


def test_no_door_is_forgotten(doors: dict[str, Door]) -> None:
    # Every address outside the office that names a secret, or is opened by one, and no other.
    open_to_all = {"status", "health", "health-live", "health-ready", "schema", "docs", "security-txt"}
    named = {
        entry.name
        for entry in _patterns(get_resolver().url_patterns)
        if isinstance(entry, URLPattern) and entry.name
    }
    tried = {"webhook", "specialist-calendar", "metrics", "sheet-hint"}
    of_the_api = {"config", "stats", "queue", "slots", "bookings", "booking"}
    assert named == open_to_all | tried | of_the_api
    assert doors.keys() == set(NAMES)


def _patterns(entries: Any) -> Any:
    for entry in entries:
        if not str(entry.pattern).startswith("admin"):
            yield from _patterns(entry.url_patterns) if hasattr(entry, "url_patterns") else [entry]
