"""Kills processes, restarts servers, empties Redis, and makes the outside services ill."""

import contextlib
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import redis

from botbackend.workshop.chaos.world import World

CLAUDE_FAULTS = [
    {"kind": "status", "status": 429, "headers": {"retry-after": "1"}, "probability": 0.02},
    {"kind": "status", "status": 529, "probability": 0.02},
    {"kind": "status", "status": 500, "probability": 0.02},
    {"kind": "cut_before", "probability": 0.02},
]
SEND = {"path": "/telegram/contacts/send"}
SENDPULSE_FAULTS = [
    {"kind": "status", "match": SEND, "status": 429, "probability": 0.03},
    {"kind": "status", "match": SEND, "status": 502, "probability": 0.01},
    {"kind": "cut_after", "match": SEND, "probability": 0.02},
    {"kind": "cut_before", "match": SEND, "probability": 0.01},
]


class Havoc:
    """One disaster after the other, every one at least once before any comes again."""

    def __init__(self, world: World, *, every: tuple[float, float], seed: int) -> None:
        """`every`: least and most seconds between two."""
        self.counts: Counter[str] = Counter()
        self._world = world
        self._every = every
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, guards no secret
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._disasters: dict[str, Callable[[], None]] = {
            "kill -9 turns worker": lambda: self._kill("turns"),
            "kill -9 delivery worker": lambda: self._kill("delivery"),
            "kill -9 default worker": lambda: self._kill("default"),
            "kill -9 dispatcher": lambda: self._kill("dispatcher"),
            "kill -9 gunicorn": lambda: self._kill("web"),
            "kill -9 a web worker": self._kill_web_worker,
            "restart PostgreSQL": self._restart_postgres,
            "kill -9 PostgreSQL": self._kill_postgres,
            "flush Redis": self._flush_redis,
            "restart Redis": self._restart_redis,
        }

    def __enter__(self) -> "Havoc":
        self._world.claude.tell("faults", CLAUDE_FAULTS)
        self._world.sendpulse.tell("faults", SENDPULSE_FAULTS)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._world.claude.tell("faults", [])
        self._world.sendpulse.tell("faults", [])

    def _run(self) -> None:
        names: list[str] = []
        while not self._stopping.wait(self._chance.uniform(*self._every)):
            if not names:
                names = list(self._disasters)
                self._chance.shuffle(names)
            name = names.pop()
            self._disasters[name]()
            self.counts[name] += 1

    def _kill(self, name: str) -> None:
        pid = self._world.supervisor.pids().get(name)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _kill_web_worker(self) -> None:
        master = self._world.supervisor.pids().get("web")
        if master is None:
            return
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            if children:
                os.kill(int(self._chance.choice(children)), signal.SIGKILL)

    def _restart_postgres(self) -> None:
        self._world.postgres.stop()
        self._stopping.wait(self._chance.uniform(0, 2))
        self._world.postgres.start()

    def _kill_postgres(self) -> None:
        self._world.postgres.kill()
        self._world.postgres.start()

    def _restart_redis(self) -> None:
        self._world.redis.kill()
        self._stopping.wait(self._chance.uniform(0, 5))
        self._world.redis.start()

    def _flush_redis(self) -> None:
        with contextlib.closing(redis.Redis.from_url(self._world.redis.url)) as client:
            client.flushall()
