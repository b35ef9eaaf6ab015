"""Two programs change the configuration at the same moment."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from botbackend.salon_api.config.load import update_project
from projects.errors import InvalidInput
from projects.tests.factories import bearer, make_key, make_project

pytestmark = pytest.mark.django_db(transaction=True)


def _together(*actions: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_partial_documents_do_not_lose_each_other() -> None:
    project = make_project()
    headers = bearer(make_key(project))
    url = f"/projects/{project.slug}/config"
    parts: list[dict[str, Any]] = [
        {"specialists": ["Anna"]},
        {"services": {"Haircut": 1}},
        {"horizon_days": 7},
        {"sendpulse": {"bot_id": "bot"}},
        {"currency": "PLN"},
        {"claude_prompts": {"main_response": "one"}},
        {"claude_prompts": {"main_response": "two"}},
        {"sendpulse": {"client_id": "client"}},
    ]

    def post(part: dict[str, Any]) -> int:
        body = json.dumps(part)
        return Client().post(url, body, content_type="application/json", headers=headers).status_code

    assert set(_together(*[lambda part=part: post(part) for part in parts])) == {200}
    whole = Client().get(url, headers=headers).json()
    assert (whole["specialists"], whole["services"], whole["horizon_days"]) == (["Anna"], {"Haircut": 1}, 7)
    assert (whole["sendpulse"], whole["currency"]) == ({"bot_id": "bot", "client_id": "client"}, "PLN")
    assert whole["claude_prompts"]["main_response"] in {"one", "two"}


def test_two_projects_cannot_take_one_bot_at_the_same_moment() -> None:
    raw = json.dumps({"sendpulse": {"bot_id": "the-bot"}}).encode()
    projects = [make_project(), make_project()]

    def take(project: Any) -> str:
        try:
            update_project(project=project, raw=raw)
        except InvalidInput as error:
            return ",".join(error.fields)
        return "taken"

    assert sorted(_together(*[lambda project=project: take(project) for project in projects])) == [
        "sendpulse.bot_id",
        "taken",
    ]
