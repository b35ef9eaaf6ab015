"""Handlers that tell the test what happens inside a worker process, through NOTIFY and a table."""

import os
import threading

from django.apps import AppConfig
from django.db import connection

from botbackend.outbox import registry
from botbackend.outbox.claims import Claim

CHANNEL = "probe"


def tell(event: str, claim: Claim) -> None:
    """Write a line for the test and wake it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO probe_event (event, key, pid) VALUES (%s, %s, %s)", [event, claim.key, os.getpid()]
        )
        cursor.execute(f"NOTIFY {CHANNEL}")


def note(claim: Claim) -> None:
    """Just say that it ran."""
    tell("ran", claim)


def hang_at_first(claim: Claim) -> None:
    """The first run never ends, whoever comes next finishes."""
    tell("began", claim)
    if claim.attempts == 1:
        connection.close()
        threading.Event().wait()
    tell("ran", claim)


def wait_for_release(claim: Claim) -> None:
    """Run until the test releases it."""
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("LISTEN probe_release")
    tell("began", claim)
    if list(raw.notifies(timeout=30, stop_after=1)):
        tell("ran", claim)


class ProbeConfig(AppConfig):
    name = "botbackend.outbox.tests.probe"
    label = "probe"

    def ready(self) -> None:
        """Subscribe the probes."""
        registry.subscribe("probe.note", note, name="probe.note", queue="default")
        registry.subscribe("probe.hang", hang_at_first, name="probe.hang", queue="default")
        registry.subscribe("probe.release", wait_for_release, name="probe.release", queue="default")
        registry.every(name="probe.tick", seconds=3600, handler=note)
