"""Figures for Prometheus, read from PostgreSQL at each scrape, so that every process tells the same."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, FloatField, Min, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ai.claude import key_pool
from ai.models import Turn
from botbackend.health import registry
from botbackend.outbox.selectors import dead_by_topic, depths, processes
from dialogues.inbound.events import UNREADABLE
from dialogues.models import InboundEvent, Message, StaffTask
from sheets.models import SheetLink
from sheets.trouble import selectors as trouble

Label = Sequence[str]
QUANTILES = ("0.5", "0.95")


class _Quantiles(Aggregate):
    """Of a duration, in seconds; nothing where no row has one."""

    template = (
        f"PERCENTILE_CONT(ARRAY[{', '.join(QUANTILES)}])"
        " WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM %(expressions)s))"
    )
    output_field = ArrayField(FloatField())


def render_metrics() -> bytes:
    """Return the text format; a fixed number of queries over indexed columns."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation())
    return generate_latest(registry)


class _Installation(Collector):
    """Everything of one scrape."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield from _queue()
        yield from _keys()
        yield from _last_hour()
        yield from _unsent()
        yield from _attention()
        yield from registry.all_figures()


def gauge(
    name: str, text: str, labels: Sequence[str], values: Iterable[tuple[Label, float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"botbackend_{name}", text, labels=labels)
    for label, value in values:
        family.add_metric(label, value)
    return family


def _queue() -> Iterable[GaugeMetricFamily]:
    rows = depths()
    states = ("waiting", "due", "running", "retrying", "dead")
    yield gauge(
        "tasks",
        "Durable tasks by queue and state; waiting counts due ones too.",
        ["queue", "state"],
        [((row.queue, state), getattr(row, state)) for row in rows for state in states],
    )
    yield gauge(
        "task_oldest_age_seconds",
        "How late the most overdue task of a queue is.",
        ["queue"],
        [((row.queue,), row.oldest_age_s) for row in rows],
    )
    dead = [((topic,), count) for topic, count in dead_by_topic().items()]
    yield gauge("tasks_dead", "Parked tasks by topic.", ["topic"], dead)
    signs = processes()
    yield gauge(
        "process_heartbeat_age_seconds",
        "Seconds since the last sign of a dispatcher or worker.",
        ["kind", "queue", "name"],
        [((sign.kind, sign.queue, sign.name), sign.age_s) for sign in signs],
    )
    yield gauge(
        "process_tasks_running",
        "Tasks in flight by process.",
        ["kind", "queue", "name"],
        [((sign.kind, sign.queue, sign.name), sign.running) for sign in signs],
    )
    yield gauge(
        "process_redis_ok",
        "1 if the process could use Redis at its last sign.",
        ["kind", "queue", "name"],
        [((sign.kind, sign.queue, sign.name), sign.redis_ok) for sign in signs],
    )


def _keys() -> Iterable[GaugeMetricFamily]:
    now = timezone.now()
    counts = {"ready": 0, "cooling": 0, "dead": 0}
    for key in key_pool.known():
        counts["dead" if key.is_dead(now) else "cooling" if key.cools(now) else "ready"] += 1
    rows = [((state,), count) for state, count in counts.items()]
    yield gauge("claude_keys", "Claude keys by state.", ["state"], rows)


def _last_hour() -> Iterable[GaugeMetricFamily]:
    since = timezone.now() - timedelta(hours=1)
    turns = Turn.objects.filter(started_at__gte=since).values("mode", "outcome").order_by("mode", "outcome")
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    rows = list(turns.annotate(count=Count("pk"), cost=Sum("cost_usd"), took=_Quantiles(took)))
    yield gauge(
        "turns_last_hour",
        "Turns begun within the last hour.",
        ["mode", "outcome"],
        [((row["mode"], row["outcome"]), row["count"]) for row in rows],
    )
    yield gauge(
        "turn_seconds_last_hour",
        "How long turns of the last hour took: the median, and what one in twenty exceeds.",
        ["mode", "outcome", "quantile"],
        [
            ((row["mode"], row["outcome"], quantile), seconds)
            for row in rows
            for quantile, seconds in zip(QUANTILES, row["took"] or (), strict=False)
        ],
    )
    cost = float(sum(row["cost"] for row in rows))
    yield gauge("claude_cost_usd_last_hour", "What they cost.", [], [((), cost)])


def _unsent() -> Iterable[GaugeMetricFamily]:
    unsent = Message.objects.filter(state__in=["queued", "sending", "uncertain"], is_settled=False)
    states = unsent.values("state").order_by("state")
    rows = list(states.annotate(count=Count("pk"), oldest=Min("created_at")))
    yield gauge(
        "messages_unsent",
        "Outgoing messages that are not settled.",
        ["state"],
        [((row["state"],), row["count"]) for row in rows],
    )
    now = timezone.now()
    yield gauge(
        "message_unsent_age_seconds",
        "How long the oldest of them waits.",
        ["state"],
        [((row["state"],), (now - row["oldest"]).total_seconds()) for row in rows],
    )


def _attention() -> Iterable[GaugeMetricFamily]:
    failed, is_read = InboundEvent.objects.filter(state=InboundEvent.State.FAILED), ~Q(title=UNREADABLE)
    kinds = failed.aggregate(unreadable=Count("pk", filter=~is_read), event=Count("pk", filter=is_read))
    kinds["stray"] = InboundEvent.objects.filter(state=InboundEvent.State.STRAY).count()
    yield gauge(
        "inbound_events_failed",
        "Raw events that wait for a look: bodies, events, and those of no project.",
        ["kind"],
        [((kind,), count) for kind, count in kinds.items()],
    )
    tasks = StaffTask.objects.filter(state=StaffTask.State.OPEN).values("kind").order_by("kind")
    counts = [((row["kind"],), row["count"]) for row in tasks.annotate(count=Count("pk"))]
    yield gauge("staff_tasks_open", "What waits for a person.", ["kind"], counts)
    links = SheetLink.objects.values("state").order_by("state").annotate(count=Count("pk"))
    states = [((row["state"],), row["count"]) for row in links]
    yield gauge("sheets", "Spreadsheets by state of their mirror.", ["state"], states)
    yield from _behind()


def _behind() -> Iterable[GaugeMetricFamily]:
    now = timezone.now()
    lags = [((slug,), seconds) for slug, seconds in trouble.lags(now).items()]
    yield gauge("sheet_lag_seconds", "Age of the oldest change a spreadsheet lacks.", ["project"], lags)
    failing = [
        ((link.project.slug,), (now - link.failing_since).total_seconds())
        for link in trouble.troubled()
        if link.failing_since
    ]
    yield gauge("sheet_failing_seconds", "For how long no cycle succeeds.", ["project"], failing)
    oldest = SheetLink.objects.exclude(spreadsheet_id="").aggregate(at=Min("last_ok_at"))["at"]
    age = [((), (now - oldest).total_seconds())] if oldest else []
    yield gauge("sheet_last_success_age_seconds", "Of the spreadsheet that waits longest.", [], age)
