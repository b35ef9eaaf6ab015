"""Ending operating system processes without leaving any behind.

Everything the launcher starts leads a session of its own. What such a process starts in turn belongs to the
session, also when it makes itself a process group (RQ's job processes do), so a session is what gets ended.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

POLL_SECONDS = 0.02
PROC = Path("/proc")
STAT_STATE, STAT_SESSION = 0, 3  # fields of /proc/PID/stat behind the command name


def has_exited(process: subprocess.Popen[bytes]) -> bool:
    """True once the process has ended, without collecting it: its id stays ours until somebody waits."""
    if process.returncode is not None:
        return True
    with contextlib.suppress(ChildProcessError):
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    return True


def end_process(process: subprocess.Popen[bytes], *, steps: Sequence[tuple[int, float]]) -> int:
    """Send each signal in turn, wait its seconds for the exit; SIGKILL at last. Returns the exit code.

    The process must lead its session; whatever is left of the session is killed with it.
    """
    for signum, seconds in steps:
        if has_exited(process):
            break
        process.send_signal(signum)
        wait_until(lambda: has_exited(process), seconds)
    kill_session(process.pid)
    return process.wait()


def kill_session(leader: int) -> None:
    """SIGKILL the leader's process group and everybody else in its session.

    Call it before the leader is collected, or its id may have become somebody else's.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for pid in session_members(leader):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def session_members(leader: int) -> list[int]:
    """Ids of the living processes in the session (needs /proc; elsewhere empty)."""
    return [pid for pid, stat in _all_stats() if stat[STAT_SESSION] == str(leader) and _lives(stat)]


def processes_in(directory: Path, program: str) -> list[int]:
    """Ids of the processes running `program` with `directory` as working directory (needs /proc).

    Servers chdir into their data, so this finds what a killed launcher left there, by fact and not by name.
    """
    found = []
    for pid, stat in _all_stats():
        with contextlib.suppress(OSError):
            here = os.readlink(PROC / str(pid) / "cwd") == str(directory)
            # The link of a program whose file was replaced since reads "/path/program (deleted)".
            runs = Path(os.readlink(PROC / str(pid) / "exe")).name.split(" ")[0]
            if here and runs == program and _lives(stat):
                found.append(pid)
    return found


def end_leftovers(directory: Path, program: str, signum: int, *, seconds: float = 5.0) -> None:
    """End what an earlier run left working in `directory`: `signum`, then SIGKILL after `seconds`."""
    for attempt in (signum, signal.SIGKILL):
        pids = processes_in(directory, program)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, attempt)
        wait_until_gone(pids, seconds)


def wait_until_gone(pids: Sequence[int], seconds: float) -> bool:
    """Wait for processes that need not be our children; True if all ended in time."""
    return wait_until(lambda: not any(pid_alive(pid) for pid in pids), seconds)


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = POLL_SECONDS) -> bool:
    """Ask again and again until the condition holds; False if it still does not after `seconds`.

    Only for what nobody tells us of: processes that are not ours to collect, locks, servers that start.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def pid_alive(pid: int) -> bool:
    """True if a process with this id exists and is no zombie."""
    if (PROC / "self").exists():
        stat = _stat(pid)
        return stat is not None and _lives(stat)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _all_stats() -> list[tuple[int, list[str]]]:
    pids = [int(entry.name) for entry in PROC.glob("[0-9]*")]
    return [(pid, stat) for pid in pids if pid != os.getpid() and (stat := _stat(pid)) is not None]


def _stat(pid: int) -> list[str] | None:
    try:
        # The command name is in brackets and may hold spaces and brackets itself.
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _lives(stat: list[str]) -> bool:
    return stat[STAT_STATE] not in ("Z", "X")
