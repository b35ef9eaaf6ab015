"""Durable tasks, to look at."""

from django.contrib import admin

from botbackend.outbox.models import Task
from projects.access import OWNERS_ONLY
from projects.admin_base import ReadOnlyAdmin


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    """What waits, runs, or was parked as dead, and why."""

    view_roles = OWNERS_ONLY
    list_display = ["topic", "handler", "key", "state", "due_at", "attempts", "last_error", "project"]
    list_filter = ["project", "state", "topic", "queue"]
    search_fields = ["key"]
