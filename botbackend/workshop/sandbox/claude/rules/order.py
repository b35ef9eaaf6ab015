"""The rules of the Messages API that types cannot express: order, placement, limits per model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botbackend.workshop.sandbox.claude.rules.images import image_problems
from botbackend.workshop.sandbox.claude.rules.models import EFFORTS, ModelRules
from botbackend.workshop.sandbox.claude.rules.schemas import schema_problems
from botbackend.workshop.sandbox.wire import Json

MAX_BREAKPOINTS = 4
PREFILL = (
    "This model does not support assistant message prefill. The conversation must end with a user message."
)
UNANSWERED = "`tool_use` ids were found without `tool_result` blocks immediately after"


def blocks(content: Any) -> list[Json]:
    """The content of a message as blocks."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content or [])


def problems(body: Json, rules: ModelRules) -> list[str]:
    """Every rule that a well-typed request breaks, in words."""
    return [
        *_message_order(body, rules),
        *_empty_texts(body),
        *image_problems(body["messages"]),
        *_tool_pairs(body["messages"]),
        *_system_messages(body["messages"], rules),
        *_breakpoints(body),
        *_model_limits(body, rules),
        *schema_problems(body),
    ]


def _message_order(body: Json, rules: ModelRules) -> Iterator[str]:
    messages = body["messages"]
    if not messages:
        yield "messages: at least one message is required"
        return
    if messages[0]["role"] != "user":
        yield "messages.0: the first message must have role 'user'"
    if messages[-1]["role"] == "assistant" and not rules.prefill:
        yield PREFILL
    for index, message in enumerate(messages):
        last = index == len(messages) - 1
        if not blocks(message["content"]) and not (message["role"] == "assistant" and last):
            yield f"messages.{index}: all messages must have non-empty content"
        for block in blocks(message["content"]):
            yield from _block_for_role(index, message["role"], block)


def _block_for_role(index: int, role: str, block: Json) -> Iterator[str]:
    kind = block["type"]
    if role != "assistant" and kind in ("tool_use", "thinking", "redacted_thinking"):
        yield f"messages.{index}: `{kind}` blocks can only be in `assistant` messages"
    if role != "user" and kind in ("tool_result", "image", "document"):
        yield f"messages.{index}: `{kind}` blocks can only be in `user` messages"
    if role == "user" and kind == "text" and block.get("citations"):
        yield f"messages.{index}: citations are not allowed on user text blocks"


def _empty_texts(body: Json) -> Iterator[str]:
    if isinstance(body.get("system"), list):
        for index, block in enumerate(body["system"]):
            if not block["text"].strip():
                yield f"system.{index}: text content blocks must be non-empty"
    for index, message in enumerate(body["messages"]):
        for number, block in enumerate(blocks(message["content"])):
            if block["type"] == "text" and not block["text"].strip():
                yield f"messages.{index}.content.{number}: text content blocks must be non-empty"


def _tool_pairs(messages: list[Json]) -> Iterator[str]:
    seen: set[str] = set()
    for index, message in enumerate(messages):
        used = [block["id"] for block in blocks(message["content"]) if block["type"] == "tool_use"]
        for tool_id in used:
            if tool_id in seen:
                yield f"messages.{index}: `tool_use` ids must be unique"
            seen.add(tool_id)
        following = messages[index + 1] if index + 1 < len(messages) else None
        if used:
            yield from _answered(index, used, following)
        yield from _results_fit(index, message, messages[index - 1] if index else None)


def _answered(index: int, used: list[str], following: Json | None) -> Iterator[str]:
    if following is None or following["role"] != "user":
        yield f"messages.{index}: {UNANSWERED}: {', '.join(used)}"
        return
    content = blocks(following["content"])
    leading = []
    for block in content:
        if block["type"] != "tool_result":
            break
        leading.append(block["tool_use_id"])
    missing = [tool_id for tool_id in used if tool_id not in leading]
    if missing:
        yield f"messages.{index}: {UNANSWERED}: {', '.join(missing)}"
    if len(leading) != len(set(leading)):
        yield f"messages.{index + 1}: each `tool_use` must have a single result"


