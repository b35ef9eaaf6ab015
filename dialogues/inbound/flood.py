"""Ceilings on messages per client and per project: over them turns are held back, nothing is dropped."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from dialogues import queries
from dialogues.models import Dialogue, channel_of
from dialogues.outbound import notices
from dialogues.outbound.messages import say

WINDOW = timedelta(hours=1)
BURST = timedelta(seconds=10)
LONGEST_PACE = timedelta(minutes=5)  # that a flood holds up what is written after it


def count_message(*, dialogue: Dialogue, at: datetime) -> None:
    """Count a message that came at `at`; over a ceiling of the hour the lane is held until the hour is over.

    The client is told of that once an hour. What comes too fast for the salon's burst is only held until its
    time in the salon's pace has come: nobody is told of moments. Belongs to the caller's transaction, the
    lane's row locked; changes `dialogue` without saving it.
    """
    project = dialogue.project
    channel = channel_of(project)
    if dialogue.window_started_at is None or dialogue.window_started_at <= at - WINDOW:
        dialogue.window_started_at, dialogue.window_count = at, 0
    dialogue.window_count += 1
    ends = []
    if dialogue.window_count > channel.client_messages_per_hour:
        ends.append(dialogue.window_started_at + WINDOW)
    started_at, count, pace_at = _count_project(project.pk, at)
    if count > channel.project_messages_per_hour:
        ends.append(started_at + WINDOW)
    its_time = pace_at - BURST
    if ends or its_time > at:
        dialogue.held_until = max([*ends, its_time])
    if not ends:
        return
    if dialogue.told_held_at is None or dialogue.told_held_at <= at - WINDOW:
        dialogue.told_held_at = at
        say(dialogue=dialogue, texts=[notices.too_many_messages(dialogue)], kind=notices.NOTICE_KIND)


def _count_project(project_id: int, at: datetime) -> tuple[datetime, int, datetime]:
    values: dict[str, Any] = {
        "project": project_id,
        "at": at,
        "old": at - WINDOW,
        "burst": BURST.total_seconds(),
        "most": settings.SALON_MESSAGES_PER_BURST,
        "farthest": at + LONGEST_PACE,
    }
    with connection.cursor() as cursor:
        cursor.execute(queries.COUNT_PROJECT, values)
        started_at, count, pace_at = cursor.fetchone()
    return started_at, count, pace_at
