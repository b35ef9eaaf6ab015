"""The Drive v3 calls by which a client learns that a file changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from botbackend.workshop.sandbox.google.errors import drive_error
from botbackend.workshop.sandbox.google.spreadsheet.grid import Spreadsheet
from botbackend.workshop.sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn

FIRST_TOKEN = 660


def moment(seconds: float) -> str:
    """RFC 3339 with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Drive:
    """files.get, changes.startPageToken and changes.list."""

    def __init__(self, server: GoogleStandIn) -> None:
        self._server = server
        self._changes: list[Json] = []
        self.lag = 0.0  # seconds by which the version follows an edit: up to three minutes at Google

    def note_change(self, book: Spreadsheet) -> None:
        """Write a change into the feed."""
        self._changes.append(
            {
                "kind": "drive#change",
                "changeType": "file",
                "fileId": book.id,
                "removed": not book.shared,
                "time": moment(book.modified),
                "file": self._file(book),
                "version": book.version,
            }
        )

    def forget(self) -> None:
        """Empty the feed."""
        self._changes.clear()

    def _version(self, book: Spreadsheet) -> str:
        if not self.lag:
            return str(book.version)
        until = moment(self._server.now() - self.lag)
        told = [c for c in self._changes if c["fileId"] == book.id and c["time"] <= until]
        return str(told[-1]["version"]) if told else "1"

    def _file(self, book: Spreadsheet) -> Json:
        return {
            "kind": "drive#file",
            "id": book.id,
            "name": book.title,
            "mimeType": "application/vnd.google-apps.spreadsheet",
            "version": self._version(book),
            "modifiedTime": moment(book.modified),
            "createdTime": "2026-01-05T09:00:00.000Z",
            "trashed": False,
        }

    def answer(self, request: Request) -> Reply:
        """Route a Drive call."""
        if request.path == "/drive/v3/changes/startPageToken":
            token = str(FIRST_TOKEN + len(self._changes))
            return Reply(body={"kind": "drive#startPageToken", "startPageToken": token})
        if request.path == "/drive/v3/changes":
            since = max(0, int(request.first("pageToken", "0")) - FIRST_TOKEN)
            token = str(FIRST_TOKEN + len(self._changes))
            return Reply(body={"newStartPageToken": token, "changes": self._newest(since)})
        if request.path.startswith("/drive/v3/files/"):
            return self._get_file(request)
        return drive_error(404, request.path)

    def _newest(self, since: int) -> list[Json]:
        """The feed holds the last change of each file only, as Drive's does."""
        return list({change["fileId"]: change for change in self._changes[since:]}.values())

    def _get_file(self, request: Request) -> Reply:
        file_id = unquote(request.path.removeprefix("/drive/v3/files/"))
        book = self._server.books.get(file_id)
        if book is None or not book.is_open_to(self._server.tokens.owner(request.bearer())):
            return drive_error(404, file_id)
        wanted = [name for name in request.first("fields").split(",") if name]
        whole = self._file(book)
        return Reply(body={name: whole[name] for name in wanted if name in whole} if wanted else whole)
