"""Puts a backup back: all is looked at before anything is touched, and held against the manifest after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from botbackend.backups.archive import sealed
from botbackend.backups.archive.manifest import Manifest, differences
from botbackend.backups.database import loading, programs
from botbackend.backups.database.server import Server
from botbackend.backups.database.snapshot import snapshot_of
from botbackend.backups.errors import BackupError
from botbackend.health import canary

Beat = Callable[[], None]


@dataclass(frozen=True)
class Checked:
    """A backup that was read through to its end and may be put into a server."""

    path: Path
    manifest: Manifest
    tools: programs.Programs
    missing_migrations: int


def read_through(path: Path, beat: Beat = lambda: None) -> Manifest:
    """Read a file to its end and return what it says of itself. Raises Unreadable, BackupError."""
    try:
        with path.open("rb") as file:
            return Manifest.from_json(sealed.check(file, beat))
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}") from error


def check(path: Path, server: Server, beat: Beat = lambda: None) -> Checked:
    """Look at all that a restore needs but the target's content. Raises BackupError with what to do."""
    manifest = read_through(path, beat)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known - _replaced()):
        raise BackupError(
            f"the backup is of a newer version ({manifest.version}) than this program: it does not know"
            f" {unknown[-1]}. Install that version or a newer one."
        )
    if manifest.canary and (wrong := canary.wrong_keys_for(manifest.canary)):
        raise BackupError(
            f"not those with which the backup's rows were written: {', '.join(wrong)}. Put the right ones"
            " into .env: with others nothing of clients can be read."
        )
    with snapshot_of(server) as snapshot:
        target = snapshot.server_version()
    if target // 10000 < manifest.server // 10000:
        told = f"the backup is of PostgreSQL {manifest.server // 10000} and the server is {target // 10000}"
        raise BackupError(f"{told}: PostgreSQL goes forward only. Restore into a server as new or newer.")
    tools = programs.for_restore(server=target // 10000, dumped_by=manifest.tools)
    return Checked(path, manifest, tools, len(known - set(manifest.migrations)))


def check_target(server: Server, *, replace: str | None) -> Sequence[tuple[str, str, str]]:
    """Return what stands in the target. Raises BackupError unless that is nothing or may be replaced.

    Tables without a salon may always be.
    """
    there = loading.relations_of(server)
    if not there:
        return there
    if replace is None and not loading.is_unused(server):
        raise BackupError(
            f"the database {server.database} is not empty ({len(there)} relations). Restore into an empty"
            f" one, or say --replace {server.database} to lose what stands there."
        )
    if replace not in (None, server.database):
        raise BackupError(f"--replace names {replace}, and the database is {server.database}")
    if foreign := sorted({schema for schema, _, _ in there if schema != "public"}):
        raise BackupError(f"the database holds schemas that are not ours: {', '.join(foreign)}")
    if others := loading.users_of(server):
        raise BackupError(
            f"{others} connections to {server.database} are open: stop web, dispatcher and workers first."
        )
    return there


def put_back(checked: Checked, server: Server, *, replacing: bool = False, beat: Beat = lambda: None) -> None:
    """Load the dump in one transaction and hold every table against the manifest. Raises BackupError."""
    before = loading.emptying(server) if replacing else ""
    with checked.path.open("rb") as file:
        opener = sealed.Opener(file)
        if Manifest.from_json(opener.manifest) != checked.manifest:
            raise BackupError("the file is another one than a moment ago")
        loading.load(server, checked.tools, opener.dump(), before=before)
    compare(checked.manifest, server, beat)


def compare(manifest: Manifest, server: Server, beat: Beat = lambda: None) -> None:
    """Raise BackupError unless every table holds the rows of the backup, and no other ones."""
    with snapshot_of(server) as snapshot:
        wrong = differences(manifest.tables, snapshot.tables(beat))
    if wrong:
        raise BackupError(
            f"the database is not what the backup says, do not start with it: {'; '.join(wrong[:10])}"
        )


def _replaced() -> set[str]:
    """The migrations that squashed ones stand for: an old database names them."""
    loader = MigrationLoader(None)
    return {
        f"{app}.{name}" for migration in loader.disk_migrations.values() for app, name in migration.replaces
    }
