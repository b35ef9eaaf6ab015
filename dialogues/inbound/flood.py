"""Ceilings on messages per client and per project: over them turns are held back, nothing is dropped."""

from datetime import datetime, timedelta

from django.db import connection

from dialogues import queries
from dialogues.models import Dialogue, channel_of
from dialogues.outbound import notices
from dialogues.outbound.messages import say

WINDOW = timedelta(hours=1)


def count_message(*, dialogue: Dialogue, at: datetime) -> None:
    """Count a message that came at `at`; over a ceiling the lane is held until the hour is over.

    The client is told once an hour. Belongs to the caller's transaction, the lane's row locked; changes
    `dialogue` without saving it.
    """
    project = dialogue.project
    channel = channel_of(project)
    if dialogue.window_started_at is None or dialogue.window_started_at <= at - WINDOW:
        dialogue.window_started_at, dialogue.window_count = at, 0
    dialogue.window_count += 1
    ends = []
    if dialogue.window_count > channel.client_messages_per_hour:
        ends.append(dialogue.window_started_at + WINDOW)
    started_at, count = _count_project(project.pk, at)
    if count > channel.project_messages_per_hour:
        ends.append(started_at + WINDOW)
    if not ends:
        return
    dialogue.held_until = max(ends)
    if dialogue.told_held_at is None or dialogue.told_held_at <= at - WINDOW:
        dialogue.told_held_at = at
        say(dialogue=dialogue, texts=[notices.too_many_messages(dialogue)], kind=notices.NOTICE_KIND)


def _count_project(project_id: int, at: datetime) -> tuple[datetime, int]:
    with connection.cursor() as cursor:
        cursor.execute(queries.COUNT_PROJECT, {"project": project_id, "at": at, "old": at - WINDOW})
        started_at, count = cursor.fetchone()
    return started_at, count
