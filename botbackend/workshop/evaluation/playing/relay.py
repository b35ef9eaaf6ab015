"""Stands between the product and the endpoint that answers for Claude, and keeps what was asked and said."""

from __future__ import annotations

import json
from dataclasses import dataclass

from botbackend.loopback import request as send
from botbackend.workshop.sandbox.base import StandIn
from botbackend.workshop.sandbox.claude.answers.asked import kind_of
from botbackend.workshop.sandbox.wire import HTML, Json, Reply, Request

_HOP = {"host", "content-length", "connection", "accept-encoding", "content-type", "transfer-encoding"}


@dataclass(frozen=True)
class Asked:
    """One request and its answer; `answer` is `{"json": ...}`, `{"content": [...]}` or `{"status": 529}`."""

    kind: str
    request: Json
    answer: Json


class Relay(StandIn):
    """Hands every request on; `asked` is what passed, in order."""

    name = "relay"

    def __init__(self, url: str, *, patience: float) -> None:
        super().__init__()
        self._url = url.rstrip("/")
        self._patience = patience
        self.asked: list[Asked] = []

    def answer(self, request: Request) -> Reply:
        """The endpoint's answer."""
        headers = {name: value for name, value in request.headers.items() if name not in _HOP}
        body = json.loads(request.body) if request.body else None
        status, text = send(self._url + request.path, body=body, headers=headers, timeout=self._patience)
        if body is not None:
            found = short_answer(status, text, body)
            with self.lock:
                self.asked.append(Asked(kind_of(body), body, found))
        try:
            return Reply(status or 502, json.loads(text))
        except ValueError:
            return Reply(status or 502, text, content_type=HTML)


def short_answer(status: int, text: str, body: Json) -> Json:
    """Return an answer without what differs from one time to the next: ids, usage, thinking."""
    if status != 200:
        return {"status": status or 502}
    blocks = [block for block in json.loads(text)["content"] if block["type"] in ("text", "tool_use")]
    if (body.get("output_config") or {}).get("format"):
        return {"json": json.loads("".join(block.get("text", "") for block in blocks) or "null")}
    kept = ("type", "text", "name", "input")
    return {"content": [{name: block[name] for name in kept if name in block} for block in blocks]}
