"""Handlers that tell the test what happens inside a worker process, through NOTIFY and a table."""

import os
import signal
import threading

from django.apps import AppConfig
from django.db import connection

from botbackend.outbox import registry
from botbackend.outbox.claims import Claim, held

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


def fail(claim: Claim) -> None:
    """Every run fails, with a message that must not be shown."""
    tell("began", claim)
    raise ValueError("a secret")


def die_after_commit(claim: Claim) -> None:
    """The first run dies between the commit of what it did and the end of its task."""
    tell("ran", claim)
    if claim.attempts == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def poison(claim: Claim) -> None:
    """Every run kills its process."""
    tell("began", claim)
    os.kill(os.getpid(), signal.SIGKILL)


def commit_late(claim: Claim) -> None:
    """The first run waits for the test before it commits, whoever comes next does not."""
    if claim.attempts == 1:
        connection.ensure_connection()
        raw = connection.connection
        raw.execute("LISTEN probe_release")
        tell("began", claim)
        assert list(raw.notifies(timeout=120, stop_after=1))
    with held(claim):
        tell("ran", claim)


class ProbeConfig(AppConfig):
    name = "botbackend.outbox.tests.probe"
    label = "probe"

    def ready(self) -> None:
        """Subscribe the probes."""
        registry.subscribe("probe.note", note, name="probe.note", queue="default")
        registry.subscribe("probe.hang", hang_at_first, name="probe.hang", queue="default")
        registry.subscribe("probe.release", wait_for_release, name="probe.release", queue="default")
        registry.subscribe("probe.fail", fail, name="probe.fail", queue="default", max_attempts=1)
        registry.subscribe("probe.die", die_after_commit, name="probe.die", queue="default")
        registry.subscribe(
            "probe.poison", poison, name="probe.poison", queue="default", lease_seconds=4, max_attempts=3
        )
        registry.subscribe("probe.late", commit_late, name="probe.late", queue="default", lease_seconds=180)
        registry.every(name="probe.tick", seconds=3600, handler=note)
