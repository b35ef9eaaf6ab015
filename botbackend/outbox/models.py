"""Durable tasks: PostgreSQL keeps them and their time, Redis only carries wake-ups."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class Task(models.Model):
    """One thing to do for one subscriber of a topic; the row is deleted once it is done.

    While a task runs, `lease_until` and the ever-growing `lease_token` fence it: a result is
    committed only by the holder of the current token, and a lapsed lease may be claimed again.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DEAD = "dead"

    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    topic = models.CharField(max_length=64)
    handler = models.CharField(max_length=128)
    queue = models.CharField(max_length=32, default="default")
    key = models.CharField(max_length=128, help_text="At most one waiting and one running task per handler")
    payload = models.JSONField(default=dict, help_text="Ids only; handlers read the state anew")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    dispatched_until = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When it was given up")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="task_has_a_key"),
            models.UniqueConstraint(
                fields=["handler", "key"], condition=Q(state="waiting"), name="task_one_waiting_per_key"
            ),
            # The lane: whatever claims, two tasks of one key never run at the same time.
            models.UniqueConstraint(
                fields=["handler", "key"], condition=Q(state="running"), name="task_one_running_per_key"
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "due_at"], condition=Q(state="waiting"), name="task_due"),
            # Walked through from salon to salon when they have to take turns (queries.CLAIM_IN_TURN).
            models.Index(
                "queue",
                Coalesce("project", 0),
                "due_at",
                condition=Q(state="waiting"),
                name="task_due_of_salon",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="task_leased"),
            models.Index(fields=["project", "state"], name="task_project_state"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} ({self.state})"


class Heartbeat(models.Model):
    """A sign of life of one dispatcher or worker process, renewed every few seconds."""

    class Kind(models.TextChoices):
        DISPATCHER = "dispatcher"
        WORKER = "worker"

    name = models.CharField(max_length=128, primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    queue = models.CharField(max_length=32, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    running = models.PositiveIntegerField(default=0, help_text="Tasks in flight")
    redis_ok = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
