"""Asking for a cycle; imports nothing of Google, so that the web stays light."""

from datetime import UTC, datetime, timedelta

from botbackend.outbox import api
from projects.models import Project

GATHER_SECONDS = 2.0


def mark_dirty(
    project: Project, *, seconds: float = GATHER_SECONDS, when_waiting: api.WhenWaiting = "keep"
) -> None:
    """Ask for a cycle of the project's spreadsheet after a moment in which changes gather."""
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    api.put(
        "sheet.dirty", key=str(project.pk), project=project, payload={"project": project.pk}, due_at=due,
        when_waiting=when_waiting,
    )  # fmt: skip
