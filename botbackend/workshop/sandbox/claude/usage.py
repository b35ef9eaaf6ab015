"""Token figures and prompt caching: prefixes are hashed, kept per workspace, and expire."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botbackend.workshop.sandbox.claude.rules.models import ModelRules
from botbackend.workshop.sandbox.claude.rules.order import blocks
from botbackend.workshop.sandbox.wire import Json

CHARS_PER_TOKEN = 3.5
LOOKBACK = 20
TTL_SECONDS = {"5m": 300, "1h": 3600}


def tokens_of(text: str) -> int:
    """An estimate of the tokens of a text."""
    return round(len(text) / CHARS_PER_TOKEN)


@dataclass(slots=True)
class Piece:
    """One block of the prefix: the running hash and token count up to its end, and its breakpoint."""

    digest: str
    tokens: int
    ttl: str = ""


@dataclass(slots=True)
class Plan:
    """What a request reads from the cache and writes into it."""

    total: int
    read: int = 0
    written: dict[str, int] = field(default_factory=lambda: {"5m": 0, "1h": 0})
    entries: list[tuple[str, str]] = field(default_factory=list)  # digest, ttl
    refreshed: list[str] = field(default_factory=list)

    def usage(self, output: int) -> Json:
        """The usage object of a response; `input_tokens` is what follows the last breakpoint."""
        created = sum(self.written.values())
        return {
            "input_tokens": self.total - self.read - created,
            "output_tokens": output,
            "cache_creation_input_tokens": created,
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.written["5m"],
                "ephemeral_1h_input_tokens": self.written["1h"],
            },
            "service_tier": "standard",
        }


def _without_mark(block: Json) -> Json:
    return {name: value for name, value in block.items() if name != "cache_control"}


def _parts(body: Json) -> Iterator[tuple[str, Any]]:
    """The prefix in Claude's order: a text for the hash, and the breakpoint or None.

    What invalidates a level of the cache is put in front of that level.
    """
    yield json.dumps(["model", body["model"]]), None
    for tool in body.get("tools") or []:
        yield json.dumps(_without_mark(tool), ensure_ascii=False), tool.get("cache_control")
    output = body.get("output_config") or {}
    if output.get("format"):
        yield json.dumps(output["format"], ensure_ascii=False), None
    system = body.get("system")
    if isinstance(system, str):
        yield system, None
    for block in system if isinstance(system, list) else []:
        yield block["text"], block.get("cache_control")
    yield json.dumps(["settings", body.get("tool_choice"), body.get("thinking"), output.get("effort")]), None
    for message in body["messages"]:
        for block in blocks(message["content"]):
            text = json.dumps([message["role"], _without_mark(block)], ensure_ascii=False)
            yield text, block.get("cache_control")


def _is_free(text: str) -> bool:
    return text.startswith(('["model"', '["settings"'))


def prefix(body: Json) -> list[Piece]:
    """The prefix as pieces with running hashes; a top-level cache_control marks the last one."""
    running = hashlib.sha256()
    tokens = 0
    pieces: list[Piece] = []
    for text, mark in _parts(body):
        running.update(text.encode())
        running.update(b"\0")
        tokens += 0 if _is_free(text) else tokens_of(text)
        pieces.append(Piece(running.hexdigest(), tokens, mark.get("ttl") or "5m" if mark else ""))
    automatic = body.get("cache_control")
    if automatic and pieces and not pieces[-1].ttl:
        pieces[-1].ttl = automatic.get("ttl") or "5m"
    return pieces


class PromptCache:
    """The cached prefixes of all workspaces."""

    def __init__(self) -> None:
        self._expiry: dict[tuple[str, str], tuple[float, str]] = {}
        self._lock = threading.Lock()

    def plan(self, body: Json, rules: ModelRules, workspace: str, now: float) -> Plan:
        """What the request will read and write; nothing is stored yet."""
        pieces = prefix(body)
        plan = Plan(total=pieces[-1].tokens if pieces else 0)
        marks = [i for i, piece in enumerate(pieces) if piece.ttl and piece.tokens >= rules.cache_minimum]
        with self._lock:
            for mark in marks:
                hit = self._longest_hit(pieces, mark, workspace, now)
                if hit is not None:
                    plan.read = max(plan.read, pieces[hit].tokens)
                    plan.refreshed.append(pieces[hit].digest)
        position = plan.read
        for mark in marks:
            piece = pieces[mark]
            if piece.tokens > position:
                plan.written[piece.ttl] += piece.tokens - position
                position = piece.tokens
                plan.entries.append((piece.digest, piece.ttl))
        return plan

    def _longest_hit(self, pieces: list[Piece], mark: int, workspace: str, now: float) -> int | None:
        for index in range(mark, max(-1, mark - LOOKBACK), -1):
            expiry, _ = self._expiry.get((workspace, pieces[index].digest), (0, ""))
            if expiry > now:
                return index
        return None

    def commit(self, plan: Plan, workspace: str, started: float) -> None:
        """Store what was written and refresh what was read; lifetimes count from the request's start."""
        with self._lock:
            for digest, ttl in plan.entries:
                self._expiry[workspace, digest] = (started + TTL_SECONDS[ttl], ttl)
            for digest in plan.refreshed:
                known = self._expiry.get((workspace, digest))
                if known:
                    self._expiry[workspace, digest] = (started + TTL_SECONDS[known[1]], known[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._expiry.clear()


def output_tokens(content: list[Json]) -> int:
    """The tokens of an answer's blocks."""
    total = 0
    for block in content:
        if block["type"] == "text":
            total += tokens_of(str(block.get("text") or ""))
        elif block["type"] == "tool_use":
            total += tokens_of(json.dumps([block["name"], block["input"]], ensure_ascii=False))
    return max(1, total)
