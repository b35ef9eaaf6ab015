"""What the Claude stand-in refuses and what it lets pass, asked through the real SDK."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest

from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import FAST, MAIN, UNDERSTAND_SCHEMA, ask, make_claude_client, make_tool

FORMAT: Json = {"type": "json_schema", "schema": UNDERSTAND_SCHEMA}
SHORT, LONG = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}
HI: Json = {"role": "user", "content": "Hi"}
CALL: Json = {"type": "tool_use", "id": "toolu_1", "name": "find_slots", "input": {}}
RESULT: Json = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "{}"}
TEXT: Json = {"type": "text", "text": "and this"}


def said(role: str, *blocks: Json) -> Json:
    return {"role": role, "content": list(blocks)}


def marked(count: int, mark: Json = SHORT) -> list[Json]:
    return [{"type": "text", "text": f"part {number}", "cache_control": mark} for number in range(count)]


def schema(**more: Any) -> Json:
    inner = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
    return {"type": "json_schema", "schema": {**inner, "additionalProperties": False, **more}}


VALID: dict[str, Json] = {
    "a tool loop": {
        "messages": [HI, said("assistant", TEXT, CALL), said("user", RESULT, TEXT)],
        "tools": [make_tool()],
    },
    "two calls and their results": {
        "messages": [HI, said("assistant", CALL, {**CALL, "id": "toolu_2"}),
                     said("user", {**RESULT, "tool_use_id": "toolu_2"}, RESULT)],
        "tools": [make_tool()],
    },
    "a system message last": {"messages": [HI, {"role": "system", "content": "Now: 14:50"}]},
    "a system message before an answer": {
        "messages": [HI, {"role": "system", "content": "Now"}, said("assistant", TEXT), HI]
    },
    "four breakpoints, long ones first": {"system": [*marked(2, LONG), *marked(1)], "cache_control": SHORT},
    "a format": {"output_config": {"effort": "low", "format": schema()}, "thinking": {"type": "disabled"}},
    "the product's schema": {"output_config": {"format": FORMAT}},
    "thinking between tools": {"model": MAIN, "thinking": {"type": "between_tools"}},
    "a forced tool where it is allowed": {"tools": [make_tool()], "tool_choice": {"type": "any"}},
}  # fmt: skip

BROKEN: dict[str, tuple[Json, str]] = {
    "the assistant first": ({"messages": [said("assistant", TEXT), HI]}, "first message"),
    "a prefill": ({"messages": [HI, said("assistant", TEXT)]}, "prefill"),
    "no message": ({"messages": []}, "at least one message"),
    "an empty text": ({"messages": [{"role": "user", "content": " "}]}, "non-empty"),
    "an empty system text": ({"system": [{"type": "text", "text": ""}]}, "non-empty"),
    "no content": ({"messages": [{"role": "user", "content": []}]}, "non-empty content"),
    "a call without a result": (
        {"messages": [HI, said("assistant", CALL), HI], "tools": [make_tool()]}, "tool_use. ids were found"),
    "a text before the result": (
        {"messages": [HI, said("assistant", CALL), said("user", TEXT, RESULT)], "tools": [make_tool()]},
        "tool_use. ids were found"),
    "a result too late": (
        {"messages": [HI, said("assistant", CALL), HI, said("assistant", TEXT), said("user", RESULT)],
         "tools": [make_tool()]}, "unexpected .tool_use_id"),
    "a result of nothing": ({"messages": [said("user", RESULT)]}, "unexpected .tool_use_id"),
    "a system message between a call and its result": (
        {"messages": [HI, said("assistant", CALL), {"role": "system", "content": "x"}, said("user", RESULT)]},
        "system message must follow a user message"),
    "a system message first": ({"messages": [{"role": "system", "content": "x"}, HI]}, "first message"),
    "a system message before a user's": (
        {"messages": [HI, {"role": "system", "content": "x"}, HI]}, "must be last or be followed"),
    "a system message on an old model": (
        {"model": "claude-haiku-4-5", "messages": [HI, {"role": "system", "content": "x"}]},
        "not supported on"),
    "five breakpoints": ({"system": marked(5)}, "maximum of 4"),
    "a long breakpoint after a short one": (
        {"system": [*marked(1), *marked(1, LONG)]}, "must not come after"),
    "a forced tool on the main model": (
        {"model": MAIN, "tools": [make_tool()], "tool_choice": {"type": "tool", "name": "find_slots"}},
        "tool_choice"),
    "disabled thinking on the main model": (
        {"model": MAIN, "thinking": {"type": "disabled"}}, "thinking.type"),
    "old thinking": ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking.type"),
    "effort without thinking": (
        {"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}}, "effort"),
    "format with tools, not thinking": (
        {"thinking": {"type": "disabled"}, "tools": [make_tool()], "output_config": {"format": schema()}},
        "may skip a needed tool"),
    "an open schema": (
        {"output_config": {"format": schema(additionalProperties=True)}}, "additionalProperties"),
    "a limit in a schema": (
        {"tools": [make_tool(x={"type": "integer", "minimum": 1})]}, "'minimum' is not supported"),
    "a long array": (
        {"tools": [make_tool(x={"type": "array", "items": {"type": "integer"}, "minItems": 2})]}, "minItems"),
    "too many strict tools": ({"tools": [make_tool(f"t{n}") for n in range(21)]}, "21 strict tools"),
    "too many optional parameters": (
        {"output_config": {"format": schema(
            properties={f"p{n}": {"type": "string"} for n in range(25)}, required=[])}}, "25 optional"),
    "too many unions": (
        {"output_config": {"format": schema(
            properties={f"p{n}": {"type": ["string", "null"]} for n in range(17)}, required=[])}},
        "17 parameters"),
    "two tools of one name": ({"tools": [make_tool(), make_tool()]}, "unique"),
    "an unknown key": ({"extra_body": {"temperature": 0.5}}, "temperature"),
    "an unknown block": ({"messages": [said("user", {"type": "poem", "text": "x"})]}, "messages"),
    "a result without an id": ({"messages": [said("user", {"type": "tool_result"})]}, "tool_use_id"),
    "an unknown ttl": ({"system": marked(1, {"type": "ephemeral", "ttl": "2h"})}, "ttl"),
    "an answer sent back with a null caller": (
        {"messages": [HI, said("assistant", {**CALL, "caller": None}), said("user", RESULT)],
         "tools": [make_tool()]}, "caller"),
}  # fmt: skip


@pytest.mark.parametrize("changes", VALID.values(), ids=VALID.keys())
def test_a_request_within_the_rules_passes(claude: ClaudeStandIn, changes: Json) -> None:
    assert ask(claude, **changes).role == "assistant"
    assert claude.violations == []


@pytest.mark.parametrize(("changes", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_request_that_breaks_a_rule_is_refused_and_noted(
    claude: ClaudeStandIn, changes: Json, reason: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=reason) as caught:
        ask(claude, **changes)
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id
    assert len(claude.state()["violations"]) == 1


def test_an_answer_can_be_sent_back_as_it_came(claude: ClaudeStandIn) -> None:
    call = {"text": "Let me look", "tools": [{"name": "find_slots", "input": {}}]}
    claude.script.set([Rule(answer=call)])
    first = ask(claude, model=MAIN, tools=[make_tool()])
    assert [block.type for block in first.content] == ["thinking", "text", "tool_use"]
    result = {**RESULT, "tool_use_id": next(b.id for b in first.content if b.type == "tool_use")}
    history: list[Any] = [HI, {"role": "assistant", "content": first.content}, said("user", result)]
    assert ask(claude, model=MAIN, tools=[make_tool()], messages=history).stop_reason == "end_turn"
    assert claude.violations == []


def test_keys_and_versions_are_checked(claude: ClaudeStandIn) -> None:
    with pytest.raises(anthropic.AuthenticationError):
        ask(claude, key="sk-ant-unknown")
    with pytest.raises(anthropic.BadRequestError, match="anthropic-version"):
        ask(claude, extra_headers={"anthropic-version": "1999-01-01"})


def test_models_are_listed_and_an_unknown_one_is_404(claude: ClaudeStandIn) -> None:
    with pytest.raises(anthropic.NotFoundError):
        ask(claude, model="claude-haiku-9")
    with make_claude_client(claude) as client:
        assert FAST in [model.id for model in client.models.list()]
        assert client.models.retrieve(MAIN).lifecycle == "active"
        with pytest.raises(anthropic.NotFoundError):
            client.models.retrieve("claude-haiku-9")
