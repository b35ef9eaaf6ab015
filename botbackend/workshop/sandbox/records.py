"""The log of what was asked of a stand-in, and waiting for the next entry without polling."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .wire import BadJson, Json, Request

SECRET_HEADERS = {"authorization", "x-api-key", "cookie", "x-webhook-secret", "proxy-authorization"}
SECRET_FIELDS = {"client_secret", "assertion", "private_key"}


def fingerprint(secret: str) -> str:
    """Eight hex digits by which two uses of one secret are recognised."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with every secret replaced by its fingerprint."""
    return {
        name: f"***{fingerprint(value)}" if name in SECRET_HEADERS else value
        for name, value in headers.items()
    }


def safe_body(request: Request) -> Any:
    """The body for the log: parsed where it is JSON or a form, without secret fields."""
    if "urlencoded" in request.headers.get("content-type", ""):
        parsed: Any = request.form()
    else:
        try:
            parsed = request.json() if request.body else None
        except BadJson:
            return request.body.decode("utf-8", "replace")
    if isinstance(parsed, dict):
        return {key: "***" if key in SECRET_FIELDS else value for key, value in parsed.items()}
    return parsed


@dataclass(slots=True)
class Record:
    """One served request. `status` 0 means that the connection was cut instead of answered."""

    number: int
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any
    status: int
    at: float
    seconds: float
    fault: str = ""
    notes: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        """The record as the control endpoints give it."""
        return asdict(self)


class RequestLog:
    """A bounded log that wakes its waiters at every new entry."""

    def __init__(self, limit: int = 20_000) -> None:
        self._records: deque[Record] = deque(maxlen=limit)
        self._changed = threading.Condition()
        self._count = 0
        self._closed = False

    def add(
        self, request: Request, *, status: int, at: float, seconds: float, fault: str, notes: Json
    ) -> None:
        """Append one served request."""
        body, headers = safe_body(request), safe_headers(request.headers)
        query = {name: list(values) for name, values in request.query.items()}
        with self._changed:
            self._count += 1
            self._records.append(
                Record(
                    self._count,
                    request.method,
                    request.path,
                    query,
                    headers,
                    body,
                    status,
                    at,
                    seconds,
                    fault,
                    notes,
                )
            )
            self._changed.notify_all()

    def find(self, *, path: str = "", method: str = "", since: int = 0) -> list[Record]:
        """The records after number `since` whose path matches the regular expression `path`."""
        with self._changed:
            return list(self._matching(path, method, since))

    def _matching(self, path: str, method: str, since: int) -> Iterable[Record]:
        pattern = re.compile(path)
        return (
            record
            for record in self._records
            if record.number > since
            and pattern.search(record.path)
            and (not method or record.method == method.upper())
        )

    def wait(
        self, *, path: str = "", method: str = "", count: int = 1, timeout: float = 10, since: int = 0
    ) -> list[Record]:
        """The matching records once there are `count` of them, or those there are after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = list(self._matching(path, method, since))
                left = deadline - time.monotonic()
                if len(found) >= count or left <= 0 or self._closed:
                    return found
                self._changed.wait(left)

    @property
    def last_number(self) -> int:
        """The number of the newest record."""
        return self._count

    def clear(self) -> None:
        """Forget the records; numbers go on."""
        with self._changed:
            self._records.clear()

    def close(self) -> None:
        """Let every waiter return at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
