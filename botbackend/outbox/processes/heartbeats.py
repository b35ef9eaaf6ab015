"""Signs of life of dispatchers and workers, kept in PostgreSQL so that they outlive Redis."""

import os
import secrets
import socket
from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from botbackend.outbox.models import Heartbeat

ALIVE_SECONDS = 20.0
FORGET_AFTER = timedelta(hours=1)

_BEAT = """
    INSERT INTO outbox_heartbeat (name, kind, queue, started_at, seen_at, running, redis_ok)
    VALUES (%s, %s, %s, statement_timestamp(), statement_timestamp(), %s, %s)
    ON CONFLICT (name) DO UPDATE SET seen_at = EXCLUDED.seen_at, running = EXCLUDED.running,
                                     redis_ok = EXCLUDED.redis_ok
"""


def process_name(kind: str) -> str:
    """A name for this process that no other has; fit for Redis keys."""
    return f"{kind}-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


def beat(
    name: str, kind: Heartbeat.Kind, *, queue: str = "", running: int = 0, redis_ok: bool = True
) -> None:
    """Say that this process lives."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [name, kind.value, queue, running, redis_ok])


def farewell(name: str) -> None:
    """Say that this process ends in good order."""
    Heartbeat.objects.filter(name=name).delete()


def forget_old() -> None:
    """Drop the signs of processes that were killed long ago."""
    Heartbeat.objects.filter(seen_at__lt=Now() - FORGET_AFTER).delete()


def alive(kind: Heartbeat.Kind | None = None) -> QuerySet[Heartbeat]:
    """The processes (of a kind) that were seen within the last ALIVE_SECONDS."""
    seen = Heartbeat.objects.filter(seen_at__gt=Now() - timedelta(seconds=ALIVE_SECONDS))
    return seen.filter(kind=kind) if kind else seen
