"""Switchable faults: what a network and a busy service do to a request."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any

from .wire import Json, Request

KINDS = ("delay", "status", "status_after", "cut_before", "cut_after", "garbage", "html", "partial")
AFTER = ("status_after", "cut_after", "partial")  # the work is done, only its answer suffers


class BadFault(ValueError):
    """A fault rule that makes no sense."""


@dataclass(slots=True)
class Fault:
    """One rule. `times` None means for ever.

    `cut_after` and `status_after` do the work and then close the connection or answer an error; `partial`
    does it and leaves out a part of the answer.
    """

    kind: str
    path: str = ""
    method: str = ""
    body_match: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0
    times: int | None = None
    probability: float = 1.0
    hits: int = 0

    @classmethod
    def from_json(cls, rule: Json) -> Fault:
        """Read a rule as the control endpoint takes it. Raises BadFault."""
        if rule.get("kind") not in KINDS:
            raise BadFault(f"kind must be one of {', '.join(KINDS)}")
        unknown = set(rule) - {
            "kind",
            "match",
            "status",
            "headers",
            "body",
            "seconds",
            "times",
            "probability",
        }
        if unknown:
            raise BadFault(f"unknown keys: {', '.join(sorted(unknown))}")
        match = rule.get("match") or {}
        return cls(
            kind=rule["kind"],
            path=str(match.get("path", "")),
            method=str(match.get("method", "")).upper(),
            body_match=str(match.get("body", "")),
            status=int(rule.get("status", 0)),
            headers={name: str(value) for name, value in (rule.get("headers") or {}).items()},
            body=rule.get("body"),
            seconds=float(rule.get("seconds", 0)),
            times=rule.get("times"),
            probability=float(rule.get("probability", 1.0)),
        )

    def matches(self, request: Request) -> bool:
        """Whether the rule is for this request and has not worn out."""
        return (
            (self.times is None or self.hits < self.times)
            and (not self.method or self.method == request.method)
            and re.search(self.path, request.path) is not None
            and (
                not self.body_match
                or re.search(self.body_match, request.body.decode("utf-8", "replace")) is not None
            )
        )

    def as_json(self) -> Json:
        """The rule with its number of hits, for the state page."""
        return {"kind": self.kind, "path": self.path, "times": self.times, "hits": self.hits}


class FaultList:
    """The rules in force. Every matching delay applies, and the first other rule that matches."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def set(self, rules: list[Json]) -> None:
        """Replace all rules. Raises BadFault."""
        faults = [Fault.from_json(rule) for rule in rules]
        with self._lock:
            self._faults = faults

    def take(self, request: Request) -> tuple[float, Fault | None]:
        """The seconds to wait and the fault to play for this request; counts the hits."""
        delay, chosen = 0.0, None
        with self._lock:
            for fault in self._faults:
                if chosen is not None and fault.kind != "delay":
                    continue
                if not fault.matches(request) or random.random() >= fault.probability:
                    continue
                fault.hits += 1
                if fault.kind == "delay":
                    delay += fault.seconds
                else:
                    chosen = fault
                    delay += fault.seconds
        return delay, chosen

    def as_json(self) -> list[Json]:
        """All rules with their hits."""
        with self._lock:
            return [fault.as_json() for fault in self._faults]
