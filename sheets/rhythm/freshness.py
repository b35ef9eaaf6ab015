"""Before free time is offered, a spreadsheet not read for a minute is read: staff may have filled it.

The reading is the worker's ordinary cycle; here it is only asked for and waited for, through NOTIFY.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import connection

from botbackend.outbox.claims import network
from dialogues.flow.switchboard import Switchboard
from projects.models import Project
from sheets.models import SheetLink
from sheets.rhythm.hints import mark_dirty

CHANNEL = "sheets_read"
FRESH_SECONDS = 60.0
PATIENCE_SECONDS = 2.0
AGAIN_SECONDS = 15.0  # where one client waited, perhaps in vain, the next ones need not for a while

switchboard = Switchboard(CHANNEL)
_settled: dict[int, float] = {}  # project -> until when (monotonic) nobody asks
_asked: dict[int, threading.Event] = {}  # who is being asked right now -> set when that is over
_lock = threading.Lock()


def read_first(project: Project) -> None:
    """Wait until the project's spreadsheet was read, PATIENCE_SECONDS at most.

    It costs one statement a minute while the mirror is in step, one in AGAIN_SECONDS without a sheet, and
    two when somebody has to wait. Of the threads that come together one asks; the others wait for it. A
    spreadsheet that was just changed is read by a cycle of its own, which nobody waits for here.
    """
    if connection.in_atomic_block or time.monotonic() < _settled.get(project.pk, float("-inf")):
        return
    with _lock:
        is_first = project.pk not in _asked
        done = _asked.setdefault(project.pk, threading.Event())
    if not is_first:
        with network():
            done.wait(PATIENCE_SECONDS)
        return
    try:
        _settle(project)
    finally:
        with _lock:
            del _asked[project.pk]
        done.set()


def _settle(project: Project) -> None:
    seconds = _fresh_seconds(project)
    if seconds is not None and seconds <= 0:
        _wait_for_reading(project)
    rest = seconds if seconds is not None and seconds > 0 else AGAIN_SECONDS
    _settled[project.pk] = time.monotonic() + rest


def tell_read(project_id: int) -> None:
    """Wake whoever waits: the spreadsheet was read, or could not be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(project_id)])


def forget_cache() -> None:
    """Look at the rows again before the next offer; for tests."""
    _settled.clear()


def _fresh_seconds(project: Project) -> float | None:
    """For how long the last reading is still fresh; None if there is none worth waiting for."""
    links = SheetLink.objects.only("spreadsheet_id", "mirrored_id", "last_read_at", "state", "failures")
    link = links.filter(project=project).exclude(spreadsheet_id="").first()
    if link is None:
        return None
    if link.mirrored_id != link.spreadsheet_id:
        return 0
    age = datetime.now(UTC) - link.last_read_at if link.last_read_at else timedelta.max
    seconds = FRESH_SECONDS - age.total_seconds()
    # Somebody must act, or the next try is set already: nothing that a client should wait for.
    answers = link.state in (SheetLink.State.NEW, SheetLink.State.OK) and not link.failures
    return seconds if seconds > 0 or answers else None


def _wait_for_reading(project: Project) -> None:
    """Ask for a cycle once we listen, so that any news is of a reading that ended after that."""
    until = time.monotonic() + PATIENCE_SECONDS
    with switchboard.line(project.pk) as news:
        with network():
            is_heard = news.wait(PATIENCE_SECONDS)
        news.clear()
        mark_dirty(project, seconds=0, when_waiting="earlier")
        if is_heard:
            with network():
                news.wait(max(0.0, until - time.monotonic()))
