"""Posting webhook events to the backend as SendPulse does: fire, and try again a few times."""

from __future__ import annotations

import itertools
import queue
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from botbackend.workshop.sandbox.wire import Json

WORKERS = 8
TIMEOUT = (3, 15)  # seconds to connect, to answer

Noted = Callable[[list[Json], int, Any, int], None]


@dataclass(slots=True)
class WebhookSettings:
    """Where events go and how badly the line behaves.

    `retries` is how often a failed POST is repeated, with 0.25 s, 0.5 s, 1 s ... between; SendPulse publishes
    no figure. `duplicates` is how many extra times every event is delivered. Of several addresses in `url`,
    with spaces between, each try takes the next.
    """

    url: str = ""
    urls: dict[str, str] = field(default_factory=dict)  # bot id -> url, before the common one
    echo: bool = True
    open_chat: bool = True
    held: bool = False
    retries: int = 6
    duplicates: int = 0

    def update(self, changes: Json) -> None:
        """Apply changes from the control endpoint. Raises ValueError for an unknown name."""
        for name, value in changes.items():
            if name == "bot_id":
                continue
            if name == "url" and changes.get("bot_id"):
                self.urls[changes["bot_id"]] = str(value)
            elif name in self.__slots__:
                setattr(self, name, value)
            else:
                raise ValueError(f"unknown webhook setting {name!r}")


class WebhookSender:
    """Worker threads that post events; one contact always meets the same worker, which keeps its order."""

    def __init__(self, settings: WebhookSettings, stopping: threading.Event, noted: Noted) -> None:
        self.settings = settings
        self._stopping = stopping
        self._noted = noted
        self._queues: list[queue.SimpleQueue[list[Json] | None]] = [
            queue.SimpleQueue() for _ in range(WORKERS)
        ]
        self._threads: list[threading.Thread] = []
        self._held: list[list[Json]] = []
        self._tries = itertools.count()

    def start(self) -> None:
        """Start the workers."""
        for waiting in self._queues:
            thread = threading.Thread(target=self._work, args=(waiting,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let the workers finish what they hold."""
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join(2)

    def emit(self, events: list[Json]) -> None:
        """Queue one POST with these events."""
        if self.settings.held:
            self._held.append(events)
            return
        who = str(((events[0].get("contact") if events else None) or {}).get("id", ""))
        for _ in range(1 + self.settings.duplicates):
            self._queues[zlib.crc32(who.encode()) % WORKERS].put(events)

    def release(self, *, reverse: bool = False) -> int:
        """Send what was held back, newest first if `reverse`; returns the number of POSTs."""
        held, self._held = self._held, []
        self.settings.held = False
        for events in reversed(held) if reverse else held:
            self.emit(events)
        return len(held)

    def _work(self, waiting: queue.SimpleQueue[list[Json] | None]) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine has no business on loopback
            while (events := waiting.get()) is not None:
                self._post(session, events)

    def _post(self, session: requests.Session, events: list[Json]) -> None:
        pause = 0.25
        for attempt in range(1 + self.settings.retries):
            urls = self._url(events).split()
            if not urls or self._stopping.is_set():
                return
            status, answer = _attempt(session, urls[next(self._tries) % len(urls)], events)
            self._noted(events, status, answer, attempt)
            if 200 <= status < 300:
                return
            self._stopping.wait(pause)
            pause = min(pause * 2, 8)

    def _url(self, events: list[Json]) -> str:
        bot_id = (events[0].get("bot") or {}).get("id", "") if events else ""
        return self.settings.urls.get(bot_id) or self.settings.url


def _attempt(session: requests.Session, url: str, events: list[Json]) -> tuple[int, Any]:
    """The status and body of one POST; 0 and the reason when there was none."""
    try:
        response = session.post(url, json=events, timeout=TIMEOUT)
    except requests.RequestException as error:
        return 0, type(error).__name__
    try:
        return response.status_code, response.json()
    except ValueError:
        return response.status_code, response.text[:500]
