"""How far a person has read: one statement each, and never backwards."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection

from dialogues import queries
from dialogues.models import Dialogue
from projects.models import Project


def mark_read(*, dialogue: Dialogue, user: User, up_to: int) -> bool:
    """Note that the person has been shown the message `up_to`; False if they had been already."""
    values = {"dialogue": dialogue.pk, "user": user.pk, "up_to": up_to}
    with connection.cursor() as cursor:
        cursor.execute(queries.MARK_READ, values)
        return bool(cursor.rowcount)


def mark_all_read(*, project: Project, user: User, since: datetime) -> int:
    """Note that the person needs none of the talks that moved since then; returns how many that changed."""
    with connection.cursor() as cursor:
        cursor.execute(queries.MARK_ALL_READ, {"project": project.pk, "user": user.pk, "since": since})
        return int(cursor.rowcount)
