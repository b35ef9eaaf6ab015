"""Counts what is wrong after the havoc: rows in PostgreSQL against what the clients' phones show.

A program of its own (`python -m botbackend.workshop.chaos.verdict FILE`), because the chaos run has several
databases one after the other: reads what the crowd said from a JSON file, prints a Verdict as JSON.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import django

django.setup()  # before the models can be imported

from django.db import connection  # noqa: E402
from django.db.models import Q, QuerySet  # noqa: E402
from django.db.models.functions import Now  # noqa: E402

# The rest as well needs Django set up.
from bookings.models import Booking  # noqa: E402
from botbackend.loopback import ask  # noqa: E402
from botbackend.outbox.models import Task  # noqa: E402
from botbackend.outbox.registry import CLOCK_TOPIC  # noqa: E402
from botbackend.workshop.chaos.report import Verdict  # noqa: E402
from botbackend.workshop.launcher.processes import wait_until  # noqa: E402
from dialogues.models import Dialogue, InboundEvent, Message  # noqa: E402

UNSENT = (Message.State.QUEUED, Message.State.SENDING)
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Crowd:
    """What the clients did: the channel's ids of their messages, who they are, where their phones are."""

    said: list[str]
    contacts: list[str]
    sendpulse_url: str
    patience: float


def wait_until_quiet(crowd: Crowd) -> float:
    """Wait until nothing is left to do; returns the seconds it took, at most the crowd's patience."""
    began = time.monotonic()
    wait_until(lambda: _is_quiet(crowd), crowd.patience, every=POLL_SECONDS)
    return time.monotonic() - began


def _is_quiet(crowd: Crowd) -> bool:
    """Tell whether nothing is left to do; a message whose lane still waits for more of its burst is left."""
    reactions = sum(_reactions(crowd).values())
    return reactions == len(crowd.said) and not _left_over().exists() and not _unsent().exists()


def _said(crowd: Crowd) -> QuerySet[Message]:
    return Message.objects.filter(direction=Message.Direction.IN, external_id__in=crowd.said)


def _reactions(crowd: Crowd) -> dict[str, int]:
    """Return how many of the messages met which fate, each counted once."""
    ignored = _said(crowd).filter(turn_id__isnull=True)
    skipped = Q(state=Message.State.SKIPPED) & ~Q(note="")
    return {
        "answered": _said(crowd).filter(turn_id__isnull=False).count(),
        "handed_off": ignored.filter(dialogue__mode=Dialogue.Mode.HUMAN).exclude(skipped).count(),
        "skipped": ignored.filter(skipped).count(),
    }


def judge(crowd: Crowd, quiet_after: float) -> Verdict:
    """Look at everything once."""
    out = Message.objects.filter(direction=Message.Direction.OUT, turn_id__isnull=False)
    return Verdict(
        said=len(crowd.said),
        **_reactions(crowd),
        sent=out.filter(state=Message.State.SENT).count(),
        uncertain=out.filter(state=Message.State.UNCERTAIN).count(),
        bookings=Booking.objects.filter(status=Booking.Status.BOOKED).count(),
        quiet_after=quiet_after,
        wrong=_wrong(crowd, _said(crowd), out),
    )


def _wrong(crowd: Crowd, said: QuerySet[Message], out: QuerySet[Message]) -> Mapping[str, int]:
    turns = set(said.filter(turn_id__isnull=False).values_list("turn_id", flat=True))
    spoke = set(out.values_list("turn_id", flat=True))
    return {
        "messages never stored": len(crowd.said) - said.count(),
        "turns that said nothing": len(turns - spoke),
        "events failed": InboundEvent.objects.filter(state=InboundEvent.State.FAILED).count(),
        "texts sent twice": _sent_twice(crowd),
        "texts not sent": _unsent().count(),
        "texts failed without a reason": out.filter(state=Message.State.FAILED, note="").count(),
        "overlapping bookings": _overlaps(),
        "visits booked twice by one client": _repeats(),
        "tasks left over": _left_over().count(),
        "tasks dead": Task.objects.filter(state=Task.State.DEAD).count(),
        "locks left": _locks(),
    }


def _unsent() -> QuerySet[Message]:
    doubtful = Q(state=Message.State.UNCERTAIN, is_settled=False)
    return Message.objects.filter(Q(state__in=UNSENT) | doubtful, direction=Message.Direction.OUT)


def _left_over() -> QuerySet[Task]:
    """Tasks that run, are due, or wait for another attempt."""
    open_ones = Task.objects.filter(state__in=(Task.State.RUNNING, Task.State.WAITING))
    return open_ones.exclude(topic=CLOCK_TOPIC).exclude(
        state=Task.State.WAITING, attempts=0, due_at__gt=Now()
    )


def _sent_twice(crowd: Crowd) -> int:
    """Texts on the clients' phones beyond those we know to have sent, counted per client and text."""
    extra = 0
    for contact in crowd.contacts:
        lines = ask(f"{crowd.sendpulse_url}/_control/transcript?contact={contact}")["messages"]
        seen = Counter(line["text"] for line in lines if line["from"] == "bot")
        ours = Message.objects.filter(
            dialogue__client__contact_id=contact, direction=Message.Direction.OUT
        ).exclude(kind="flow")
        known = Counter(message.text for message in ours)
        extra += (seen - known).total()
    return extra


def _overlaps() -> int:
    live = Q(status__in=(Booking.Status.HELD, Booking.Status.BOOKED))
    rows = list(
        Booking.objects.filter(live)
        .order_by("specialist_id", "start")
        .values("specialist_id", "start", "end")
    )
    return sum(
        1
        for first, second in pairwise(rows)
        if first["specialist_id"] == second["specialist_id"] and second["start"] < first["end"]
    )


def _repeats() -> int:
    booked = Booking.objects.filter(status=Booking.Status.BOOKED)
    pairs = Counter(booked.values_list("client_id", "service_id", "start"))
    return sum(count - 1 for count in pairs.values())


def _locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' OR (NOT l.granted AND a.state_change < now() - interval '5 s')"
        )
        return int(cursor.fetchone()[0])


def tell_leftovers() -> None:
    """Name what is left, for whoever has to find out why."""
    parked = Task.objects.filter(state=Task.State.DEAD)
    for task in [*_left_over(), *parked]:
        sys.stderr.write(f"left: {task.handler} {task} attempts={task.attempts} {task.last_error}\n")
    for message in _unsent():
        sys.stderr.write(f"unsent: {message} {message.note}\n")


def main(path: str) -> None:
    """Wait, judge, print."""
    crowd = Crowd(**json.loads(Path(path).read_text()))
    verdict = judge(crowd, wait_until_quiet(crowd))
    tell_leftovers()
    sys.stdout.write(json.dumps(asdict(verdict)))


if __name__ == "__main__":
    main(sys.argv[1])
