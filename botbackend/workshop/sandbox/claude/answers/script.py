"""Scripted answers: rules matched in order, each used once unless told otherwise."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botbackend.workshop.sandbox.claude.answers.asked import asked_of, kind_of
from botbackend.workshop.sandbox.claude.answers.data import AnswerData
from botbackend.workshop.sandbox.wire import Json

Call = Callable[[Json], Json]  # the request's body -> an answer


@dataclass(slots=True)
class Rule:
    """One scripted answer: `answer` in short form, `data` by names, or a `call` that makes one.

    `when` may name kind, model, contains (somewhere in the messages) and said (one of the client's unanswered
    messages, whole); `times` None means for ever.
    """

    when: Json = field(default_factory=dict)
    answer: Json | None = None
    data: AnswerData | None = None
    call: Call | None = None
    status: int = 0
    error: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float | None = None
    times: int | None = 1

    @classmethod
    def from_json(cls, rule: Json) -> Rule:
        """Read a rule of the control endpoint. Raises ValueError for unknown keys."""
        unknown = set(rule) - (set(cls.__slots__) - {"call"})
        if unknown:
            raise ValueError(f"unknown keys of a scripted answer: {', '.join(sorted(unknown))}")
        data = rule.get("data")
        return cls(**{**rule, "data": None if data is None else AnswerData.model_validate(data)})

    def matches(self, body: Json, kind: str, said: Callable[[], list[str]]) -> bool:
        """Whether the rule is for this request."""
        if self.times is not None and self.times <= 0:
            return False
        wanted = self.when.get("kind") or (self.data.kind if self.data is not None else None)
        if wanted not in (None, kind) or self.when.get("model") not in (None, body.get("model")):
            return False
        if "said" in self.when and self.when["said"] not in said():
            return False
        contains = self.when.get("contains")
        return not contains or contains in json.dumps(body["messages"], ensure_ascii=False)


class Script:
    """The rules in force."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def set(self, rules: list[Rule]) -> None:
        """Replace all rules."""
        with self._lock:
            self._rules = rules

    def add(self, *rules: Rule) -> None:
        """Append rules."""
        with self._lock:
            self._rules.extend(rules)

    def take(self, body: Json) -> Rule | None:
        """The first rule that matches, used up by one."""
        kind, said = kind_of(body), cache(lambda: asked_of(body).said)
        with self._lock:
            for rule in self._rules:
                if rule.matches(body, kind, said):
                    if rule.times is not None:
                        rule.times -= 1
                    return rule
        return None

    @property
    def left(self) -> int:
        """How many single-use answers were not fetched yet."""
        with self._lock:
            return sum(rule.times or 0 for rule in self._rules)


def tool_use(name: str, arguments: Json) -> Json:
    """A tool_use block with a fresh id."""
    return {"type": "tool_use", "id": f"toolu_{secrets.token_hex(12)}", "name": name, "input": arguments}


def content_of(answer: Json) -> list[Json]:
    """The content blocks of an answer: given whole, or short as text, json and tools."""
    if "content" in answer:
        return [_with_id(dict(block)) for block in answer["content"]]
    content: list[Json] = []
    if "json" in answer:
        content.append({"type": "text", "text": json.dumps(answer["json"], ensure_ascii=False)})
    if answer.get("text"):
        content.append({"type": "text", "text": str(answer["text"])})
    for tool in answer.get("tools") or []:
        content.append(tool_use(tool["name"], tool["input"]))
    return content


def _with_id(block: Json) -> Json:
    if block.get("type") == "tool_use" and "id" not in block:
        return tool_use(block["name"], block["input"])
    return block


def filled(schema: Json) -> Any:
    """The plainest value that a JSON schema allows."""
    if "enum" in schema:
        return schema["enum"][-1]
    if "const" in schema:
        return schema["const"]
    for choice in schema.get("anyOf") or []:
        if choice.get("type") == "null":
            return None
    if schema.get("anyOf"):
        return filled(schema["anyOf"][0])
    kind = schema.get("type")
    if isinstance(kind, list):
        return None if "null" in kind else filled({**schema, "type": kind[0]})
    if kind == "object":
        names = schema.get("required") or schema.get("properties") or {}
        return {name: filled(schema["properties"][name]) for name in names}
    return {"array": [], "integer": 0, "number": 0, "boolean": False, "null": None}.get(str(kind), "")
