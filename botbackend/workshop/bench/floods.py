"""What one salon's flood does to another: to its webhook, its event behind 1,500, its turns in the line.

`make bench ARGS="floods"`, or `ARGS="--quick floods"` for a short run. One gunicorn as the product starts it;
another salon's messages come at a steady pace, and each counts from the moment it was due.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from django.db import connection
from django.utils import timezone

from botbackend.outbox import leases, outcomes
from botbackend.outbox.models import Task
from botbackend.workshop.bench import _attacks
from botbackend.workshop.bench._attacks import Attack
from botbackend.workshop.bench._chat_salon import running_salon
from botbackend.workshop.bench._gunicorn import serving
from botbackend.workshop.bench._load import CONTACT_MARK, MARK, Measured, Plan
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.launcher.processes import wait_until
from dialogues.inbound import intake
from dialogues.inbound.intake import RawEvent
from dialogues.models import ChannelSettings, InboundEvent
from projects.models import Project

NAME = "Floods: what one salon's costs another"
SALONS = {"flooded": "secret-of-the-flooded-one", "quiet": "secret-of-the-quiet-one"}
RATE, CONNECTIONS, P99_MS = 20.0, 4, 250.0
FLOOD, PATIENCE_SECONDS = 1500, 180.0
LINE, OTHERS, LEAST_INDEX = 50, 9, 0.95


def run(options: Options) -> list[Row]:
    """The web first, then workers, then the line alone."""
    _make_salons()
    rows = list(webhook_rows(seconds=3.0 if options.quick else 15.0))
    return [*rows, *_behind_a_flood(), *_turns_in_the_line()]


def _make_salons() -> None:
    for slug, secret in SALONS.items():
        project = Project.objects.create(slug=slug, name=slug)
        ChannelSettings.objects.create(project=project, sendpulse_bot_id=f"bot-{slug}", webhook_secret=secret)
    connection.close()


def attacks() -> dict[str, tuple[Attack, int]]:
    """What goes on beside the quiet salon, and from how many connections."""
    path = f"/webhook/sendpulse/{SALONS['flooded']}"
    return {
        "events of another salon, 8 connections": (_attacks.events_of("bot-flooded", path), 8),
        "45,000 bot ids a body, 8 connections": (_attacks.many_bots(path), 8),
        "8 slow bodies": (_attacks.slow_bodies(path), 8),
        "flows of another salon, 16 connections": (_attacks.flow_requests("flooded", path), 16),
        "wrong passwords, 8 connections": (_attacks.sign_ins, 8),
    }


def webhook_rows(*, seconds: float) -> Iterator[Row]:
    """The quiet salon's webhook, alone and beside each attack."""
    environment = {"DJANGO_SETTINGS_MODULE": "botbackend.settings", "BEHIND_PROXY": "true"}
    with serving("botbackend.wsgi", environment) as port:
        quiet_salon(port, seconds=4.0)  # until every process is warm
        yield _row("nothing", quiet_salon(port, seconds=seconds))
        for what, (attack, connections) in attacks().items():
            with _attacks.under(attack, port, connections=connections):
                quiet_salon(port, seconds=0.5)  # until the attack is in full swing
                measured = quiet_salon(port, seconds=seconds)
            yield _row(what, measured)


def quiet_salon(port: int, *, seconds: float, first_number: int = 0) -> Measured:
    """Its messages, one every 50 ms, sent by a process of their own."""
    made = _attacks.event("bot-quiet", contact=f"quiet-{CONTACT_MARK}", number=0)
    body = json.dumps([made]).replace("attack-0", MARK)
    first = first_number or time.time_ns()
    plan = Plan(
        port, f"/webhook/sendpulse/{SALONS['quiet']}", body, seconds, CONNECTIONS, RATE, first_number=first
    )
    done = subprocess.run(
        [sys.executable, "-m", "botbackend.workshop.bench._load"],
        input=json.dumps(asdict(plan)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Measured(**json.loads(done.stdout))


def _row(what: str, measured: Measured) -> Row:
    note = f"p50 {measured.percentile(0.5):.0f} ms, {measured.answered} messages"
    if measured.failed:
        note += f", {measured.failed} NOT ANSWERED 200"
    worst = float("inf") if measured.failed else measured.percentile(0.99)
    return Row(f"webhook p99 beside {what}", worst, "ms", target=P99_MS, note=note)


def _behind_a_flood() -> list[Row]:
    """Events of another salon are stored first, then one of the quiet one; workers take them in."""
    InboundEvent.objects.all().delete()
    Task.objects.all().delete()
    with running_salon((), claude_seconds=0):
        busy = ChannelSettings.objects.exclude(sendpulse_bot_id__startswith="bot-").get()
        quiet = Project.objects.get(slug="quiet")
        began = time.monotonic()
        _store(busy.project_id, FLOOD)
        _store(quiet.pk, 1)
        put = time.monotonic()
        mine = InboundEvent.objects.filter(project=quiet, state=InboundEvent.State.NEW)
        theirs = InboundEvent.objects.filter(project=busy.project_id, state=InboundEvent.State.NEW)
        if not wait_until(lambda: not mine.exists(), PATIENCE_SECONDS, every=0.01):
            raise RuntimeError("the quiet salon's event was not handled")
        waited, left = time.monotonic() - put, theirs.count()
        wait_until(lambda: not theirs.exists(), PATIENCE_SECONDS, every=0.2)
        whole = time.monotonic() - began
    return [
        Row(
            "event put behind 1,500 of another salon, handled within",
            waited * 1000,
            "ms",
            note=f"{left} left",
        ),
        Row("events of the flood handled, a second", FLOOD / whole, "/s"),
    ]


def _store(project_id: int, number: int) -> None:
    for start in range(0, number, 100):
        rows = []
        for n in range(start, min(start + 100, number)):
            body = _attacks.event("", contact=f"behind-{n}", number=n)
            rows.append(
                RawEvent(project_id, f"behind-{n}", "", f"behind-{n}", "incoming_message", dict(body))
            )
        intake.store(rows)


def _turns_in_the_line() -> list[Row]:
    """Ten salons, one with thirty times as much due as each of the others, which came later."""
    Task.objects.all().delete()
    salons = [Project.objects.create(slug=f"line-{n}", name=f"line {n}") for n in range(OTHERS + 1)]
    for place, salon in enumerate(salons):
        _put(salon, FLOOD if place == 0 else LINE)
    served: Counter[int | None] = Counter()
    until_all = 0
    for number in range(1, (OTHERS + 1) * LINE + 1):
        (claim,) = leases.claim_due("default", 1)
        outcomes.finish(claim)
        served[claim.project_id] += 1
        until_all = until_all or (number if len(served) == len(salons) else 0)
    index = fairness_index([served[salon.pk] for salon in salons])
    return [
        Row("fairness index (Jain) of turns, one of ten salons floods", index, "", LEAST_INDEX, "higher"),
        Row("claims until each of ten salons had its turn", until_all, "", len(salons)),
    ]


def _put(salon: Project, number: int) -> None:
    now = timezone.now()
    Task.objects.bulk_create(
        Task(
            project=salon,
            topic="line",
            handler="bench.line",
            queue="default",
            key=f"{salon.pk}:{n}",
            due_at=now,
        )
        for n in range(number)
    )


def fairness_index(shares: Sequence[float]) -> float:
    """Jain's index: 1 if all have the same, 1/n if one has everything."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 0.0
