"""The reader as the talking part: tools first, then words taken from their results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude import READER, ClaudeStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import MAIN, ask, make_claude_client, make_tool, text_in

CATALOGUE: Json = {
    "services": [{"id": 3, "name": "Манікюр", "price": 700, "currency": "UAH", "minutes": 60},
                 {"id": 4, "name": "Масаж", "price": 900, "currency": "UAH", "minutes": 30}],
    "specialists": [{"id": 11, "name": "Анна"}],
}  # fmt: skip
SLOT: Json = {"slot_id": "s1", "specialist_id": 11, "specialist": "Анна", "start": "2026-11-23T15:00",
              "label": "пн 23.11 о 15:00, Анна"}  # fmt: skip
LATER: Json = {**SLOT, "slot_id": "s2", "start": "2026-11-23T16:00", "label": "пн 23.11 о 16:00, Анна"}
VISIT: Json = {"id": 7, "service": "Манікюр", "service_id": 3, "specialist": "Анна",
               "start": "2026-11-24T15:00"}  # fmt: skip
TOOLS = [
    make_tool(name)
    for name in ("find_slots", "propose_booking", "propose_change", "propose_cancel", "ask_human")
]
SEEN: Json = {"intent": "book", "service_ids": [3], "specialist_id": None, "date_from": "2026-11-23",
              "date_to": "2026-11-23", "time_from": "15:00", "time_to": None, "exact_time": True,
              "answer": "none", "booking_ids": [], "guest_name": None, "guest_phone": None,
              "language": "uk"}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[ClaudeStandIn]:
    with running(ClaudeStandIn(mode=READER)) as server:
        yield server
        assert server.bugs == []
        assert server.violations == []


class Turn:
    """A tool loop: every answer is sent back verbatim with the result of its tool."""

    def __init__(self, server: ClaudeStandIn, text: str = "манікюр завтра о 15", **seen: Any) -> None:
        self._server = server
        facts = {"now": "2026-11-22T14:50", "messages": [{"text": text}], "language": "uk",
                 "client_visits": seen.pop("visits", []), "understanding": {**SEEN, **seen}}  # fmt: skip
        self._messages: list[Any] = [{"role": "user", "content": json.dumps(facts, ensure_ascii=False)}]

    def step(self, result: Json | None = None, *, failed: bool = False) -> Any:
        """The next answer, after the last tool gave `result`."""
        if result is not None:
            call = self._messages[-1]["content"][-1]
            block = {"type": "tool_result", "tool_use_id": call.id, "content": json.dumps(result)}
            self._messages.append({"role": "user", "content": [{**block, "is_error": failed}]})
        answer = ask(
            self._server, model=MAIN, tools=TOOLS, messages=self._messages, system=json.dumps(CATALOGUE)
        )
        self._messages.append({"role": "assistant", "content": answer.content})
        return answer

    def call(self, result: Json | None = None, *, failed: bool = False) -> tuple[str, Json]:
        """The next answer, which has to be one tool call."""
        block = self.step(result, failed=failed).content[-1]
        assert block.type == "tool_use"
        return block.name, block.input

    def text(self, result: Json | None = None, *, failed: bool = False) -> str:
        """The next answer, which has to be words only."""
        answer = self.step(result, failed=failed)
        assert answer.stop_reason == "end_turn"
        return text_in(answer)


def test_it_finds_the_slot_proposes_it_and_asks_for_a_yes(reader: ClaudeStandIn) -> None:
    turn = Turn(reader)
    name, wish = turn.call()
    assert (name, wish["service_ids"], wish["date_from"]) == ("find_slots", [3], "2026-11-23")
    name, proposal = turn.call({"slots": [SLOT, LATER], "next": []})
    item = {"service_id": 3, "specialist_id": 11, "start": "2026-11-23T15:00"}
    assert (name, proposal) == ("propose_booking", {"items": [item], "guest_name": None, "guest_phone": None})
    assert (
        turn.text({"proposal_id": 5, "summary": "Манікюр, Анна"})
        == "Перевірте, будь ласка, чи все правильно."
    )


def test_it_offers_what_is_free_when_the_time_is_taken(reader: ClaudeStandIn) -> None:
    turn = Turn(reader)
    turn.call()
    reply = turn.text({"slots": [LATER], "next": []})
    assert "23.11.2026 16:00 Анна" in reply
    assert "зайнятий" in reply


def test_it_lists_the_alternatives_of_a_refused_proposal(reader: ClaudeStandIn) -> None:
    turn = Turn(reader)
    turn.call()
    turn.call({"slots": [SLOT]})
    reply = turn.text({"error": {"code": "slot_taken"}, "alternatives": [LATER]}, failed=True)
    assert "23.11.2026 16:00 Анна" in reply


@pytest.mark.parametrize(
    ("language", "word"), [("uk", "підходить"), ("ru", "подходит"), ("en", "suits"), ("pl", "pasuje")]
)
def test_it_speaks_the_clients_language(reader: ClaudeStandIn, language: str, word: str) -> None:
    turn = Turn(reader, time_from=None, exact_time=False, language=language)
    turn.call()
    assert word in turn.text({"slots": [SLOT, LATER]})


def test_two_services_follow_one_another(reader: ClaudeStandIn) -> None:
    turn = Turn(reader, service_ids=[3, 4])
    turn.call()
    _, proposal = turn.call({"slots": [SLOT]})
    assert [item["start"] for item in proposal["items"]] == ["2026-11-23T15:00", "2026-11-23T16:00"]


def test_a_move_looks_for_the_visits_service_and_proposes_the_change(reader: ClaudeStandIn) -> None:
    turn = Turn(reader, intent="change", service_ids=[], booking_ids=[7], visits=[VISIT])
    assert turn.call()[1]["service_ids"] == [3]
    name, change = turn.call({"slots": [SLOT]})
    assert (name, change["booking_id"], change["start"]) == ("propose_change", 7, "2026-11-23T15:00")


def test_a_cancel_is_proposed_or_the_visit_asked_for(reader: ClaudeStandIn) -> None:
    assert Turn(reader, intent="cancel", booking_ids=[7], visits=[VISIT]).call() == (
        "propose_cancel",
        {"booking_ids": [7]},
    )
    assert "24.11.2026 15:00, Манікюр, Анна" in Turn(reader, intent="cancel", visits=[VISIT, VISIT]).text()


def test_a_person_is_called(reader: ClaudeStandIn) -> None:
    turn = Turn(reader, intent="human")
    assert turn.call()[0] == "ask_human"
    assert "адміністратор" in turn.text({"ok": True})


def test_prices_come_from_the_catalogue_and_other_questions_go_to_a_person(reader: ClaudeStandIn) -> None:
    assert "Манікюр — 700 UAH" in Turn(reader, "Скільки коштує манікюр?", intent="question").text()
    assert Turn(reader, "Де ви знаходитесь?", intent="question").call()[0] == "ask_human"


def test_it_asks_for_the_service_when_none_was_named(reader: ClaudeStandIn) -> None:
    assert "• Масаж" in Turn(reader, service_ids=[]).text()


def test_a_summary_fills_every_key_of_the_schema(reader: ClaudeStandIn) -> None:
    names: Json = {"summary": {"type": "string"}, "language": {"type": "string"}}
    lists: Json = {name: {"type": "array", "items": {"type": "string"}} for name in ("notes", "promises")}
    schema = {"type": "object", "properties": names | lists, "required": [*names, *lists],
              "additionalProperties": False}  # fmt: skip
    said = [{"role": "user", "content": "Привіт, хочу манікюр"}]
    answer = ask(reader, messages=said, output_config={"format": {"type": "json_schema", "schema": schema}})
    summary = json.loads(text_in(answer))
    assert set(summary) == {"summary", "language", "notes", "promises"}
    assert "манікюр" in summary["summary"]
    assert summary["language"] == "uk"


def test_every_answer_announces_the_stand_in(reader: ClaudeStandIn) -> None:
    with make_claude_client(reader) as client:
        raw = client.messages.with_raw_response.create(
            model=MAIN, max_tokens=90, messages=[{"role": "user", "content": "hello"}]
        )
    assert raw.headers["x-stand-in"] == "rule-based reader"
    assert raw.parse().model == MAIN
