"""Starting and ending operating system processes without leaving any behind."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

GUARD_SCRIPT = Path(__file__).with_name("guard.py")
# Below the kernel's ephemeral range (32768 up): no outgoing connection can sit on the port of a server
# that is being restarted, and a client that keeps dialling a closed port cannot connect to itself.
PORT_RANGE = (15_000, 30_000)
POLL_SECONDS = 0.02


class Guard:
    """The launcher's end of the pipe to guard.py; what is registered dies with the launcher.

    `keep_open` are file descriptors (locks) the guard holds until it has finished.
    """

    def __init__(self, keep_open: Sequence[int] = ()) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD_SCRIPT)],
            stdin=subprocess.PIPE,
            pass_fds=tuple(keep_open),
            cwd="/",
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - PIPE was asked for; tells the type checker
        self._pipe = self._process.stdin
        # A forked copy of this process that never execs must not keep the pipe open after the launcher died.
        os.register_at_fork(after_in_child=self._forget_pipe)

    def _forget_pipe(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._pipe.fileno())

    def _write(self, line: str) -> None:
        with self._lock:
            self._pipe.write(line.encode())
            self._pipe.flush()

    def add_group(self, leader: int, signum: int = signal.SIGTERM) -> None:
        """Register a process group led by `leader`."""
        self._write(f"group {leader} {int(signum)}\n")

    def add_process(self, pid: int, signum: int = signal.SIGTERM) -> None:
        """Register one process that is not the leader of its group."""
        self._write(f"process {pid} {int(signum)}\n")

    def forget(self, number: int) -> None:
        """Take a registration back, because the process has been seen to end."""
        self._write(f"forget {number}\n")

    def close(self) -> None:
        """Let go: whatever is still registered is ended by the guard, which then exits."""
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._process.wait()


_default_guard: Guard | None = None
_default_guard_lock = threading.Lock()


def default_guard() -> Guard:
    """The guard of this process, started at first use."""
    global _default_guard
    with _default_guard_lock:
        if _default_guard is None:
            _default_guard = Guard()
        return _default_guard


def end_process(
    process: subprocess.Popen[bytes], *, steps: Sequence[tuple[int, float]], group: bool = True
) -> int:
    """Send each signal in turn, wait its seconds for the exit; SIGKILL at last. Returns the exit code.

    With `group` the process must lead its own group, and whatever is left of that group is killed at the end.
    """
    for signum, seconds in steps:
        if process.poll() is None:
            process.send_signal(signum)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=seconds)
    if process.poll() is None and not group:
        process.kill()
    if group:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def free_port() -> int:
    """A TCP port of 127.0.0.1 nobody listens on. Another process may still take it first: retry then."""
    for _ in range(200):
        port = random.randrange(*PORT_RANGE)  # noqa: S311 - spreads neighbours apart, guards no secret
        if port_is_free(port):
            return port
    raise RuntimeError("no free TCP port found on 127.0.0.1")


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True if a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def pid_alive(pid: int) -> bool:
    """True if a process with this id exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        if Path("/proc/self").exists():
            return False
        return _answers_signals(pid)
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def processes_in(directory: Path) -> list[int]:
    """Ids of the processes whose working directory is `directory` (needs /proc; elsewhere empty).

    Servers chdir into their data, so this finds what a killed launcher left there, by fact and not by name.
    """
    found = []
    wanted = str(directory)
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == wanted:
                found.append(int(entry.name))
    return sorted(pid for pid in found if pid != os.getpid() and pid_alive(pid))


def end_leftovers(directory: Path, signum: int, *, seconds: float = 5.0) -> None:
    """End what an earlier run left working in `directory`: `signum`, then SIGKILL after `seconds`."""
    for attempt in (signum, signal.SIGKILL):
        pids = processes_in(directory)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, attempt)
        wait_until_gone(pids, seconds)


def wait_until_gone(pids: Sequence[int], seconds: float) -> bool:
    """Wait for processes that are not our children; True if all ended in time."""
    deadline = time.monotonic() + seconds
    while any(pid_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
