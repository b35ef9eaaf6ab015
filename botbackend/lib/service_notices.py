"""Telling whoever started this process how far it is, in the way of systemd's `Type=notify`.

systemd and our launcher name a datagram socket in NOTIFY_SOCKET and wait there for the line READY=1. Without
one nobody waits, and nothing is told.
"""

import contextlib
import os
import socket

READY = "READY=1"


def take_address() -> str:
    """The address to tell, or ""; taken out of the environment, so that nobody else answers for us."""
    return os.environ.pop("NOTIFY_SOCKET", "")


def tell(address: str, line: str) -> None:
    """Send one line (READY, or STATUS=words). A manager that is gone misses it, and that is all."""
    if not address:
        return
    # A leading @ stands for the zero byte of an abstract address.
    where = f"\0{address[1:]}" if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.connect(where)
        sender.send(line.encode())


def tell_ready() -> None:
    """Say that this process does its work now."""
    tell(take_address(), READY)
