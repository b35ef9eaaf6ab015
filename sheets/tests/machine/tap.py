"""Between the product and the world: counts its steps, cuts in, breaks answers, kills the worker."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection
from requests.adapters import HTTPAdapter

from botbackend.lib.redis_client import redis_client
from sheets.google import quota

Action = Callable[[], None]
READ, WRITE, TOKEN, DRIVE = "read", "write", "token", "drive"
_CHANGES = ("INSERT", "UPDATE", "DELETE", "WITH")


class Killed(BaseException):
    """The worker process is gone: nothing of it runs any more, not even its clean-up."""


def kind_of(request: requests.PreparedRequest) -> str:
    """The class of a request, as quotas count it."""
    path = str(request.path_url).partition("?")[0]
    if path.endswith("/token"):
        return TOKEN
    if path.startswith("/drive/"):
        return DRIVE
    reading = request.method == "GET" or path.endswith((":batchGetByDataFilter", "developerMetadata:search"))
    return READ if reading else WRITE


class Tap:
    """What tests may do around every request and every commit of the product."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.trouble: dict[str, str] = {}  # kind of request -> what happens to the next one
        self._before: dict[str, list[Action]] = {READ: [], WRITE: []}
        self._kill_at: int | None = None
        self._steps = 0
        self.is_dead = False
        self._is_nested = False
        self._hang_up = connection.close
        self._was_refused = self.has_overlapped = False
        self._flying: Counter[str] = Counter()

    def hang_up(self) -> None:
        """Close the connection to PostgreSQL, as a process that ends does."""
        self._hang_up()

    def let_rests_pass(self, seconds: float) -> None:
        """An account that Google refused is left alone for a while, by clocks that no test moves."""
        if not self._was_refused:
            return
        quota._rests.update({email: until - seconds for email, until in quota._rests.items()})
        client = redis_client(timeout=1)
        for key in client.scan_iter(f"{settings.THROTTLE_PREFIX}google:*:rest*"):
            left = int(str(client.pttl(key))) - int(seconds * 1000)
            client.pexpire(key, max(1, left))

    def reset(self) -> None:
        """Forget what was planned."""
        self.trouble.clear()
        self.forget_plans()
        self.let_rests_pass(3600)
        self.is_dead = self._is_nested = self._was_refused = self.has_overlapped = False

    def forget_plans(self) -> None:
        """Nobody cuts in, nobody is killed."""
        self._before = {READ: [], WRITE: []}
        self._kill_at = None

    def before(self, kind: str, action: Action) -> None:
        """Run `action` right before the next request of this kind leaves."""
        self._before[kind].append(action)

    def kill_at(self, step: int) -> None:
        """Kill the worker at its n-th step from now; a step is a request or a commit, before or after it."""
        self._kill_at, self._steps = step, 0

    def bury(self) -> bool:
        """The process is over, another one begins; tell whether it was killed."""
        was_dead, self.is_dead, self._kill_at = self.is_dead, False, None
        return was_dead

    def step(self) -> None:
        """A moment at which the worker may die."""
        if self._is_nested:
            return
        if self._kill_at is not None and self._steps >= self._kill_at:
            self.is_dead = True
        self._steps += 1
        if self.is_dead:
            raise Killed

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What happens here is no step of the worker."""
        was_nested, self._is_nested = self._is_nested, True
        try:
            yield
        finally:
            self._is_nested = was_nested

    def _cut_in(self, kind: str) -> None:
        planned, self._before[kind] = self._before.get(kind, []), []
        with self.unseen():
            for action in planned:
                action()

    def send(
        self, send: Callable[[], requests.Response], request: requests.PreparedRequest
    ) -> requests.Response:
        """One request of the product."""
        kind = kind_of(request)
        self.step()
        self._cut_in(kind)
        self.spent[kind] += 1
        wrong = self.trouble.pop(kind, "")
        if wrong == "lost":
            raise requests.ConnectionError("the test cut the line")
        if wrong.isdigit():
            self._was_refused = True
            return _refusal(request, int(wrong))
        with self._in_flight(kind):
            answer = send()
        self.step()
        if wrong == "timeout":
            raise requests.ReadTimeout("the test let the answer be late")
        return _broken(answer, wrong) if wrong in ("broken", "short", "fewer") else answer

    @contextmanager
    def _in_flight(self, kind: str) -> Iterator[None]:
        """Two writes under way at once are two cycles at once."""
        self._flying[kind] += 1
        self.has_overlapped = self.has_overlapped or self._flying[WRITE] > 1
        try:
            yield
        finally:
            self._flying[kind] -= 1

    def execute(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """One statement; outside of a transaction it is a commit."""
        if not isinstance(sql, str):  # the test's own
            return execute(sql, params, many, context)
        if self.is_dead and not sql.startswith(("ROLLBACK", "RELEASE", "SAVEPOINT")):
            raise Killed
        is_commit = not connection.in_atomic_block and sql.lstrip().startswith(_CHANGES)
        if is_commit:
            self.step()
        found = execute(sql, params, many, context)
        if is_commit:
            self.step()
        return found


def _reply(request: requests.PreparedRequest, status: int, body: bytes) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.request, answer.url = status, request, str(request.url)
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.raw = io.BytesIO(body)
    return answer


def _refusal(request: requests.PreparedRequest, status: int) -> requests.Response:
    message = "Quota exceeded" if status == 429 else "The service is currently unavailable."
    error = {"error": {"code": status, "message": message, "status": "UNAVAILABLE"}}
    return _reply(request, status, json.dumps(error).encode())


def _broken(answer: requests.Response, how: str) -> requests.Response:
    """Half of an answer: broken JSON, fewer rows than there are, or fewer tabs than were asked for."""
    if how == "broken":
        return _reply(answer.request, 200, answer.content[: len(answer.content) // 2])
    found = json.loads(answer.content)
    ranges = found.get("valueRanges") or []
    if how == "fewer":
        del ranges[1:]
    for entry in ranges if how == "short" else []:
        values = entry.get("valueRange", entry).get("values") or []
        del values[max(1, len(values) // 2) :]
    return _reply(answer.request, 200, json.dumps(found).encode())


@contextmanager
def tapped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tap]:
    """Stand between the product and the network, and at every commit of this thread's connection."""
    tap, send, commit = Tap(), HTTPAdapter.send, connection.commit

    def sending(adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        return tap.send(lambda: send(adapter, request, **options), request)

    def committing() -> None:
        tap.step()
        commit()
        tap.step()

    monkeypatch.setattr(HTTPAdapter, "send", sending)
    # Lines to PostgreSQL are given back before each request; here they stay open, which costs a third less.
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(connection, "commit", committing, raising=False)
    with connection.execute_wrapper(tap.execute):
        yield tap
