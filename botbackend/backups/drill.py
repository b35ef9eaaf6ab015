"""The drill: the newest backup is put into a database beside ours and held against its manifest."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from botbackend.backups import restoring, runs
from botbackend.backups.archive import shelf
from botbackend.backups.archive.manifest import Manifest
from botbackend.backups.database.loading import drop_database, make_database
from botbackend.backups.database.server import Server, own_server
from botbackend.backups.database.snapshot import only_one
from botbackend.backups.errors import BackupError
from botbackend.backups.models import BackupRun

_SUFFIX = "_backup_drill"
_LONGEST_NAME = 63


@dataclass(frozen=True)
class Drilled:
    """A backup of which we know that it can be put back."""

    path: Path
    manifest: Manifest


def drill(beat: restoring.Beat = lambda: None) -> Drilled:
    """Restore the newest backup of our database beside it, compare, drop it, note what came of it.

    Raises BackupError, which is noted, too.
    """
    with runs.noted(BackupRun.Kind.DRILL) as run:
        server = own_server()
        path = newest(server)
        run.file, run.bytes = path.name, path.stat().st_size
        checked = restoring.check(path, server, beat)
        with only_one(server, "drill"), scratch_beside(server) as scratch:
            restoring.put_back(checked, scratch, beat=beat)
        run.rows = checked.manifest.rows
    return Drilled(path, checked.manifest)


def newest(server: Server) -> Path:
    """Return the newest backup of a database. Raises BackupError if there is none."""
    place = shelf.directory()
    for one in shelf.stored(place, server.database):
        return one.path
    raise BackupError(f"{place} holds no backup of the database {server.database} yet: `manage.py backup`")


@contextmanager
def scratch_beside(server: Server) -> Iterator[Server]:
    """Lend an empty database beside another one."""
    name = server.database[: _LONGEST_NAME - len(_SUFFIX)] + _SUFFIX
    scratch = make_database(server, name)
    try:
        yield scratch
    finally:
        drop_database(server, name)
