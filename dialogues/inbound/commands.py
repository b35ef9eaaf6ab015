"""The command that opens a chat with the bot: what a client tapped, and the words beside it."""

import re
from dataclasses import dataclass

from botbackend.lib.text import canonical

_START = re.compile(r"/start(?:@\w+)?(?:\s+|$)", re.IGNORECASE)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a link to a bot can carry


@dataclass(frozen=True)
class Start:
    """A /start. The payload tells where the client comes from; only `words` were said by them."""

    payload: str
    words: str


def read_start(text: str) -> Start | None:
    """Read a /start however it is written (`/START`, `/start@Bot`); None for any other text.

    The payload stands in its line, or alone in the next one, as a link's payload is written.
    """
    lines = text.strip().splitlines()
    while lines and not canonical(lines[0]):
        lines.pop(0)
    first = canonical(lines.pop(0)) if lines else ""
    command = _START.match(first)
    if command is None:
        return None
    payload = first[command.end() :]
    if not payload and lines and _PAYLOAD.fullmatch(canonical(lines[0])):
        payload = canonical(lines.pop(0))
    words = "\n".join(lines).strip()
    return Start(payload[:64], words if canonical(words) else "")
