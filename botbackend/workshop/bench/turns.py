"""Turns in flight while Claude takes five seconds for an answer; what the product adds to a reply."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.db.models import Max, Min

from ai.models import Turn
from botbackend.outbox.models import Heartbeat
from botbackend.outbox.processes import heartbeats
from botbackend.workshop.bench._chat_salon import Running, running_salon
from botbackend.workshop.bench._sampling import Sampler
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.launcher.demo_world import BOT_ID
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.product import QUEUES
from dialogues.models import ChannelSettings, Message
from projects.models import Allowance, Project

NAME = "Turns: 200 in flight with a Claude of 5 s; what is added to a reply's time"
CLAUDE_SECONDS, TURN_WORKERS, IN_FLIGHT = 5.0, 2, 200
PER_SECOND, MEMORY_MIB = 15.0, 512.0
SAMPLE_SECONDS, PATIENCE_SECONDS = 0.5, 180.0
DEBOUNCE_SECONDS = 1.0
QUESTION = "Чи робите ви манікюр з дизайном і скільки це коштує?"
ANSWERS = ({"understand": {"wants": "question", "about": "Манікюр"}}, {"say": "Манікюр коштує 450 грн."})
CALLS_OF_A_TURN = 2


@dataclass
class Samples:
    """What was seen of the turn workers while they worked."""

    in_flight: list[int] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)


class Watch(Sampler):
    """Counts running turns and the workers' memory."""

    every = SAMPLE_SECONDS

    def __init__(self, running: Running) -> None:
        super().__init__()
        self.samples = Samples()
        self._running = running

    def look(self, now: float) -> None:
        """Note both."""
        turns = Turn.objects.filter(outcome=Turn.Outcome.RUNNING).count()
        self.samples.in_flight.append(turns)
        self.samples.memory_mib.append(sum(map(memory_mib, self._running.pids("turns"))))


def memory_mib(pid: int) -> float:
    """The memory of a process in MiB, pages that several share counted by their share (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no memory figure of process {pid}")


def run(options: Options) -> list[Row]:
    """First many turns at once, then single replies one after the other."""
    clients = (2 if options.quick else 4) * IN_FLIGHT
    return [*_many(clients), *_single(5 if options.quick else 20)]


def _many(clients: int) -> list[Row]:
    """Everybody asks once while Claude answers at once, so that they are known; then again."""
    with running_salon(ANSWERS, claude_seconds=0, turn_workers=TURN_WORKERS) as running:
        _lift_ceilings()
        _await_workers(running)
        _ask(running, clients)
        _await_replies(clients)
        _analyze()
        last = Turn.objects.latest("pk").pk
        running.claude.tell("settings", {"delay": CLAUDE_SECONDS})
        with Watch(running) as watch:
            _ask(running, clients)
            _await_replies(2 * clients)
    measured = Turn.objects.filter(pk__gt=last)
    turns = measured.filter(outcome=Turn.Outcome.REPLIED)
    times = turns.aggregate(began=Min("started_at"), ended=Max("finished_at"))
    seconds = (times["ended"] - times["began"]).total_seconds()
    calls = statistics.mean(turns.values_list("calls", flat=True))
    return [
        Row("turns in flight at once, at most", max(watch.samples.in_flight), "", IN_FLIGHT, "higher"),
        Row("turns per second, first start to last end", turns.count() / seconds, "/s", PER_SECOND, "higher"),
        Row("calls of Claude a turn, 5 s each", calls, "", CALLS_OF_A_TURN, "higher"),
        Row("turns that did not end with a reply", measured.count() - turns.count(), "", 0),
        Row("memory of both turn workers (PSS), at most", max(watch.samples.memory_mib), "MiB", MEMORY_MIB),
    ]


def _lift_ceilings() -> None:
    """One salon stands for many here."""
    ChannelSettings.objects.update(project_messages_per_hour=10**6)
    most = dict.fromkeys(Allowance.OPERATORS_FIELDS, 10**6)
    for project in Project.objects.all():
        Allowance.objects.update_or_create(project=project, defaults=most)


def _await_workers(running: Running) -> None:
    """Until every worker process has loaded its code and signed on: that is no part of a turn."""
    wanted = len(QUEUES) + TURN_WORKERS - 1
    if not wait_until(lambda: heartbeats.alive(Heartbeat.Kind.WORKER).count() >= wanted, PATIENCE_SECONDS):
        raise RuntimeError(f"the workers did not start: {running.supervisor.failures()}")


def _analyze() -> None:
    """Tell PostgreSQL how large the tables have become: autovacuum would, but only once a minute."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _ask(running: Running, clients: int) -> None:
    """Let so many clients ask one question each, as fast as they can."""
    for number in range(clients):
        running.sendpulse.tell("client_says", _said(f"client-{number}", QUESTION))


def _await_replies(count: int) -> None:
    """Asks seldom: counting all messages every few milliseconds would be part of what is measured."""
    sent = Message.objects.filter(direction=Message.Direction.OUT, state=Message.State.SENT)
    if not wait_until(lambda: sent.count() >= count, PATIENCE_SECONDS, every=SAMPLE_SECONDS):
        raise RuntimeError(f"{sent.count()} of {count} replies were sent within {PATIENCE_SECONDS:.0f} s")


def _single(bursts: int) -> list[Row]:
    """The time from the last message of a burst to the request at SendPulse, less what is meant to pass."""
    with running_salon(ANSWERS, claude_seconds=0.2, debounce_seconds=DEBOUNCE_SECONDS) as running:
        _one_burst(running, "warm-up")
        added = [_one_burst(running, f"single-{number}") for number in range(bursts)]
    added.sort()
    note = f"{bursts} bursts of two messages"
    return [
        Row("last message to SendPulse, less debounce and Claude, p50", statistics.median(added), "ms"),
        Row("the same, at most", added[-1], "ms", note=note),
    ]


def _one_burst(running: Running, who: str) -> float:
    """Milliseconds that the product added to one reply."""
    since = _last_number(running)
    began = len(running.claude.requests("messages"))
    for text in ("Добрий день!", QUESTION):
        said_at = _say(running, who, text)
    found = running.sendpulse.await_request("/telegram/contacts/send$", since=since, seconds=PATIENCE_SECONDS)
    while not (texts := [r for r in found if r["body"]["message"]["type"] == "text"]):
        since = found[-1]["number"]
        found = running.sendpulse.await_request(
            "/telegram/contacts/send$", since=since, seconds=PATIENCE_SECONDS
        )
    thinking = sum(record["seconds"] for record in running.claude.requests("messages")[began:])
    return float(texts[0]["at"] - said_at - DEBOUNCE_SECONDS - thinking) * 1000


def _say(running: Running, who: str, text: str) -> float:
    """Write as a client; returns the moment by the stand-in's clock."""
    running.sendpulse.tell("client_says", _said(who, text))
    lines = running.sendpulse.control("transcript", contact=who)["messages"]
    return float(lines[-1]["at"])


def _said(who: str, text: str) -> dict[str, str]:
    return {"contact": who, "name": "Olena", "bot_id": BOT_ID, "text": text}


def _last_number(running: Running) -> int:
    return int(running.sendpulse.control("state")["requests"])
