"""pg_dump's output as a stream of pieces."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from botbackend.backups.archive.sealed import PIECE_BYTES
from botbackend.backups.database.programs import Programs
from botbackend.backups.database.server import Server
from botbackend.backups.errors import BackupError

_NICE = 10  # clients wait for the product, nobody for a backup
_TOLD = 1500


@contextmanager
def dump_of(server: Server, programs: Programs, snapshot: str) -> Iterator[Iterator[bytes]]:
    """Lend the dump of a moment piece by piece; raises BackupError if pg_dump did not come to its end."""
    command = [
        programs.path("pg_dump"),
        "--format=custom",
        "--compress=1",  # most of it is cipher text, which more work makes hardly smaller
        f"--snapshot={snapshot}",
        "--lock-wait-timeout=60s",
        "--no-password",
        f"--dbname={server.argument()}",
    ]
    with tempfile.TemporaryFile() as errors, started(command, server, errors) as process:
        yield _pieces(process.stdout)
        if process.wait() != 0:
            raise BackupError(f"pg_dump failed: {told_in(errors)}")


def _pieces(source: IO[bytes] | None) -> Iterator[bytes]:
    while source is not None and (piece := source.read(PIECE_BYTES)):
        yield piece


@contextmanager
def started(
    command: list[str], server: Server, errors: IO[bytes], *, stdin: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of PostgreSQL's programs beside the product; it never outlives the block."""
    process = subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=errors, env=server.environment(), cwd="/"
    )
    try:
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it did not read any more
                    pipe.close()
        process.wait()


def told_in(errors: IO[bytes]) -> str:
    """Return the last words that a program wrote."""
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - _TOLD))
    return errors.read().decode(errors="replace").strip() or "it said nothing"
