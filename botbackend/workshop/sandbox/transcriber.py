"""The stand-in of a transcriber: OpenAI's `/v1/audio/transcriptions`, which hears what it is told to."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from .base import StandIn
from .wire import Json, Reply, Request

PATH = "/v1/audio/transcriptions"
FORMATS = {"flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"}
MOST_BYTES = 25 * 1024 * 1024


class TranscriberStandIn(StandIn):
    """Hears `words` in every recording, or what `by_content` has for its bytes."""

    name = "transcriber"

    def __init__(self, *, keys: set[str] | None = None, words: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.keys = keys or {"sk-transcriber"}
        self.words = words
        self.by_content: dict[bytes, str] = {}
        self.controls[("POST", "hear")] = self._control_hear

    @property
    def address(self) -> str:
        """What goes into `TRANSCRIPTION_URL`."""
        return self.url + PATH

    def error(self, status: int) -> Reply:
        """The service's envelope for an error."""
        return _failure(status, "The server had an error while processing your request")

    def answer(self, request: Request) -> Reply:
        """Check key and form, then tell what was heard."""
        if request.bearer() not in self.keys:
            return _failure(401, "Incorrect API key provided")
        if (request.method, request.path) != ("POST", PATH):
            return _failure(404, "Unknown request URL")
        fields, files = _parts(request)
        name, content, kind = files.get("file", ("", b"", ""))
        notes = {"fields": fields, "file": name, "type": kind, "bytes": len(content)}
        reply = self._heard(fields, name, content)
        reply.notes = notes
        return reply

    def _heard(self, fields: dict[str, str], name: str, content: bytes) -> Reply:
        if not fields.get("model"):
            return _failure(400, "you must provide a model parameter")
        if name.rpartition(".")[2].lower() not in FORMATS:
            return _failure(400, f"Invalid file format. Supported formats: {sorted(FORMATS)}")
        if len(content) > MOST_BYTES:
            return _failure(413, "Maximum content size limit exceeded")
        return Reply(body={"text": self.by_content.get(content, self.words)})

    def _control_hear(self, request: Request) -> Reply:
        self.words = str(request.json()["words"])
        return Reply(body={"ok": True})


def _parts(request: Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes, str]]]:
    """The fields and the files (name, bytes, type) of a multipart form."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + request.body)
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, bytes, str]] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = str(part.get_param("name", "", header="content-disposition"))
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if file_name := part.get_filename():
            files[name] = (file_name, content, part.get_content_type())
        else:
            fields[name] = content.decode()
    return fields, files


def _failure(status: int, message: str) -> Reply:
    body: Json = {"error": {"message": message, "type": "invalid_request_error", "code": None}}
    return Reply(status, body)
