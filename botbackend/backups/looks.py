"""What the doctor, /health and /metrics tell of backups. From rows: the web part may not see the files."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from botbackend.backups import runs
from botbackend.backups.models import BackupRun
from botbackend.health import registry
from botbackend.health.findings import DEGRADED, OK, Finding
from botbackend.health.metrics import gauge

LATE = timedelta(hours=36)  # one day was missed
_RARELY = timedelta(days=35)  # where nobody says how often to drill
_LOOK = "Run `manage.py backup` and read what it says; docs/operations.md, Backups."


def register() -> None:
    """Tell health what to ask here; called once, when the apps are ready."""
    registry.register_look("backups", look_in_doctor, in_health=look_at_backups)
    registry.register_look("backup drill", look_at_drill)
    registry.register_figures(figures)


def look_in_doctor() -> Finding:
    """Like `look_at_backups`; that nothing is saved at all an operator has to have heard once."""
    if settings.BACKUP_DIR:
        return look_at_backups()
    return Finding(
        DEGRADED,
        "BACKUP_DIR is not set: this program saves nothing",
        "Set BACKUP_DIR and BACKUP_KEYS, unless the database is saved by other means (docs/operations.md).",
    )


def look_at_backups() -> Finding:
    """Is there a backup of today, and did the last run do all that it was to do?"""
    if not settings.BACKUP_DIR:
        return Finding(OK)
    last, good = runs.last(BackupRun.Kind.BACKUP), runs.last(BackupRun.Kind.BACKUP, only_good=True)
    why = f": {last.detail}" if last and last.detail else ""
    if good is None:
        return _bad(f"no backup was made yet{why}", "no backup was made yet")
    if good.started_at < timezone.now() - LATE:
        told = f"the last good backup is of {_moment(good.started_at)}"
        return _bad(f"{told}{why}", told)
    if last and not last.is_ok:
        return _bad(f"the last backup failed{why}", "the last backup failed")
    if good.is_away is False:
        return _bad(f"the last backup was not taken along{why}", "the last backup was not taken along")
    return Finding(OK, f"of {_moment(good.started_at)}, {good.bytes / 1024**2:.1f} MiB, {good.rows} rows")


def look_at_drill() -> Finding:
    """Is it known that a backup can be put back?"""
    if not settings.BACKUP_DIR:
        return Finding(OK)
    advice = "Run `manage.py backup --drill` and read what it says."
    last = runs.last(BackupRun.Kind.DRILL)
    if last is None:
        return Finding(DEGRADED, "nobody has tried yet whether a backup can be put back", advice)
    if not last.is_ok:
        return Finding(DEGRADED, f"the last one failed: {last.detail}", advice)
    told = f"{last.file} was put back and compared on {_moment(last.ended_at)}"
    often = 2 * timedelta(days=settings.BACKUP_DRILL_DAYS) or _RARELY
    late = last.ended_at < timezone.now() - often
    return Finding(DEGRADED, told, advice) if late else Finding(OK, told)


def figures() -> Iterable[GaugeMetricFamily]:
    """How old and how large; nothing where there are none."""
    now = timezone.now()
    ages, sizes, states = [], [], []
    for kind in BackupRun.Kind:
        last, good = runs.last(kind), runs.last(kind, only_good=True)
        if good:
            at = good.started_at if kind is BackupRun.Kind.BACKUP else good.ended_at
            ages.append(((kind.value,), (now - at).total_seconds()))
            sizes.append(((kind.value,), float(good.bytes)))
        if last:
            states.append(((kind.value,), float(last.is_ok and last.is_away is not False)))
    yield gauge("backup_age_seconds", "Since the last good backup or drill.", ["kind"], ages)
    yield gauge("backup_bytes", "Of the last good backup, or of what was drilled.", ["kind"], sizes)
    yield gauge("backup_ok", "1 if the last run did all that it was to do.", ["kind"], states)


def _bad(detail: str, public: str) -> Finding:
    return Finding(DEGRADED, detail, _LOOK, public=public)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
