"""`python -m botbackend.workshop.bench._town.arrivals`: posts messages by a timetable, in its own process.

Reads the timetable as JSON from standard input, writes what it measured as JSON. A late answer counts from
the moment its message was due.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict

from botbackend.workshop.bench._load import KeptConnection, Measured, posted

CONNECTIONS = 32


async def send(port: int, posts: list[tuple[float, str, str]]) -> Measured:
    """Post each at its time."""
    measured = Measured()
    free: asyncio.Queue[KeptConnection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(KeptConnection(port, measured))
    began = time.perf_counter()

    async def post(due: float, request: bytes) -> None:
        line = await free.get()
        status = await line.exchange(request)
        free.put_nowait(line)
        if status == 200:
            measured.answered += 1
            measured.latencies.append((time.perf_counter() - due) * 1000)
        else:
            measured.failed += 1

    async with asyncio.TaskGroup() as under_way:
        for at, path, body in posts:
            await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
            under_way.create_task(post(began + at, posted(path, body)))
    measured.seconds = time.perf_counter() - began
    measured.latencies.sort()
    return measured


if __name__ == "__main__":
    plan = json.load(sys.stdin)
    sys.stdout.write(json.dumps(asdict(asyncio.run(send(plan["port"], plan["posts"])))))
