"""The message that an answer becomes: its blocks, why it stopped, what it used."""

from __future__ import annotations

import secrets

from botbackend.workshop.sandbox.claude.answers.script import content_of
from botbackend.workshop.sandbox.claude.rules.models import ModelRules, thinks
from botbackend.workshop.sandbox.claude.rules.order import blocks
from botbackend.workshop.sandbox.claude.usage import Plan, output_tokens
from botbackend.workshop.sandbox.wire import Json

_SCRIPTABLE = ("stop_reason", "stop_details", "stop_sequence", "model", "id")


def message_of(body: Json, rules: ModelRules, answer: Json, plan: Plan) -> Json:
    """The message for a valid request; what the answer itself says of these fields comes first."""
    content = content_of(answer)
    if _may_think(rules, body) and not any(block["type"] == "thinking" for block in content):
        content.insert(0, {"type": "thinking", "thinking": "", "signature": secrets.token_urlsafe(32)})
    called = any(block["type"] == "tool_use" for block in content)
    message: Json = {
        "id": f"msg_{secrets.token_hex(12)}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content if body["max_tokens"] else [],
        "stop_reason": "tool_use" if called else "end_turn",
        "stop_sequence": None,
        "stop_details": None,
        "usage": plan.usage(output_tokens(content)) | (answer.get("usage") or {}),
    }
    return message | {name: answer[name] for name in _SCRIPTABLE if name in answer}


def _may_think(rules: ModelRules, body: Json) -> bool:
    if not body["max_tokens"] or (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
        return False
    if (body.get("thinking") or {}).get("type") == "between_tools":
        return any(block["type"] == "tool_result" for block in blocks(body["messages"][-1]["content"]))
    return thinks(rules, body)
