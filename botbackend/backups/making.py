"""Makes a backup: one moment of the database, dumped, sealed, read again, and only then given its name."""

import hashlib
import os
import shlex
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from botbackend.backups import runs
from botbackend.backups.archive import sealed, shelf
from botbackend.backups.archive.manifest import Manifest
from botbackend.backups.database import programs
from botbackend.backups.database.dumping import dump_of
from botbackend.backups.database.server import Server, own_server
from botbackend.backups.database.snapshot import Snapshot, only_one, snapshot_of
from botbackend.backups.errors import BackupError
from botbackend.backups.models import BackupRun
from botbackend.health import canary

COPY_SECONDS = 3 * 3600
Beat = Callable[[], None]


@dataclass(frozen=True)
class Made:
    """A finished backup; `away` says what went wrong with BACKUP_COMMAND, None if there is none."""

    path: Path
    manifest: Manifest
    bytes: int
    removed: int
    away: str | None = None


def make_backup(beat: Beat = lambda: None) -> Made:
    """Make a backup of the installation's database and note what came of it. Raises BackupError.

    Afterwards what BACKUP_KEEP_DAYS and the like do not keep is deleted: never the newest backup, never the
    one that the last good drill restored, and nothing as long as the new one was not read through.
    """
    with suppress(canary.UnwritableError):
        canary.write()  # what tells at a restore whether the keys are the right ones
    with runs.noted(BackupRun.Kind.BACKUP) as run:
        place, server = shelf.directory(), own_server()
        path, manifest = write(place, server, beat)
        run.file, run.bytes, run.rows = path.name, path.stat().st_size, manifest.rows
        run.started_at = manifest.made_at
        away = send_away(path)
        if away is not None:
            run.is_away, run.detail = not away, away[:1000]
    return Made(path, manifest, run.bytes, _tidy(place, server.database), away)


def write(place: Path, server: Server, beat: Beat = lambda: None) -> tuple[Path, Manifest]:
    """Write one backup of a database into a directory. Raises BackupError, then nothing is left there."""
    with only_one(server, "backup"), snapshot_of(server) as snapshot:
        tools = programs.for_dump(snapshot.server_version() // 10000)
        manifest = _describe(server, snapshot, tools, beat)
        path = place / shelf.name_for(server.database, manifest.made_at)
        partial = path.with_name(path.name + shelf.PARTIAL)
        try:
            shelf.clear_partial(place, server.database)
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                sealer = sealed.Sealer(file, manifest.to_json())
                with dump_of(server, tools, snapshot.export()) as dump:
                    for piece in dump:
                        sealer.write(piece)
                        beat()
                sealer.close()
                file.flush()
                os.fsync(file.fileno())
            _finish(partial, path, beat)
        except OSError as error:
            raise BackupError(f"the file could not be written: {error}") from error
        finally:
            partial.unlink(missing_ok=True)
    return path, manifest


def _describe(server: Server, snapshot: Snapshot, tools: programs.Programs, beat: Beat) -> Manifest:
    return Manifest(
        made_at=datetime.now(UTC).replace(microsecond=0),
        version=str(settings.SPECTACULAR_SETTINGS["VERSION"]),
        database=server.database,
        server=snapshot.server_version(),
        tools=tools.major,
        migrations=snapshot.migrations(),
        tables=snapshot.tables(beat),
        canary=snapshot.canary(),
    )


def _finish(partial: Path, path: Path, beat: Beat) -> None:
    """Read the file through, as a restore will, then give it its name and its checksum, for good."""
    digest = hashlib.sha256()
    with partial.open("rb") as file:
        sealed.check(file, beat)
        file.seek(0)
        while piece := file.read(sealed.PIECE_BYTES):
            digest.update(piece)
    checksum = shelf.checksum_of(path)
    with os.fdopen(os.open(checksum, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{digest.hexdigest()}  {path.name}\n")
    partial.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _tidy(place: Path, database: str) -> int:
    superfluous = shelf.superfluous(
        shelf.stored(place, database),
        days=settings.BACKUP_KEEP_DAYS,
        weeks=settings.BACKUP_KEEP_WEEKS,
        months=settings.BACKUP_KEEP_MONTHS,
        keep=runs.proven_files(),
    )
    for one in superfluous:
        shelf.remove(one)
    return len(superfluous)


def send_away(path: Path) -> str | None:
    """Run BACKUP_COMMAND on the file: "" if it took it along, what it said if not, None if there is none."""
    if not settings.BACKUP_COMMAND:
        return None
    command = [word.replace("{file}", str(path)) for word in shlex.split(settings.BACKUP_COMMAND)]
    # Nothing of our secrets is passed on; rclone, ssh and the like keep their own below HOME.
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=COPY_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"BACKUP_COMMAND: {error}"
    if done.returncode == 0:
        return ""
    said = done.stderr.decode(errors="replace").strip()[-500:]
    return f"BACKUP_COMMAND ended with {done.returncode}: {said}"
