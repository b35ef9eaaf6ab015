"""Asks Claude within a deadline: picks keys, repeats what may be repeated, counts what it cost."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import anthropic
from anthropic.types import Message
from django.conf import settings
from django.db import connection

from ai.claude import breaker, key_pool, pricing
from ai.claude.errors import NoKey, Rejected, Unreachable
from ai.claude.records import CallRecord
from ai.claude.transport import client
from ai.claude.verdicts import Effect, Verdict, judge, retry_after
from botbackend.outbox.claims import network

ATTEMPTS = 3  # per call, keys that were refused not counted
ATTEMPT_SECONDS = 30.0
PATIENT_SECONDS = 120.0  # a turn with more is answered by a person: an attempt may take its share
FIRST_PAUSE = 0.4
LEAST_SECONDS = 1.0  # with less left an attempt is not begun
UNKNOWN_WAIT = 20.0  # a rate limit that names no time


@dataclass(frozen=True)
class Pin:
    """Key and model of a whole tool loop: another one would drop what the first was thinking."""

    model: str
    key: key_pool.Key


@dataclass(frozen=True)
class Block:
    """One block of an answer; only `type` may be trusted, the SDK checks nothing."""

    type: str
    raw: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """An answer of the model with the key and model it came from."""

    blocks: tuple[Block, ...]
    stop_reason: str
    pin: Pin

    @property
    def text(self) -> str:
        """The text blocks, joined; thinking and unknown blocks are no text."""
        texts = (block.raw.get("text") for block in self.blocks if block.type == "text")
        return "\n".join(text for text in texts if isinstance(text, str)).strip()

    @property
    def tool_uses(self) -> list[dict[str, Any]]:
        return [block.raw for block in self.blocks if block.type == "tool_use"]

    def as_message(self) -> dict[str, Any]:
        """Return the answer for the next request of the same loop, word for word."""
        return {"role": "assistant", "content": [block.raw for block in self.blocks]}


def give_back_connection() -> None:
    """Let other threads use the PostgreSQL connection while this one waits for the network.

    Only where connections are pooled: elsewhere a new one would cost more than the wait.
    """
    pooled = connection.settings_dict.get("OPTIONS", {}).get("pool")
    if pooled and not connection.in_atomic_block:
        connection.close()


class Caller:
    """Claude for one turn: a deadline, a project, and the list of what was sent."""

    def __init__(
        self,
        *,
        project: str,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.project = project
        self.calls: list[CallRecord] = []
        self._clock = clock
        self._sleep = sleep
        self._until = clock() + seconds

    @property
    def cost_usd(self) -> Decimal:
        return sum((call.cost_usd for call in self.calls), Decimal(0))

    def left(self) -> float:
        """Return the seconds left of the turn."""
        return self._until - self._clock()

    def ask(self, kind: str, model: str, request: Mapping[str, Any], *, pin: Pin | None = None) -> Reply:
        """Send one request and return the answer, whatever its stop reason.

        Raises a ClaudeError: NoKey, Cooling, BreakerOpen, Unreachable (retries used up) or Rejected.
        """
        breaker.check()
        refused: list[str] = []
        failures = 0
        while True:
            key = self._key(pin, refused)
            verdict = self._attempt(kind, model, request, key)
            if isinstance(verdict, Reply):
                return verdict
            if verdict.effect is Effect.REJECT:
                raise Rejected(verdict.reason)
            if verdict.effect is not Effect.RETRY:
                refused.append(key.fingerprint)
                continue
            failures += 1
            self._pause_or_give_up(failures, verdict.reason)

    def _key(self, pin: Pin | None, refused: Sequence[str]) -> key_pool.Key:
        if pin is not None and pin.key.fingerprint not in refused:
            return pin.key
        if self.left() < LEAST_SECONDS:
            raise Unreachable("deadline")
        try:
            return key_pool.choose(self.project, refused=refused)
        except NoKey:
            if not refused:
                raise
            # Every key failed in this very call; one that only cools is worth waiting for, elsewhere.
            return key_pool.choose(self.project)

    def _pause_or_give_up(self, failures: int, reason: str) -> None:
        pause = min(FIRST_PAUSE * 2 ** (failures - 1), 4.0) * (1 - 0.5 * random.random())  # noqa: S311  # jitter, no secret
        if failures >= ATTEMPTS or self.left() < pause + LEAST_SECONDS:
            breaker.failed()
            raise Unreachable(reason)
        with network():
            self._sleep(pause)

    def _attempt(
        self, kind: str, model: str, request: Mapping[str, Any], key: key_pool.Key
    ) -> Reply | Verdict:
        is_patient = settings.TURN_SECONDS > PATIENT_SECONDS
        longest = settings.TURN_SECONDS / ATTEMPTS if is_patient else ATTEMPT_SECONDS
        seconds = max(min(longest, self.left()), LEAST_SECONDS)
        record = CallRecord(kind=kind, model=model, key=key.label, latency_ms=0)
        self.calls.append(record)
        give_back_connection()
        began = self._clock()
        try:
            with network():
                raw = client(key.secret, seconds).messages.with_raw_response.create(model=model, **request)
            message = raw.parse()
        except anthropic.APIError as error:
            return self._failed(record, key, error, began)
        except ValueError:  # a body that is no JSON, a code page that is none
            record.latency_ms = round((self._clock() - began) * 1000)
            record.error = "garbled"
            return Verdict(Effect.RETRY, "garbled")
        record.latency_ms = round((self._clock() - began) * 1000)
        record.request_id = str(raw.headers.get("request-id", ""))
        return self._answered(record, key, message, str(raw.headers.get("anthropic-organization-id", "")))

    def _failed(
        self, record: CallRecord, key: key_pool.Key, error: anthropic.APIError, began: float
    ) -> Verdict:
        verdict = judge(error)
        record.latency_ms = round((self._clock() - began) * 1000)
        record.error = verdict.reason
        if isinstance(error, anthropic.APIStatusError):
            record.request_id = error.request_id or ""
            organization = error.response.headers.get("anthropic-organization-id", "")
            if organization and not key.organization and verdict.effect is not Effect.RETIRE_KEY:
                key_pool.learn(key, organization)
                key = next((k for k in key_pool.known() if k.fingerprint == key.fingerprint), key)
            if verdict.effect is Effect.COOL:
                key_pool.cool(key, _rest(error))
        if verdict.effect in (Effect.RETIRE_KEY, Effect.RETIRE_ORGANIZATION):
            whole = verdict.effect is Effect.RETIRE_ORGANIZATION
            key_pool.retire(key, verdict.reason, whole_organization=whole)
        return verdict

    def _answered(
        self, record: CallRecord, key: key_pool.Key, message: Message, organization: str
    ) -> Reply | Verdict:
        blocks = _blocks(message)
        if blocks is None or not message.stop_reason:
            record.error = "garbled"
            return Verdict(Effect.RETRY, "garbled")
        record.stop_reason = message.stop_reason
        record.usage = _usage(message)
        record.cost_usd = pricing.cost(record.model, record.usage)
        if organization or key.retired_at is not None:
            key_pool.learn(key, organization or key.organization)
        breaker.succeeded()
        return Reply(blocks, message.stop_reason, Pin(record.model, key))


def read_message(message: Message) -> tuple[str, pricing.Usage, str]:
    """Return text, usage and stop reason of a message that came another way, e.g. in a batch."""
    blocks = _blocks(message) or ()
    texts = [str(block.raw.get("text", "")) for block in blocks if block.type == "text"]
    return "\n".join(texts).strip(), _usage(message), message.stop_reason or ""


def _blocks(message: Message) -> tuple[Block, ...] | None:
    """Return the blocks as plain JSON; None for an answer that is no message (the SDK lets it through)."""
    content = getattr(message, "content", None)
    if not isinstance(content, list):
        return None
    found = []
    for block in content:
        raw = (
            block
            if isinstance(block, dict)
            else block.model_dump(mode="json", exclude_none=True, warnings=False)
        )
        if not isinstance(raw.get("type"), str) or not _is_whole(raw):
            return None
        found.append(Block(raw["type"], raw))
    return tuple(found)


def _is_whole(raw: dict[str, Any]) -> bool:
    """Tell whether a text has its words and a call its name, id and input: we may have to send them back."""
    if raw["type"] == "text":
        return isinstance(raw.get("text"), str)
    if raw["type"] == "tool_use":
        return isinstance(raw.get("input"), dict) and all(isinstance(raw.get(n), str) for n in ("id", "name"))
    return True


def _usage(message: Message) -> pricing.Usage:
    """Read the tokens; what is missing or nonsense counts as none."""
    usage = getattr(message, "usage", None)
    created = getattr(usage, "cache_creation", None)
    total = _count(usage, "cache_creation_input_tokens")
    hour = _count(created, "ephemeral_1h_input_tokens")
    short = _count(created, "ephemeral_5m_input_tokens")
    return pricing.Usage(
        input_tokens=_count(usage, "input_tokens"),
        output_tokens=_count(usage, "output_tokens"),
        cache_read=_count(usage, "cache_read_input_tokens"),
        cache_write_5m=short or max(total - hour, 0),
        cache_write_1h=hour,
    )


def _count(holder: object, name: str) -> int:
    value = getattr(holder, name, None)
    return value if isinstance(value, int) and value > 0 else 0


def _rest(error: anthropic.APIStatusError) -> float:
    seconds = retry_after(error)
    return UNKNOWN_WAIT if seconds is None else max(seconds, 1.0)
