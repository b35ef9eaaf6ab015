"""Durable tasks: to look at, and to retry or drop the ones that were given up. RQ's own pages beside them."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import Any

import django_rq
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django_rq import stats_views
from django_rq.admin import QueueAdmin
from django_rq.models import Dashboard
from django_rq.urls import get_admin_urlpatterns, get_api_urlpatterns

from botbackend.outbox import outcomes
from botbackend.outbox.models import Heartbeat, Task
from projects import page_policy
from projects.access import OWNERS_ONLY, sees_everything
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
        return request.user.has_perm("outbox.change_task") and self._may(request, None, OWNERS_ONLY, "change")

    @admin.action(description=_("Retry: run the dead tasks again"), permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Give dead tasks another start."""
        self._operate(request, queryset, outcomes.revive, "run again")

    @admin.action(description=_("Drop: forget the dead tasks"), permissions=["operate"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Forget dead tasks."""
        self._operate(request, queryset, outcomes.drop, "dropped")

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


@admin.register(Dashboard)
class DashboardAdmin(QueueAdmin):
    """django-rq's pages: queues, jobs and workers. For superusers, because they concern all salons."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sees_everything(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """django-rq lets everybody in who may open the admin; these let in superusers only."""
        pages = get_admin_urlpatterns("django_rq_", view_wrapper=self._for_superusers)
        home = path("", self._for_superusers(stats_views.stats), name="django_rq_dashboard_changelist")
        figures = [
            URLPattern(url.pattern, self._for_superusers(url.callback), url.default_args, url.name)
            for url in get_api_urlpatterns("django_rq_")
        ]
        return [home, *figures, *pages]

    def _for_superusers(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not sees_everything(request.user):
                raise PermissionDenied
            request.current_app = self.admin_site.name
            response = view(request, *args, **kwargs)
            response.headers[page_policy.HEADER] = _policy_of_rq()
            return response

        return self.admin_site.admin_view(guarded)


@cache
def _policy_of_rq() -> str:
    """The policy of django-rq's pages: beside files, the lines of script and style that its templates hold.

    They are known by their hashes, so that nothing else in a page runs: a job may name what a client wrote.
    """
    texts = [page.read_text() for page in (Path(django_rq.__file__).parent / "templates").rglob("*.html")]
    inline = {
        tag: sorted(set(re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", "\n".join(texts), re.S)) - {""})
        for tag in ("script", "style")
    }
    return page_policy.page_policy(
        scripts=map(_source_of, inline["script"]), styles=map(_source_of, inline["style"])
    )


def _source_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
