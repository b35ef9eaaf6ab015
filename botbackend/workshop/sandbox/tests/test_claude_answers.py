"""Scripted answers, errors, keys, usage figures and the simulated prompt cache."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anthropic
import pytest

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import FAST, UNDERSTAND_SCHEMA, ask, control, make_claude_client, make_tool, text_in

RULES = "Answer politely and only from the facts. " * 120  # about 1,400 tokens
FORMAT = {"format": {"type": "json_schema", "schema": UNDERSTAND_SCHEMA}}


def system(text: str = RULES, ttl: str = "5m") -> list[Json]:
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral", "ttl": ttl}}]


def script(server: ClaudeStandIn, *rules: Json) -> None:
    control(server, "script", {"script": list(rules)})


def test_answers_come_in_order_and_then_the_default(claude: ClaudeStandIn) -> None:
    script(claude, {"answer": {"text": "one"}}, {"answer": {"text": "two"}})
    assert [text_in(ask(claude)) for _ in range(3)] == ["one", "two", "OK"]


def test_an_answer_waits_for_the_request_it_is_meant_for(claude: ClaudeStandIn) -> None:
    script(
        claude,
        {"when": {"kind": "understand"}, "answer": {"json": {"wants": "question"}}, "times": None},
        {"when": {"kind": "respond", "contains": "Olena"}, "answer": {"text": "Hello, Olena"}},
    )
    assert text_in(ask(claude)) == "OK"
    assert json.loads(text_in(ask(claude, output_config=FORMAT))) == {"wants": "question"}
    hello = ask(claude, messages=[{"role": "user", "content": "I am Olena"}])
    assert text_in(hello) == "Hello, Olena"
    assert claude.script.left == 0


def test_a_call_can_make_the_answer_in_the_same_process(claude: ClaudeStandIn) -> None:
    claude.script.add(Rule(call=lambda body: {"text": body["messages"][-1]["content"][::-1]}, times=None))
    assert text_in(ask(claude, messages=[{"role": "user", "content": "abc"}])) == "cba"


def test_an_unscripted_format_is_filled_by_its_schema(claude: ClaudeStandIn) -> None:
    found = json.loads(text_in(ask(claude, output_config=FORMAT)))
    assert found["wants"] == "unclear"
    assert set(found) == set(UNDERSTAND_SCHEMA["required"])


def test_thinking_comes_first_unless_it_is_off(claude: ClaudeStandIn) -> None:
    assert ask(claude).content[0].type == "thinking"
    assert ask(claude, thinking={"type": "disabled"}).content[0].type == "text"
    forced = ask(claude, tools=[make_tool()], tool_choice={"type": "any"})
    assert all(block.type != "thinking" for block in forced.content)


def test_a_refusal_and_a_truncation_can_be_scripted(claude: ClaudeStandIn) -> None:
    refusal = {
        "content": [],
        "stop_reason": "refusal",
        "stop_details": {"type": "refusal", "category": "cyber"},
    }
    script(claude, {"answer": refusal}, {"answer": {"text": "cut", "stop_reason": "max_tokens"}})
    assert ask(claude, thinking={"type": "disabled"}).stop_reason == "refusal"
    assert ask(claude).stop_reason == "max_tokens"


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"status": 529}, anthropic.InternalServerError),
        ({"status": 429, "headers": {"retry-after": "3600"}}, anthropic.RateLimitError),
        ({"status": 402}, anthropic.APIStatusError),
        (
            {"status": 429, "error": {"details": {"error_code": "enforced_spend_limit_reached"}}},
            anthropic.RateLimitError,
        ),
    ],
)
def test_errors_can_be_scripted(
    claude: ClaudeStandIn, rule: Json, kind: type[anthropic.APIStatusError]
) -> None:
    script(claude, rule)
    with pytest.raises(kind) as caught:
        ask(claude)
    assert caught.value.status_code == rule["status"]
    for name, value in rule.get("headers", {}).items():
        assert caught.value.response.headers[name] == value
    if "error" in rule:
        assert caught.value.error_code == "enforced_spend_limit_reached"


def test_a_gateway_error_is_a_page(claude: ClaudeStandIn) -> None:
    control(claude, "faults", [{"kind": "status", "status": 502, "times": 1}])
    with pytest.raises(anthropic.InternalServerError) as caught:
        ask(claude)
    assert caught.value.type is None


def test_a_key_tells_its_organisation_and_can_be_revoked(claude: ClaudeStandIn) -> None:
    with make_claude_client(claude, "sk-ant-stand-in-2") as client:
        raw = client.messages.with_raw_response.create(
            model=FAST, max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
    assert raw.headers["anthropic-organization-id"] == "org-stand-in-b"
    assert raw.headers["anthropic-workspace-id"] == "wrkspc_org-stand-in-b"
    assert raw.headers["request-id"].startswith("req_")
    assert int(raw.headers["anthropic-ratelimit-requests-remaining"]) == 999
    control(claude, "keys", {"key": "sk-ant-stand-in-2", "status": 403})
    with pytest.raises(anthropic.PermissionDeniedError):
        ask(claude, key="sk-ant-stand-in-2")
    assert ask(claude).role == "assistant"


def test_the_rate_limit_is_the_organisations(claude: ClaudeStandIn) -> None:
    control(claude, "settings", {"rpm": 1})
    ask(claude)
    with pytest.raises(anthropic.RateLimitError) as caught:
        ask(claude)
    assert 0 < int(caught.value.response.headers["retry-after"]) <= 60
    ask(claude, key="sk-ant-stand-in-2")
    ask(claude, model="claude-sonnet-5-5")


def test_a_prefix_is_written_once_and_read_until_it_expires(claude: ClaudeStandIn) -> None:
    first, second = (ask(claude, system=system()).usage for _ in range(2))
    assert first.cache_creation_input_tokens == round(len(RULES) / 3.5)
    assert first.cache_creation is not None
    assert first.cache_creation.ephemeral_5m_input_tokens == first.cache_creation_input_tokens
    assert (second.cache_creation_input_tokens, second.cache_read_input_tokens) == (
        0,
        first.cache_creation_input_tokens,
    )
    assert first.input_tokens == second.input_tokens < 20
    claude.advance(299)
    assert ask(claude, system=system()).usage.cache_read_input_tokens
    claude.advance(299)  # the read refreshed it
    assert ask(claude, system=system()).usage.cache_read_input_tokens
    claude.advance(301)
    assert ask(claude, system=system()).usage.cache_read_input_tokens == 0


def test_an_hour_long_entry_outlives_a_short_one(claude: ClaudeStandIn) -> None:
    blocks = system(RULES, "1h") + system("A salon's own block. " * 100)
    usage = ask(claude, system=blocks).usage
    assert usage.cache_creation is not None
    assert usage.cache_creation.ephemeral_1h_input_tokens == round(len(RULES) / 3.5)
    assert usage.cache_creation.ephemeral_5m_input_tokens == 600
    claude.advance(301)
    later = ask(claude, system=blocks).usage
    assert later.cache_read_input_tokens == round(len(RULES) / 3.5)
    assert later.cache_creation_input_tokens == 600


@pytest.mark.parametrize(
    "changes",
    [
        {"system": system(RULES + ".")},
        {"tools": [make_tool()]},
        {"output_config": FORMAT},
        {"model": "claude-sonnet-5-5"},
        {"key": "sk-ant-stand-in-2"},
    ],
    ids=["system", "tools", "format", "model", "workspace"],
)
def test_what_changes_the_prefix_misses_the_cache(claude: ClaudeStandIn, changes: Json) -> None:
    ask(claude, system=system())
    assert ask(claude, **{"system": system(), **changes}).usage.cache_read_input_tokens == 0


def test_effort_spares_the_system_part_and_loses_the_messages(claude: ClaudeStandIn) -> None:
    marks = {"system": system(), "cache_control": {"type": "ephemeral"}}
    messages = [{"role": "user", "content": "long " * 200}]
    whole = ask(claude, messages=messages, **marks).usage.cache_creation_input_tokens or 0
    again = ask(claude, messages=messages, **marks).usage
    assert (again.cache_read_input_tokens, again.input_tokens) == (whole, 0)
    other = ask(claude, messages=messages, output_config={"effort": "low"}, **marks).usage
    assert other.cache_read_input_tokens == round(len(RULES) / 3.5)


def test_a_short_prefix_is_silently_not_cached(claude: ClaudeStandIn) -> None:
    for _ in range(2):
        usage = ask(claude, system=system("Short. " * 100)).usage
        assert (usage.cache_creation_input_tokens, usage.cache_read_input_tokens) == (0, 0)


def test_tokens_are_counted_as_they_are_billed(claude: ClaudeStandIn) -> None:
    usage = ask(claude, system=RULES).usage
    with make_claude_client(claude) as client:
        counted = client.messages.count_tokens(
            model=FAST, system=RULES, messages=[{"role": "user", "content": "Hi"}]
        )
    assert counted.input_tokens == usage.input_tokens
    assert claude.state()["usage"]["input_tokens"] == usage.input_tokens


def test_a_batch_is_answered_in_lines(claude: ClaudeStandIn) -> None:
    script(claude, {"answer": {"text": "summary"}, "times": None})
    with make_claude_client(claude) as client:
        params = {"model": FAST, "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        bad = {**params, "messages": [{"role": "assistant", "content": "x"}]}
        requests: list[Json] = [{"custom_id": "a", "params": params}, {"custom_id": "b", "params": bad}]
        made = client.messages.batches.create(requests=requests)  # type: ignore[arg-type]  # plain dicts
        assert made.processing_status == "in_progress"
        ended = client.messages.batches.retrieve(made.id)
        assert (ended.processing_status, ended.request_counts.errored) == ("ended", 1)
        lines = list(client.messages.batches.results(made.id))
        assert [line.result.type for line in lines] == ["succeeded", "errored"]
        assert client.messages.batches.delete(made.id).type == "message_batch_deleted"


@pytest.mark.slow
def test_two_hundred_requests_wait_side_by_side() -> None:
    with running(ClaudeStandIn(delay=1.5)) as server, make_claude_client(server) as client:
        ask(server)  # the validator is built once

        def greet(number: int) -> str:
            said: Any = [{"role": "user", "content": f"Hi {number}"}]
            return client.messages.create(model=FAST, max_tokens=9, messages=said).role

        with ThreadPoolExecutor(200) as pool:
            started = time.monotonic()
            calls = [pool.submit(greet, number) for number in range(200)]
            assert {call.result() for call in calls} == {"assistant"}
        assert time.monotonic() - started < 8  # one after the other it would be 300 s
