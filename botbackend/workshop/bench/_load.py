"""`python -m botbackend.workshop.bench._load`: a bounded HTTP client with kept connections, on its own.

Reads a Plan as JSON from standard input, writes what it measured as JSON. Without a rate every connection
sends as soon as it has its answer. With one, requests have a timetable, and a late answer counts from the
moment its request was due, not from when a connection was free for it.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)
MARK = "@@NUMBER@@"  # in the body: replaced by a number that no other request has
CONTACT_MARK = "@@CONTACT@@"


@dataclass(frozen=True)
class Plan:
    """What to send, and how much of it; `rate` in requests per second, 0 for as many as can be."""

    port: int
    path: str
    body: str
    seconds: float
    connections: int
    rate: float = 0.0
    contacts: int = 500
    first_number: int = 1


@dataclass
class Measured:
    """Requests that were answered 200, other answers, and the milliseconds of the former, sorted."""

    answered: int = 0
    failed: int = 0
    reconnected: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answered requests per second."""
        return self.answered / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that this share of the requests did not exceed."""
        if not self.latencies:
            return float("inf")
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


class KeptConnection:
    """One kept connection."""

    def __init__(self, port: int, measured: Measured) -> None:
        self._port, self._measured = port, measured
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def exchange(self, request: bytes) -> int:
        """Send and return the status; a connection that the server closed meanwhile is made anew."""
        while True:
            try:
                return await self._try(request)
            except (OSError, asyncio.IncompleteReadError):
                self._measured.reconnected += 1
                self.close()

    async def _try(self, request: bytes) -> int:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lowered = head.lower()
        start = lowered.index(b"content-length:") + len(b"content-length:")
        await self._reader.readexactly(int(lowered[start : lowered.index(b"\r\n", start)]))
        if b"connection: close" in lowered:
            self.close()
        return int(head[9:12])

    def close(self) -> None:
        """Drop the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def posted(path: str, body: str) -> bytes:
    """Return the request that posts a body."""
    raw = body.encode()
    return HEAD.format(path=path, length=len(raw)).encode() + raw


def _requests(plan: Plan) -> Iterator[bytes]:
    for number in itertools.count(plan.first_number):
        body = plan.body.replace(MARK, f"{number:016x}").replace(CONTACT_MARK, str(number % plan.contacts))
        yield posted(plan.path, body)


async def run(plan: Plan) -> Measured:
    """Send for the planned time."""
    measured = Measured()
    requests, turns = _requests(plan), itertools.count()
    began = time.perf_counter()
    ends = began + plan.seconds

    async def keep_sending() -> None:
        line = KeptConnection(plan.port, measured)
        while True:
            due = began + next(turns) / plan.rate if plan.rate else time.perf_counter()
            if due >= ends:
                break
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            status = await line.exchange(next(requests))
            if status == 200:
                measured.answered += 1
                measured.latencies.append((time.perf_counter() - due) * 1000)
            else:
                measured.failed += 1
        line.close()

    await asyncio.gather(*(keep_sending() for _ in range(plan.connections)))
    measured.seconds = time.perf_counter() - began
    measured.latencies.sort()
    return measured


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(asyncio.run(run(Plan(**json.load(sys.stdin)))))))
