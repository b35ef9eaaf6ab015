"""Answers as data: names become the ids of the request, words its form; nothing unknown slips through."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest
from pydantic import ValidationError

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude import REFUSE, ClaudeStandIn
from botbackend.workshop.sandbox.claude_asked import asked_of
from botbackend.workshop.sandbox.claude_data import SOLE, AnswerData, answer_of
from botbackend.workshop.sandbox.wire import Json

from .factories import UNDERSTAND_SCHEMA, ask, control, text_in

FORMAT = {"format": {"type": "json_schema", "schema": UNDERSTAND_SCHEMA}}
CATALOGUE = {
    "services": [{"id": 3, "name": "Manicure"}, {"id": 4, "name": "Haircut"}],
    "specialists": [{"id": 11, "name": "Anna"}],
}
VISITS = [{"id": 7, "service": "Manicure", "start": "2026-11-24T15:00"}]
SLOT = {"start": "2026-11-23T15:00", "specialist": "Anna"}
FACTS: Json = {
    "now": "2026-11-23T00:01",
    "messages": [{"text": "Hi", "at": "2026-11-22T23:59"}, {"text": "a manicure", "at": "2026-11-22T23:59"}],
    "client_visits": VISITS,
    "language": "en",
}


def make_body(**changes: Any) -> Json:
    """A request as the product makes it."""
    content = json.dumps({**FACTS, **changes.pop("facts", {})})
    messages = [{"role": "user", "content": [{"type": "text", "text": content}]}]
    return {"system": f"Rules.\n\n{json.dumps(CATALOGUE)}", "messages": messages, **changes}


def answered(body: Json | None = None, /, **data: Any) -> Json:
    """The answer that data becomes."""
    return answer_of(AnswerData.model_validate(data), asked_of(body or make_body()))


def form(**wish: Any) -> Json:
    """The form that a wish becomes, without what is empty."""
    found = answered(understand=wish)["json"]
    assert set(found) == set(UNDERSTAND_SCHEMA["required"])
    return {name: value for name, value in found.items() if value not in (None, [], False, "none")}


def test_names_become_ids_and_a_moment_becomes_the_forms_fields() -> None:
    assert form(book="Manicure", **{"with": "Anna", "for": "Olga"}, day="2026-11-23", at="15:00") == {
        "intent": "book", "service_ids": [3], "specialist_id": 11, "date_from": "2026-11-23",
        "date_to": "2026-11-23", "time_from": "15:00", "exact_time": True, "guest_name": "Olga",
        "language": "en",
    }  # fmt: skip


def test_days_ahead_are_counted_from_when_the_client_wrote() -> None:
    found = form(book=["Manicure", "Haircut"], day=[1, 3], time="14:00-")
    assert (found["date_from"], found["date_to"]) == ("2026-11-23", "2026-11-25")
    assert (found["service_ids"], found["time_from"]) == ([3, 4], "14:00")
    assert "exact_time" not in found


def test_visits_are_named_by_their_service() -> None:
    assert form(cancel="Manicure")["booking_ids"] == [7]
    assert form(change=SOLE, about="Haircut")["booking_ids"] == [7]
    assert "booking_ids" not in form(cancel=[])
    assert form(wants="question", about="Haircut") == {
        "intent": "question", "service_ids": [4], "language": "en"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "tool", "given"),
    [
        (
            {"propose_booking": {"service": "Manicure", "start": "2026-11-23 15:00"}},
            "propose_booking",
            {"items": [{"service_id": 3, "specialist_id": None, "start": "2026-11-23T15:00"}],
             "guest_name": None, "guest_phone": None},
        ),
        (
            {"propose_change": {"visit": "Manicure", "specialist": "Anna"}},
            "propose_change",
            {"booking_id": 7, "service_id": None, "specialist_id": 11, "start": None},
        ),
        ({"propose_cancel": ["Manicure", 99]}, "propose_cancel", {"booking_ids": [7, 99]}),
        (
            {"find_slots": {"services": "Haircut", "day": "2026-11-23", "time": "-12:00"}},
            "find_slots",
            {"service_ids": [4], "specialist_id": None, "date_from": "2026-11-23", "date_to": "2026-11-23",
             "time_from": None, "time_to": "12:00"},
        ),
        ({"ask_human": "a question"}, "ask_human", {"reason": "a question"}),
        ({"call": {"book_now": {"x": 1}}}, "book_now", {"x": 1}),
    ],
)  # fmt: skip
def test_tool_calls_get_the_tools_fields(data: Json, tool: str, given: Json) -> None:
    assert answered(**data) == {"tools": [{"name": tool, "input": given}]}


def test_a_text_may_show_the_free_starts_that_the_request_brings() -> None:
    body = make_body(facts={"slots": [SLOT]})
    assert answered(body, say="Free:\n{slots}") == {"text": "Free:\n• 23.11.2026 15:00 Anna"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"say": "Hi", "ask_human": "why"},
        {"answer": "hi"},
        {"understand": {"book": "Manicure", "cancel": []}},
        {"understand": {"day": "soon", "time": "noon"}},
    ],
)
def test_what_is_no_answer_is_refused(data: Json) -> None:
    with pytest.raises(ValidationError):
        AnswerData.model_validate(data)


@pytest.mark.parametrize(
    ("wish", "told"),
    [({"book": "Massage"}, "no Massage"), ({"cancel": "Haircut"}, "0 visits of Haircut")],
)
def test_a_name_that_the_request_does_not_know_is_refused(wish: Json, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        answered(understand=wish)


def test_the_stand_in_answers_what_was_said_with_the_data_for_it() -> None:
    with running(ClaudeStandIn(unscripted=REFUSE)) as server:
        rules = [
            {"when": {"said": "a pedicure"}, "data": {"understand": {"wants": "stop"}}, "times": None},
            {"when": {"said": "a manicure"}, "data": {"understand": {"book": "Manicure"}}, "times": None},
        ]
        assert control(server, "script", rules) == {"left": 0}
        found = json.loads(text_in(ask(server, output_config=FORMAT, **make_body())))
        assert server.bugs == []
    assert (found["intent"], found["service_ids"]) == ("book", [3])


def test_a_request_that_nobody_scripted_can_be_refused_and_is_remembered() -> None:
    with running(ClaudeStandIn(unscripted=REFUSE)) as server:
        with pytest.raises(anthropic.BadRequestError, match="no scripted answer is left"):
            ask(server, output_config=FORMAT, **make_body())
        assert server.state()["unexpected"] == [{"kind": "understand", "said": ["Hi", "a manicure"]}]
        server.reset()
        assert server.unexpected == []
