"""The directory of the backups: what lies there, and what may go."""

import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from botbackend.backups.errors import BackupError

SUFFIX = ".backup"
PARTIAL = ".part"
CHECKSUM = ".sha256"
FRESH = timedelta(days=2)
_MOMENT = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(rf"(?P<database>.+)-(?P<moment>\d{{8}}T\d{{6}}Z){re.escape(SUFFIX)}")


@dataclass(frozen=True)
class Stored:
    """One finished backup; `made_at` (aware, UTC) as its name says."""

    path: Path
    database: str
    made_at: datetime


def directory() -> Path:
    """Return BACKUP_DIR, which exists and can be written. Raises BackupError."""
    if not settings.BACKUP_DIR:
        raise BackupError("BACKUP_DIR is not set: name the directory that backups go to.")
    path = Path(settings.BASE_DIR, settings.BACKUP_DIR)
    if not path.is_dir():
        raise BackupError(f"there is no directory {path}: make it, for the user of the program alone.")
    if not os.access(path, os.W_OK | os.X_OK):
        raise BackupError(f"the user of the program may not write into {path}.")
    return path


def name_for(database: str, made_at: datetime) -> str:
    """Return the name of a backup's file."""
    return f"{_label(database)}-{made_at.astimezone(UTC):{_MOMENT}}{SUFFIX}"


def _label(database: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", database)


def stored(place: Path, database: str = "") -> Sequence[Stored]:
    """Return the finished backups, newest first; of one database, or of all."""
    found = []
    for path in place.iterdir():
        match = _NAME.fullmatch(path.name)
        if match is None or (database and match["database"] != _label(database)):
            continue
        made_at = datetime.strptime(match["moment"], _MOMENT).replace(tzinfo=UTC)
        found.append(Stored(path, match["database"], made_at))
    return sorted(found, key=lambda one: (one.made_at, one.path), reverse=True)


def superfluous(
    backups: Sequence[Stored], *, days: int, weeks: int, months: int, keep: Collection[str] = ()
) -> list[Stored]:
    """Return what is not the newest of one of the last `days`, `weeks` or `months` that have a backup.

    `backups` are newest first. Those whose names are in `keep` stay in any case, and all of two days:
    what is made in a hurry after an accident must not push out what was made before it.
    """
    fresh = [one for one in backups if one.made_at > backups[0].made_at - FRESH]
    kept = {one.path.name for one in fresh} | set(keep)
    periods: list[tuple[int, Callable[[datetime], str]]] = [
        (days, lambda at: f"{at:%Y-%m-%d}"),
        (weeks, lambda at: f"{at:%G-%V}"),
        (months, lambda at: f"{at:%Y-%m}"),
    ]
    for count, period in periods:
        newest: dict[str, str] = {}
        for one in backups:
            newest.setdefault(period(one.made_at), one.path.name)
        kept |= set(list(newest.values())[:count])
    return [one for one in backups if one.path.name not in kept]


def remove(one: Stored) -> None:
    """Delete a backup and its checksum."""
    one.path.unlink(missing_ok=True)
    checksum_of(one.path).unlink(missing_ok=True)


def checksum_of(path: Path) -> Path:
    """Return where the checksum of a backup lies."""
    return path.with_name(path.name + CHECKSUM)


def clear_partial(place: Path, database: str) -> None:
    """Delete what killed runs left behind; nobody else may be making a backup of this database."""
    for path in place.glob(f"{_label(database)}-*{SUFFIX}{PARTIAL}"):
        path.unlink(missing_ok=True)
