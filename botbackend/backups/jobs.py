"""The daily job: a backup, and every BACKUP_DRILL_DAYS the proof that it can be put back."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from botbackend.backups import runs
from botbackend.backups.drill import drill
from botbackend.backups.errors import BackupError, BackupRuns
from botbackend.backups.making import make_backup
from botbackend.backups.models import BackupRun
from botbackend.outbox.claims import Claim, RetryLater

# One that was made by hand a moment ago, or by a worker that could not say so any more, is today's.
FRESH = timedelta(hours=6)
AGAIN_SECONDS = 1800.0
_SOONER = timedelta(
    hours=1
)  # else a weekly drill would be due some minutes after its hour, and run a day later

log = logging.getLogger(__name__)


def back_up_daily(claim: Claim) -> None:
    """Make today's backup, where BACKUP_DIR says that there are any. Raises RetryLater when it fails.

    A drill that fails is not tried again before the next day: it is no small thing for a server.
    """
    if not settings.BACKUP_DIR:
        return
    try:
        if _is_due(BackupRun.Kind.BACKUP, FRESH):
            make_backup()
        if settings.BACKUP_DRILL_DAYS and _is_due(BackupRun.Kind.DRILL, _drill_period()):
            _drill()
    except BackupRuns:
        log.info("another process makes a backup")
    except BackupError as error:
        raise RetryLater(AGAIN_SECONDS, error.message) from error


def _drill() -> None:
    try:
        drill()
    except BackupRuns:
        log.info("another process runs a drill")
    except BackupError as error:
        log.error("the drill failed: %s", error.message)


def _drill_period() -> timedelta:
    return timedelta(days=settings.BACKUP_DRILL_DAYS) - _SOONER


def _is_due(kind: BackupRun.Kind, period: timedelta) -> bool:
    last = runs.last(kind, only_good=True)
    return last is None or last.started_at < timezone.now() - period
