"""Callers of the synchronous mode: requests that wait in threads of their own, and what goes on meanwhile."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.test import Client

from botbackend.workshop.launcher.processes import wait_until
from dialogues import lanes
from dialogues.models import Dialogue, SyncRequest
from dialogues.outbound.messages import say
from dialogues.tests.factories import CONTACT_ID, SECRET, make_claim
from projects.models import Project

PATIENCE_SECONDS = 20.0
SAY_NOTHING = {"send_status": "FALSE", "gpt_response": "", "pic": "", "count": None, "status": "200"}


def make_request(project: Project, text: str = "Haircut tomorrow?", **fields: Any) -> dict[str, Any]:
    """The body of a flow's API request."""
    body = {
        "project_id": project.slug,
        "response": text,
        "contact_send_id": CONTACT_ID,
        "tg_id": "380485157",
        "name": "Olena",
        "count": "1",
    }
    return {**body, **fields}


def post(body: Any, *, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
    """POST it and return status and answer."""
    path, raw = f"/webhook/sendpulse/{secret}", json.dumps(body).encode()
    response = Client().generic("POST", path, raw, content_type="application/json")
    return response.status_code, json.loads(response.content)


class Callers:
    """Flows of SendPulse that wait for their answers, each in a thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(8)
        self.statements: dict[str, int] = {}

    def ask(self, body: dict[str, Any]) -> Future[dict[str, Any]]:
        """Post a request; its answer comes when the backend gives it."""
        return self._pool.submit(self._ask, body)

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            with connection.execute_wrapper(self._count(body["response"])):
                status, answer = post(body)
            assert status == 200, answer
            return answer
        finally:
            connection.close()

    def _count(self, name: str) -> Callable[..., Any]:
        def wrapper(execute: Callable[..., Any], *arguments: Any) -> Any:
            self.statements[name] = self.statements.get(name, 0) + 1
            return execute(*arguments)

        return wrapper

    def end(self) -> None:
        """Let the threads end."""
        self._pool.shutdown()


def await_waiting(count: int = 1, *, project: Project) -> None:
    """Return when so many requests of the project wait in their threads."""
    waiting = SyncRequest.objects.filter(project=project, state=SyncRequest.State.WAITING)
    assert wait_until(lambda: waiting.count() == count, PATIENCE_SECONDS)
    assert wait_until(lambda: any(t.name == "switchboard" for t in threading.enumerate()), PATIENCE_SECONDS)


def answer_lane(dialogue: Dialogue, *texts: str) -> None:
    """What a turn does at its end: reply to the burst and mark it answered."""
    burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    claim = make_claim(str(burst.last_id), handler="test.flow_turn")
    with lanes.commit_point(burst=burst, claim=claim, may_discard=False) as locked:
        say(dialogue=locked, texts=texts, turn_id=burst.last_id)
        lanes.mark_answered(burst=burst, turn_id=burst.last_id)
