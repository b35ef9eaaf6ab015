"""What of a request is here, and whose it is, seen without taking anything of it away."""

import re
import socket
from enum import Enum

LARGE_BYTES = 32 * 1024  # an event has some 3 KiB; a socket keeps at least 64
PAGES = b"pages"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_UNTOLD = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
_POSTED = re.compile(rb"POST (/webhook/[^ ?]*)")
_SHOWN = re.compile(rb"\r\n(?:x-webhook-secret|authorization):[ \t]*([^\r]*)", re.IGNORECASE)


class Arrived(Enum):
    """What of a request is here."""

    PART = "part"
    WHOLE = "whole"
    LARGE = "large"  # as much of it as is worth waiting for


def look(sock: socket.socket) -> tuple[Arrived, int]:
    """What the kernel keeps of the next request, and with how many bytes it is worth another look."""
    try:
        seen = sock.recv(LARGE_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return Arrived.PART, 1
    except OSError:
        return Arrived.WHOLE, 0  # broken: whoever reads from it finds out
    end = seen.find(b"\r\n\r\n")
    if not seen or (end < 0 and len(seen) >= LARGE_BYTES):
        return Arrived.WHOLE, 0  # the end, or no request at all
    if end < 0:
        return Arrived.PART, len(seen) + 1
    head = seen[: end + 4]
    if _UNTOLD.search(head):
        return Arrived.LARGE, 0
    length = _LENGTH.search(head)
    total = len(head) + (int(length[1]) if length else 0)
    if len(seen) >= total:
        return Arrived.WHOLE, 0
    return (Arrived.LARGE, 0) if len(seen) >= LARGE_BYTES else (Arrived.PART, min(total, LARGE_BYTES))


def sender_of(sock: socket.socket) -> bytes:
    """Whose line a request stands in, by what it shows; nobody has looked yet whether that is good."""
    try:
        head = sock.recv(LARGE_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT).partition(b"\r\n\r\n")[0]
    except OSError:
        return PAGES
    posted, shown = _POSTED.match(head), _SHOWN.search(head)
    return b" ".join(found[1] for found in (posted, shown) if found) or PAGES
