"""A thousand salons at their peak: many turns a second while Claude takes three seconds for each answer.

`make bench ARGS="--strict growth"` takes ten minutes, `ARGS="--quick growth"` thirty seconds, `--seconds` and
`--rate` (turns a second) are what you say. Nothing may grow while it lasts: no queue, and no process.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean, median

from django.db import connection, connections
from django.db.models import Count
from django.utils import timezone

from ai.models import Turn
from botbackend.outbox.models import Heartbeat
from botbackend.outbox.processes import heartbeats
from botbackend.workshop.bench._chat_salon import Running, running_product
from botbackend.workshop.bench._load import Measured
from botbackend.workshop.bench._town.lookout import Lookout
from botbackend.workshop.bench._town.processes import cpu_of, servers
from botbackend.workshop.bench._town.seed import Town, take_town
from botbackend.workshop.bench._town.timetable import Arrival, as_plan, draw_arrivals
from botbackend.workshop.bench.floods import fairness_index
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.launcher.product import QUEUES
from botbackend.workshop.launcher.stand_ins import StandInProcess
from dialogues.models import Dialogue, Message
from sheets.models import SheetLink

NAME = "Growth: 1,000 salons, 1,000,000 messages, 100,000 visits, at their peak"
RATE, SECONDS, QUICK_SECONDS = 17.0, 600.0, 30.0
CLAUDE_SECONDS, TURN_WORKERS = 3.0, 2
WARM_UP_SECONDS, DRAIN_SECONDS, PATIENCE_SECONDS = 15.0, 60.0, 120.0
QUEUE_GROWS, MEMORY_GROWS, LEAST_INDEX = 1.0, 0.1, 0.95
ANSWERS = ({"understand": {"wants": "question", "about": "Манікюр"}}, {"say": "Манікюр коштує 450 грн."})
# One salon may cost more than a month's usual ceiling here: what is measured is Claude's way, not the menus'.
SETTINGS = {"SALON_MONTHLY_BUDGET_USD": "1000000", "GOOGLE_CREDENTIALS_FILE": ""}


def run(options: Options) -> list[Row]:
    """Fill the database, then let everybody write."""
    town = Town()
    seeding = take_town(town)
    seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    rate = options.rate or RATE
    arrivals = list(draw_arrivals(town.clients_of_others(), rate=rate, seconds=WARM_UP_SECONDS + seconds))
    peak = _peak(arrivals)
    first = Row("seeding the database", seeding, "s", note="0: copied from the benchmark before")
    return [first, *_rows(peak, rate, seconds)]


@dataclass
class Peak:
    """What was seen of it."""

    watch: Lookout
    webhook: Measured
    cpu: dict[str, float]
    began: datetime
    ended: datetime
    size: int
    messages: int


def _peak(arrivals: Sequence[Arrival]) -> Peak:
    SheetLink.objects.update(spreadsheet_id="")  # spreadsheets are measured by a benchmark of their own
    Dialogue.objects.update(mode=Dialogue.Mode.BOT, first_unanswered_at=None)
    written = defaultdict(set)
    for one in arrivals:
        written[one.salon].add(one.contact)

    def bring_in(sendpulse: StandInProcess, environment: dict[str, str]) -> None:
        accounts = [
            {"client": salon.account, "bot": salon.bot, "contacts": sorted(contacts)}
            for salon, contacts in written.items()
        ]
        sendpulse.tell("accounts", accounts)
        connections.close_all()

    with running_product(
        ANSWERS,
        claude_seconds=CLAUDE_SECONDS,
        turn_workers=TURN_WORKERS,
        bring_in=bring_in,
        settings=SETTINGS,
    ) as running:
        _await_workers(running)
        return _load(running, arrivals)


def _load(running: Running, arrivals: Sequence[Arrival]) -> Peak:
    processes = running.supervisor.pids()
    parts = {**processes, **servers()}
    size, began, before = _size(), timezone.now(), cpu_of(parts)
    last = Message.objects.latest("pk").pk
    with Lookout(processes, QUEUES) as watch:
        webhook = _post(as_plan(arrivals, port=running.port))
        ended, after = timezone.now(), cpu_of(parts)
    _await_end(last)
    said = Message.objects.filter(pk__gt=last).count()
    cpu = {name: after[name] - before[name] for name in parts}
    return Peak(watch, webhook, cpu, began, ended, _size() - size, said)


def _post(plan: str) -> Measured:
    done = subprocess.run(
        [sys.executable, "-m", "botbackend.workshop.bench._town.arrivals"],
        input=plan,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Measured(**json.loads(done.stdout))


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _await_workers(running: Running) -> None:
    """Until every process has loaded its code and signed on."""
    wanted = len(QUEUES) + TURN_WORKERS - 1
    if not wait_until(lambda: heartbeats.alive(Heartbeat.Kind.WORKER).count() >= wanted, PATIENCE_SECONDS):
        raise RuntimeError(f"the workers did not start: {running.supervisor.failures()}")


def _await_end(last: int) -> None:
    """Until everybody was answered."""
    waiting = Message.objects.filter(pk__gt=last, direction="in", turn_id=None)
    unsent = Message.objects.filter(pk__gt=last, direction="out").exclude(state="sent")
    if not wait_until(lambda: not waiting.exists() and not unsent.exists(), DRAIN_SECONDS, every=0.5):
        raise RuntimeError(
            f"{waiting.count()} messages have no answer, {unsent.count()} answers are not sent"
        )


def _rows(peak: Peak, rate: float, seconds: float) -> Iterator[Row]:
    turns = Turn.objects.filter(started_at__gte=peak.began, started_at__lt=peak.ended)
    outcomes = dict(turns.values_list("outcome").annotate(count=Count("pk")).order_by())
    done, other = outcomes.pop("replied", 0), sum(outcomes.values())
    yield Row("messages a second, as written", peak.webhook.answered / peak.webhook.seconds, "/s")
    yield Row("turns a second", done / peak.webhook.seconds, "/s", rate * 0.95, "higher")
    yield Row("turns that did not end with a reply", other, "", 0, note=str(outcomes or ""))
    yield Row("webhooks that were not answered 200", peak.webhook.failed, "", 0)
    yield Row("webhook p50", peak.webhook.percentile(0.5), "ms")
    yield Row("webhook p99", peak.webhook.percentile(0.99), "ms")
    yield from _waits(peak)
    yield from _queues(peak.watch)
    yield from _memory(peak.watch)
    yield from _costs(peak, done + other)


def _waits(peak: Peak) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [peak.began, peak.ended])
        rows = cursor.fetchall()
    calls = sum(row[3] for row in rows) / len(rows)
    whole = sorted(row[1] for row in rows)
    note = f"{calls:.2g} answers of Claude, {CLAUDE_SECONDS:.0f} s each, and 1 s of debounce"
    yield Row("from the webhook to the reply at SendPulse, p50", median(whole), "s", note=note)
    yield Row("the same, p99", whole[int(0.99 * len(whole))], "s")
    replies, turns = defaultdict(list), defaultdict(list)
    for salon, reply, turn, _ in rows:
        replies[salon].append(reply)
        turns[salon].append(turn)
    yield _fairness("for the reply", list(map(mean, replies.values())), LEAST_INDEX)
    yield _fairness("for a place among the turns", list(map(mean, turns.values())), None)


def _fairness(what: str, means: Sequence[float], target: float | None) -> Row:
    note = f"{len(means)} salons; the longest mean {max(means):.2f} s, the middle one {median(means):.2f} s"
    index = fairness_index(means)
    return Row(f"fairness index (Jain) of salons' waits {what}", index, "", target, "higher", note)


def _queues(watch: Lookout) -> Iterator[Row]:
    for queue, ages in watch.ages.items():
        steady, due = ages.after(WARM_UP_SECONDS), watch.due[queue].after(WARM_UP_SECONDS)
        note = f"at most {max(steady.values):.1f} s late, {max(due.values):.0f} due"
        yield Row(
            f"oldest task of {queue}: growth from first to last third",
            steady.growth(),
            "s",
            QUEUE_GROWS,
            note=note,
        )


def _memory(watch: Lookout) -> Iterator[Row]:
    for name, series in watch.memory.items():
        steady = series.after(WARM_UP_SECONDS)
        begin, end = steady.values[0], steady.values[-1]
        share = 100 * steady.growth() / begin
        note = f"{begin:.0f} MiB at the beginning, {end:.0f} at the end"
        yield Row(f"memory of {name}: growth", share, "%", 100 * MEMORY_GROWS, note=note)


def _costs(peak: Peak, turns: int) -> Iterator[Row]:
    for name, seconds in peak.cpu.items():
        yield Row(f"CPU of {name} a turn", 1000 * seconds / turns, "ms")
    yield Row("CPU of all that a turn", 1000 * sum(peak.cpu.values()) / turns, "ms")
    yield Row(
        "disk of 1,000 messages",
        1000 * peak.size / peak.messages / 1024**2,
        "MiB",
        note=f"{peak.messages} messages",
    )


# Salon; seconds from webhook to reply; from webhook to the beginning of the turn, less debounce; calls.
_WAITS = """
SELECT turn.project_id, EXTRACT(epoch FROM max(said.sent_at) - min(event.received_at))::float,
       EXTRACT(epoch FROM min(turn.started_at) - max(event.received_at))::float
       - max(channel.debounce_seconds), turn.calls
  FROM ai_turn turn
  JOIN dialogues_message heard ON heard.turn_id = turn.id AND heard.direction = 'in'
  JOIN dialogues_inboundevent event ON event.id = heard.event_id
  JOIN dialogues_message said ON said.turn_id = turn.id AND said.direction = 'out'
  JOIN dialogues_channelsettings channel ON channel.project_id = turn.project_id
 WHERE turn.started_at >= %s AND turn.started_at < %s AND turn.outcome = 'replied'
 GROUP BY turn.id
"""
