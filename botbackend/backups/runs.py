"""Keeps what came of runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from botbackend.backups.errors import BackupError, BackupRuns
from botbackend.backups.models import BackupRun
from botbackend.outbox.claims import network

KEPT = timedelta(days=400)


@contextmanager
def noted(kind: BackupRun.Kind) -> Iterator[BackupRun]:
    """Store how the block ends; a BackupError goes on to the caller. No connection is held meanwhile."""
    run = BackupRun(kind=kind, is_ok=True, started_at=timezone.now())
    try:
        with network():
            yield run
    except BackupRuns:
        raise  # the other one tells
    except BackupError as error:
        run.is_ok, run.detail = False, error.message[:1000]
        run.save()
        raise
    run.save()
    BackupRun.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()


def last(kind: BackupRun.Kind, *, only_good: bool = False) -> BackupRun | None:
    """Return the newest run of a kind."""
    runs = BackupRun.objects.filter(kind=kind)
    return (runs.filter(is_ok=True) if only_good else runs).first()


def proven_files() -> set[str]:
    """Return the file that the last good drill restored: until another one is proven it is not deleted."""
    drill = last(BackupRun.Kind.DRILL, only_good=True)
    return {drill.file} if drill else set()
