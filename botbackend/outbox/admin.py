"""Durable tasks: to look at, and to retry or drop the ones that were given up."""

from collections.abc import Callable, Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from botbackend.outbox import parked
from botbackend.outbox.models import Heartbeat, Task
from projects.access import OWNERS_ONLY
from projects.admin_base import ReadOnlyAdmin


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    """What waits, runs, or was parked as dead, and why."""

    view_roles = OWNERS_ONLY
    list_display = ["topic", "handler", "key", "state", "due_at", "attempts", "last_error", "project"]
    list_filter = ["project", "state", "topic", "queue"]
    search_fields = ["key"]
    ordering = ["state", "due_at"]
    actions = ["retry", "drop"]
    fields = [
        "project",
        "topic",
        "handler",
        "queue",
        "key",
        "state",
        "due_at",
        "attempts",
        "last_error",
        "lease_until",
        "created_at",
        "finished_at",
    ]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Retrying and dropping is for whoever may change tasks."""
        return request.user.has_perm("outbox.change_task") and self._may(request, None, OWNERS_ONLY)

    @admin.action(description="Retry: run the dead tasks again", permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Give dead tasks another start."""
        self._operate(request, queryset, parked.revive, "run again")

    @admin.action(description="Drop: forget the dead tasks", permissions=["operate"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Forget dead tasks."""
        self._operate(request, queryset, parked.drop, "dropped")

    def _operate(
        self, request: HttpRequest, queryset: QuerySet[Task], act: Callable[[Sequence[int]], int], done: str
    ) -> None:
        dead = list(queryset.filter(state=Task.State.DEAD))
        for task in dead:
            self.log_change(request, task, done)
        count = act([task.pk for task in dead])
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, f"{count} dead tasks {done}.", level)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Which processes live; for superusers, because it concerns all salons."""

    list_display = ["name", "kind", "queue", "seen_at", "running", "redis_ok"]
    list_filter = ["kind", "queue"]
