"""Ends what its launcher started when the launcher itself is killed without a chance to clean up.

Run as `python -I -S guard.py` with a pipe on stdin that only the launcher holds open. Each line registers a
session (`session LEADER SIGNAL`) or a single process (`process PID SIGNAL`), or takes it back (`forget PID`).
End of file means the launcher is gone, however it went: everything still registered gets its signal, then
SIGKILL.

A pipe, not PR_SET_PDEATHSIG: that one is sent when the *thread* that forked ends, reaches only the direct
child, and is Linux only. This file imports nothing of its package: it costs a few milliseconds that way.
"""

import os
import signal
import sys
import time
from pathlib import Path

GRACE_SECONDS = 5.0
POLL_SECONDS = 0.05

Entry = tuple[str, int]


def _send(pid: int, signum: int) -> None:
    try:
        os.kill(pid, signum)
    except (ProcessLookupError, PermissionError):
        return


def _living(entries: dict[int, Entry]) -> list[int]:
    """Ids of registered processes and members of registered sessions that still live."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session, *_ = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        pid, leader = int(path.name), int(session)
        registered = pid in entries or (leader in entries and entries[leader][0] == "session")
        if registered and state not in ("Z", "X"):
            found.append(pid)
    return found


def _end(entries: dict[int, Entry]) -> None:
    for pid, (_, signum) in entries.items():
        _send(pid, signum)
    deadline = time.monotonic() + GRACE_SECONDS
    while (left := _living(entries)) and time.monotonic() < deadline:
        # They are no children of ours, and a session may still grow: only /proc tells.
        time.sleep(POLL_SECONDS)
    for pid in left or ([] if Path("/proc/self").exists() else list(entries)):
        _send(pid, signal.SIGKILL)


def main() -> None:
    """Read registrations until the launcher lets go of the pipe, then end what is left."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    entries: dict[int, Entry] = {}
    for line in sys.stdin:
        words = line.split()
        if words[0] == "forget":
            entries.pop(int(words[1]), None)
        else:
            entries[int(words[1])] = (words[0], int(words[2]))
    if entries:
        _end(entries)


if __name__ == "__main__":
    main()
