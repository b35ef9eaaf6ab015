"""Figures of the queue: for a salon's `GET queue`, for /health, /metrics and the doctor."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from botbackend.outbox import registry
from botbackend.outbox.models import Heartbeat, Task
from botbackend.outbox.processes import heartbeats
from projects.models import Project

_DUE = Q(state=Task.State.WAITING, due_at__lte=Now())


@dataclass(frozen=True)
class QueueDepth:
    """One queue of the installation; `oldest_age_s` is how late its most overdue task is, in seconds."""

    queue: str
    waiting: int
    due: int
    running: int
    retrying: int
    dead: int
    oldest_age_s: float


@dataclass(frozen=True)
class ProcessSign:
    """A process seen within the last 20 s; `age_s` since its last sign of life."""

    name: str
    kind: str
    queue: str
    running: int
    redis_ok: bool
    age_s: float


def queue_figures(*, project: Project | None = None) -> dict[str, Any]:
    """The `queue` object of the API; of all projects without one. One query, and one for the workers.

    `waiting` counts `due` ones too; `by_topic` counts what waits or runs; `oldest_age_s` is how many seconds
    the most overdue task is late, 0 if none is; `workers` are those of the installation, which all serve
    every project.
    """
    figures: dict[str, Any] = dict.fromkeys(("waiting", "due", "running", "dead", "retrying"), 0)
    by_topic: dict[str, int] = {}
    oldest = 0.0
    for row in _counts(_tasks(project), "topic"):
        for name in figures:
            figures[name] += row[name]
        if row["waiting"] or row["running"]:
            by_topic[row["topic"]] = row["waiting"] + row["running"]
        oldest = max(oldest, _age(row))
    figures |= {"oldest_age_s": round(oldest, 3), "by_topic": by_topic}
    return figures | {"workers": heartbeats.alive(Heartbeat.Kind.WORKER).count()}


def depths() -> list[QueueDepth]:
    """Every queue that holds anything."""
    return [
        QueueDepth(
            queue=row["queue"],
            waiting=row["waiting"],
            due=row["due"],
            running=row["running"],
            retrying=row["retrying"],
            dead=row["dead"],
            oldest_age_s=_age(row),
        )
        for row in _counts(_tasks(None), "queue")
    ]


def dead_by_topic() -> dict[str, int]:
    """How many parked tasks of each topic wait for a person."""
    rows = Task.objects.filter(state=Task.State.DEAD).values("topic").annotate(n=Count("pk"))
    return {row["topic"]: row["n"] for row in rows.order_by("topic")}


def processes() -> list[ProcessSign]:
    """The dispatchers and workers that live, by kind and name."""
    signs = heartbeats.alive().annotate(now=Now())
    return [
        ProcessSign(
            name=sign.name,
            kind=sign.kind,
            queue=sign.queue,
            running=sign.running,
            redis_ok=sign.redis_ok,
            age_s=(sign.now - sign.seen_at).total_seconds(),
        )
        for sign in signs.order_by("kind", "name")
    ]


def _tasks(project: Project | None) -> QuerySet[Task]:
    tasks = Task.objects.exclude(topic=registry.CLOCK_TOPIC, state=Task.State.WAITING, due_at__gt=Now())
    return tasks.filter(project=project) if project else tasks


def _counts(tasks: QuerySet[Task], by: str) -> list[dict[str, Any]]:
    waiting = Q(state=Task.State.WAITING)
    rows = tasks.values(by).annotate(
        waiting=Count("pk", filter=waiting),
        due=Count("pk", filter=_DUE),
        running=Count("pk", filter=Q(state=Task.State.RUNNING)),
        dead=Count("pk", filter=Q(state=Task.State.DEAD)),
        retrying=Count("pk", filter=waiting & Q(attempts__gt=0)),
        oldest=Min("due_at", filter=_DUE),
    )
    return list(rows.order_by(by))


def _age(row: dict[str, Any]) -> float:
    return max(0.0, (timezone.now() - row["oldest"]).total_seconds()) if row["oldest"] else 0.0
