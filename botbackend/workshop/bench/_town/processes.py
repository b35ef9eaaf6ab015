"""What processes take of the machine: memory and time of the CPU, children with their parents."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import connection

from botbackend.lib.redis_client import redis_client
from botbackend.workshop.bench.turns import memory_mib

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return the process and everything it has started."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def memory_of(pids: Iterable[int]) -> float:
    """Return the MiB of all these together; pages that several share are counted by their share."""
    total = 0.0
    for pid in pids:
        try:
            total += memory_mib(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def cpu_seconds(pid: int) -> float:
    """Return the seconds that a process and its children, those that ended too, have had of a CPU."""
    ticks = 0
    for one in family(pid):
        try:
            words = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += sum(int(word) for word in words[11 : 15 if one == pid else 13])
    return ticks / _TICKS


def servers() -> dict[str, int]:
    """Return the process ids of PostgreSQL and Redis, if they run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    found = {"redis": int(redis_client(timeout=1).info("server")["process_id"])}
    stat = Path(f"/proc/{backend}/stat").read_text()
    return {"postgresql": int(stat.rpartition(")")[2].split()[1]), **found}


def cpu_of(pids: Mapping[str, int]) -> dict[str, float]:
    """Return the seconds of CPU of each by name."""
    return {name: cpu_seconds(pid) for name, pid in pids.items()}
