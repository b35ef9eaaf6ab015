"""Message Batches: created, ended at the first look, read, deleted."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botbackend.workshop.sandbox.claude.errors import failure
from botbackend.workshop.sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

PATH = "/v1/messages/batches"


@dataclass(slots=True)
class StoredBatch:
    """A batch of one workspace with its results."""

    id: str
    workspace: str
    created: float
    lines: list[Json] = field(default_factory=list)
    ended: bool = False
    canceled: bool = False


class Batches:
    """The batches of a Claude stand-in. Requests are answered at once and seen as ended when asked."""

    def __init__(self, server: ClaudeStandIn) -> None:
        self._server = server
        self._stored: dict[str, StoredBatch] = {}

    def answer(self, request: Request, path: str, workspace: str) -> Reply:
        """Route a batch call."""
        if path == PATH and request.method == "POST":
            return self._create(request, workspace)
        if path == PATH:
            mine = [self._as_api(b) for b in self._stored.values() if b.workspace == workspace]
            return Reply(body={"data": mine, "has_more": False, "first_id": None, "last_id": None})
        batch_id, _, rest = path.removeprefix(f"{PATH}/").partition("/")
        batch = self._stored.get(batch_id)
        if batch is None or batch.workspace != workspace:
            return failure(404, f"batch: {batch_id}")
        if rest == "results":
            lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in batch.lines)
            return Reply(body=lines, content_type="application/x-jsonl")
        if rest == "cancel":
            batch.canceled = True
            return Reply(body=self._as_api(batch))
        if request.method == "DELETE":
            del self._stored[batch_id]
            return Reply(body={"id": batch_id, "type": "message_batch_deleted"})
        batch.ended = True
        return Reply(body=self._as_api(batch))

    def _create(self, request: Request, workspace: str) -> Reply:
        body: Any = request.json()
        wanted = body.get("requests") or []
        names = [str(item.get("custom_id")) for item in wanted]
        if not wanted or len(names) != len(set(names)):
            return failure(400, "requests: must be non-empty with unique custom_ids")
        batch = StoredBatch(f"msgbatch_{secrets.token_hex(12)}", workspace, self._server.now())
        batch.lines = [{"custom_id": item["custom_id"], "result": self._result(item)} for item in wanted]
        self._stored[batch.id] = batch
        return Reply(body=self._as_api(batch))

    def _result(self, item: Json) -> Json:
        params = item.get("params") or {}
        rules, refused = self._server.check(json.dumps(params).encode(), params)
        if rules is None:
            return {"type": "errored", "error": refused.body if refused else {}}
        plan = self._server.cache.plan(params, rules, "batch", self._server.now())
        message = self._server.produce(params, rules, self._server.script.take(params), plan).body
        message["usage"]["service_tier"] = "batch"
        return {"type": "succeeded", "message": message}

    def _as_api(self, batch: StoredBatch) -> Json:
        def moment(seconds: float) -> str:
            return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

        done = sum(1 for line in batch.lines if line["result"]["type"] == "succeeded")
        counts = {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        if batch.ended:
            counts |= {"succeeded": done, "errored": len(batch.lines) - done}
        else:
            counts["processing"] = len(batch.lines)
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if batch.ended else "canceling" if batch.canceled else "in_progress",
            "request_counts": counts,
            "created_at": moment(batch.created),
            "expires_at": moment(batch.created + 86400),
            "ended_at": moment(batch.created) if batch.ended else None,
            "cancel_initiated_at": moment(batch.created) if batch.canceled else None,
            "archived_at": None,
            "results_url": f"{self._server.url}{PATH}/{batch.id}/results" if batch.ended else None,
        }
