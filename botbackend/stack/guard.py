"""Ends what its launcher started when the launcher itself is killed without a chance to clean up.

Run as `python -I -S guard.py` with a pipe on stdin that only the launcher holds open. Each line registers a
process group (`group PGID SIGNAL`) or a single process (`process PID SIGNAL`), or takes it back (`forget
ID`). End of file means the launcher is gone, however it went: everything still registered gets its signal,
then SIGKILL.

A pipe, not PR_SET_PDEATHSIG: that one is sent when the *thread* that forked ends, reaches only the direct
child, and is Linux only. Imports nothing beyond the standard library, so that it costs a few milliseconds
and megabytes.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 8.0
POLL_SECONDS = 0.05

Entry = tuple[str, int]


def _send(kind: str, number: int, signum: int) -> bool:
    """Send the signal (0 = only look); False if there is nobody left to receive it."""
    try:
        if kind == "group":
            os.killpg(number, signum)
        else:
            os.kill(number, signum)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _end(entries: dict[int, Entry]) -> None:
    alive = {number: kind for number, (kind, signum) in entries.items() if _send(kind, number, signum)}
    deadline = time.monotonic() + GRACE_SECONDS
    while alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        alive = {number: kind for number, kind in alive.items() if _send(kind, number, 0)}
    for number, kind in alive.items():
        _send(kind, number, signal.SIGKILL)


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
    _end(entries)


if __name__ == "__main__":
    main()