def _results_fit(index: int, message: Json, before: Json | None) -> Iterator[str]:
    offered = (
        {block["id"] for block in blocks(before["content"]) if block["type"] == "tool_use"}
        if before
        else set()
    )
    for block in blocks(message["content"]):
        if block["type"] == "tool_result" and block["tool_use_id"] not in offered:
            yield (
                f"messages.{index}: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding "
                "`tool_use` block in the previous message."
            )


def _system_messages(messages: list[Json], rules: ModelRules) -> Iterator[str]:
    for index, message in enumerate(messages):
        if message["role"] != "system":
            continue
        if not rules.system_role:
            yield f"messages.{index}: role 'system' is not supported on this model"
        if index == 0 or messages[index - 1]["role"] != "user":
            yield f"messages.{index}: a system message must follow a user message"
        if index + 1 < len(messages) and messages[index + 1]["role"] != "assistant":
            yield f"messages.{index}: a system message must be last or be followed by an assistant message"


def cache_marks(body: Json) -> Iterator[tuple[str, Json]]:
    """Every cache breakpoint in prefix order: its place and its cache_control."""
    for index, tool in enumerate(body.get("tools") or []):
        if tool.get("cache_control"):
            yield f"tools.{index}", tool["cache_control"]
    system = body.get("system")
    for index, block in enumerate(system if isinstance(system, list) else []):
        if block.get("cache_control"):
            yield f"system.{index}", block["cache_control"]
    for index, message in enumerate(body["messages"]):
        for number, block in enumerate(blocks(message["content"])):
            if block.get("cache_control"):
                yield f"messages.{index}.content.{number}", block["cache_control"]
    if body.get("cache_control"):
        yield "cache_control", body["cache_control"]


def _breakpoints(body: Json) -> Iterator[str]:
    marks = list(cache_marks(body))
    if len(marks) > MAX_BREAKPOINTS:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {len(marks)}."
    short_seen = False
    for place, mark in marks:
        if mark.get("ttl", "5m") == "5m":
            short_seen = True
        elif short_seen:
            yield f"{place}: a ttl='1h' cache_control block must not come after a ttl='5m' one"


def _model_limits(body: Json, rules: ModelRules) -> Iterator[str]:
    thinking = body.get("thinking") or {}
    kind = thinking.get("type")
    if kind and kind not in rules.thinking:
        yield f"thinking.type: '{kind}' is not supported on {rules.id}, only {', '.join(rules.thinking)}"
    if kind == "between_tools" and set(thinking) != {"type"}:
        yield "thinking: no other field is allowed with between_tools"
    output = body.get("output_config") or {}
    effort = output.get("effort")
    if (
        kind in ("disabled", "between_tools")
        and effort in EFFORTS
        and EFFORTS.index(effort) > EFFORTS.index("high")
    ):
        yield f"output_config.effort: '{effort}' needs adaptive thinking"
    choice = (body.get("tool_choice") or {}).get("type")
    if choice in ("any", "tool") and not rules.forced_tools:
        yield f"tool_choice.type: '{choice}' is not supported on {rules.id}"
    if choice and not body.get("tools"):
        yield "tool_choice may only be specified while providing tools"
    if body.get("max_tokens", 1) > rules.output:
        yield f"max_tokens: {body['max_tokens']} > {rules.output}, the maximum of {rules.id}"
    if output.get("format") and body.get("tools") and "haiku" in rules.id and kind == "disabled":
        yield "output_config.format with tools and thinking disabled: this model may skip a needed tool"
    for name in ("temperature", "top_p", "top_k"):
        if name in body:
            yield f"{name}: sampling parameters are not supported at this API version"
