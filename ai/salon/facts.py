"""The facts that the bot may tell: added, changed, put aside; and what clients asked that none answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from ai.models import Knowledge
from botbackend.lib.errors import DomainError
from botbackend.lib.text import with_plain_line_ends
from dialogues.models import StaffTask
from projects.locking import lock_project
from projects.models import Project

LATELY = timedelta(days=30)
_MOST_QUESTIONS = 15
_USED = """
    SELECT note.id::bigint, count(*), max(turn.started_at),
           (array_agg(turn.dialogue_id ORDER BY turn.started_at DESC))[1]
    FROM ai_turn turn, LATERAL jsonb_array_elements_text(turn.tally -> 'notes') AS note(id)
    WHERE turn.project_id = %s AND turn.started_at >= %s AND turn.tally ? 'notes'
    GROUP BY note.id
"""


class FactChanged(DomainError):
    """Somebody else changed the fact meanwhile; `stored` is what it says now."""

    code = "fact_changed"

    def __init__(self, stored: Knowledge | None) -> None:
        super().__init__("Somebody else changed this meanwhile.")
        self.stored = stored


@dataclass(frozen=True)
class Use:
    """How often replies of the last month drew on a fact, when last, and in which talk."""

    times: int
    last: datetime
    dialogue_id: int


@transaction.atomic
def add_fact(*, project: Project, title: str, text: str) -> Knowledge:
    """Let the bot tell one more thing, after all others."""
    lock_project(project.pk)
    last = Knowledge.objects.filter(project=project).aggregate(last=Max("position"))["last"]
    row = Knowledge(project=project, title=title, position=0 if last is None else last + 1)
    row.text = with_plain_line_ends(text)
    row.full_clean(exclude=["project"])
    row.save()
    return row


@transaction.atomic
def change_fact(*, project: Project, fact_id: int, title: str, text: str, seen: tuple[str, str]) -> Knowledge:
    """Save over what was `seen` (title and text). Raises FactChanged when it says something else by now."""
    lock_project(project.pk)
    row = Knowledge.objects.filter(project=project, pk=fact_id).first()
    text = with_plain_line_ends(text)
    known = (seen[0], with_plain_line_ends(seen[1])), (title, text)
    if row is None or (row.title, with_plain_line_ends(row.text)) not in known:
        raise FactChanged(row)
    row.title, row.text = title, text
    row.full_clean(exclude=["project"])
    row.save(update_fields=["title", "text"])
    return row


def put_aside(*, project: Project, fact_id: int, is_active: bool) -> bool:
    """Keep a fact from being told, or let it be told again; False when there is no such fact."""
    return bool(Knowledge.objects.filter(project=project, pk=fact_id).update(is_active=is_active))


def uses_of(*, project: Project) -> dict[int, Use]:
    """Return the use of every fact that was drawn on lately; one statement, nothing decrypted."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, [project.pk, timezone.now() - LATELY])
        return {fact: Use(times, last, dialogue) for fact, times, last, dialogue in cursor.fetchall()}


def questions_left(*, project: Project) -> Sequence[StaffTask]:
    """Return what clients asked lately and the bot had to pass on, the newest first."""
    asked = StaffTask.objects.filter(
        project=project, kind="question", created_at__gte=timezone.now() - LATELY
    )
    return list(asked.order_by("-created_at")[:_MOST_QUESTIONS])
