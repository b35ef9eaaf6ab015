"""Files that clients send: at SendPulse's media address, and behind Telegram's `getFile`."""

from __future__ import annotations

import base64
import itertools
import struct
import zlib
from typing import TYPE_CHECKING, Any

from botbackend.workshop.sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.sendpulse.contacts import Contacts

ADDRESS = "/api/chatbots-service/telegram/messages/media"
MOST_BYTES = 20 * 1024 * 1024  # of one file by Telegram's Bot API
VOICE = b"OggS\x00\x02" + bytes(range(256)) * 4
_FOLDERS = {"photo": ("photos", "jpg"), "voice": ("voice", "oga"), "document": ("documents", "bin")}
_FOLDER_OF_OTHERS = ("files", "bin")


def picture(side: int = 48) -> bytes:
    """A PNG of `side` pixels each way that a browser shows."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    rows = b"".join(
        b"\x00" + bytes(part for x in range(side) for part in (200, y * 255 // side, x * 255 // side))
        for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Files:
    """The files of an account by their ids; `url` is where the stand-in listens."""

    def __init__(self, contacts: Contacts) -> None:
        self.kept: dict[str, tuple[str, bytes]] = {}
        self._contacts = contacts
        self._numbers = itertools.count(1)

    def fill(self, content: Json, said: Json, url: str) -> None:
        """Put a file behind a message of the client.

        `{"content": base64}` gives the bytes, else it is a sample; `{"by": "address"}` names it by
        SendPulse's media address instead of Telegram's file id.
        """
        kind = next((name for name in ("photo", "voice", "document") if name in content), "")
        if not kind:
            return
        sample = picture() if kind == "photo" else VOICE if kind == "voice" else b"%PDF-1.7\n"
        given = said.get("content")
        file_id = self.put(kind, base64.b64decode(given) if given else sample)
        if said.get("by") == "address":
            content[kind] = f"{url}{ADDRESS}?id={file_id}"
            return
        sizes = content[kind] if isinstance(content[kind], list) else [content[kind]]
        sizes[-1]["file_id"] = file_id

    def put(self, kind: str, content: bytes) -> str:
        """Keep a file; returns its id."""
        folder, suffix = _FOLDERS.get(kind, _FOLDER_OF_OTHERS)
        number = next(self._numbers)
        file_id = f"AgACAgIAAx0C{number:06}"
        self.kept[file_id] = (f"{folder}/file_{number}.{suffix}", content)
        return file_id

    def at_address(self, request: Request) -> Reply | None:
        """What SendPulse gives to whoever shows a token of the account."""
        if (request.method, request.path) != ("GET", ADDRESS):
            return None
        found = self.kept.get(request.first("id"))
        return Reply(404, {"message": "Not found", "error_code": 404}) if found is None else _raw(found[1])

    def of_telegram(self, request: Request) -> Reply | None:
        """The two steps of Telegram's Bot API; None for all else."""
        steps = request.path.split("/", 3)[1:]
        if steps[0] == "file" and len(steps) == 3 and steps[1].startswith("bot"):
            if not self._knows(steps[1]):
                return _telegram_error(401, "Unauthorized")
            found = next((content for path, content in self.kept.values() if path == steps[2]), None)
            return _telegram_error(404, "Not Found") if found is None else _raw(found)
        if len(steps) == 2 and steps[0].startswith("bot") and steps[1] == "getFile":
            return self._get_file(request, steps[0])
        return None

    def _get_file(self, request: Request, bot: str) -> Reply:
        if not self._knows(bot):
            return _telegram_error(401, "Unauthorized")
        file_id = request.first("file_id")
        if file_id not in self.kept:
            return _telegram_error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path, content = self.kept[file_id]
        if len(content) > MOST_BYTES:
            return _telegram_error(400, "Bad Request: file is too big")
        result = {"file_id": file_id, "file_size": len(content), "file_path": path}
        return Reply(body={"ok": True, "result": result})

    def _knows(self, bot: str) -> bool:
        return bot.removeprefix("bot") in {known.token for known in self._contacts.bots.values()}


def _raw(content: bytes) -> Reply:
    return Reply(body=content, content_type="application/octet-stream")


def _telegram_error(status: int, description: str) -> Reply:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Reply(status, body)
