"""Directories below var/ that belong to one running launcher at a time."""

import contextlib
import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType

from botbackend.workshop.launcher.guarding import Guard
from botbackend.workshop.launcher.postgres_home import account, remove_outside_home
from botbackend.workshop.launcher.processes import wait_until

CHECKOUT = Path(__file__).resolve().parents[3]
VAR = CHECKOUT / "var"
TAKEOVER_SECONDS = 20.0


class DirectoryBusy(RuntimeError):
    """Another launcher works in this directory."""


class RunDirectory:
    """A locked directory with the guard of everything that is started in it.

    The guard holds the lock too: when a launcher is killed, the directory stays locked until what it had
    started is gone, and the next launcher waits for exactly that.
    """

    def __init__(self, path: Path, *, ephemeral: bool = False) -> None:
        """`ephemeral` directories are removed with all data at the end."""
        self.path = path
        self.ephemeral = ephemeral
        self._lock: int | None = None
        self.guard: Guard

    def __enter__(self) -> "RunDirectory":
        make_passable(self.path)
        self._lock = _lock(self.path, seconds=TAKEOVER_SECONDS)
        self.guard = Guard(keep_open=[self._lock])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.guard.close()
        if self.ephemeral:
            _remove(self.path)
        if self._lock is not None:
            os.close(self._lock)


def ephemeral_directory() -> RunDirectory:
    """A fresh directory for this process alone; sweeps up those whose launchers are gone."""
    make_passable(VAR)
    for path in VAR.glob("run-*"):
        with contextlib.suppress(DirectoryBusy, FileNotFoundError):
            lock = _lock(path, seconds=0)
            _remove(path)
            os.close(lock)
    return RunDirectory(VAR / f"run-{os.getpid()}", ephemeral=True)


def make_passable(path: Path) -> None:
    """Make a directory and those up to the checkout, whatever the umask; secrets inside are 0600."""
    for directory in (VAR, path):
        directory.mkdir(parents=True, exist_ok=True)
    if account().uid is not None:
        for directory in (VAR, path):
            directory.chmod(0o755)


def _lock(path: Path, *, seconds: float) -> int:
    handle = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not wait_until(lambda: _takes_lock(handle), seconds):  # flock itself waits without an end
        os.close(handle)
        raise DirectoryBusy(f"{path} is in use by another launcher; stop it first")
    return handle


def _takes_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(path: Path) -> None:
    for part in path.iterdir():
        remove_outside_home(part)
    shutil.rmtree(path, ignore_errors=True)
