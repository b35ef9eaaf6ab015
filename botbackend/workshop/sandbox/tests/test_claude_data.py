"""Answers as data: names become the ids of the request, words its form; nothing unknown slips through."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest
from pydantic import ValidationError

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.answers.asked import asked_of
from botbackend.workshop.sandbox.claude.answers.data import SOLE, AnswerData
from botbackend.workshop.sandbox.claude.answers.lookup import answer_of
from botbackend.workshop.sandbox.claude.stand_in import REFUSE, ClaudeStandIn
from botbackend.workshop.sandbox.wire import Json

from .factories import UNDERSTAND_SCHEMA, ask, control, text_in

FORMAT = {"format": {"type": "json_schema", "schema": UNDERSTAND_SCHEMA}}
CATALOGUE = {
    "services": [{"id": 3, "name": "Manicure"}, {"id": 4, "name": "Haircut"}],
    "specialists": [{"id": 11, "name": "Anna"}],
}
VISITS = [{"id": 7, "service": "Manicure", "start": "2026-11-24T15:00"}]
FACTS: Json = {
    "now": "2026-11-23T00:01",
    "client_visits": VISITS,
    "language": "en",
}


WORDS = {
    "messages": [{"text": "Hi", "at": "2026-11-22T23:59"}, {"text": "a manicure", "at": "2026-11-22T23:59"}]
}


def make_body(**changes: Any) -> Json:
    """A request as the product makes it."""
    facts = {**FACTS, **changes.pop("facts", {})}
    blocks = [{"type": "text", "text": json.dumps(part)} for part in (facts, WORDS)]
    messages = [{"role": "user", "content": blocks}]
    return {"system": f"Rules.\n\n{json.dumps(CATALOGUE)}", "messages": messages, **changes}


def answered(body: Json | None = None, /, **data: Any) -> Json:
    """The answer that data becomes."""
    return answer_of(AnswerData.model_validate(data), asked_of(body or make_body()))


def form(**wish: Any) -> Json:
    """The form that a wish becomes, without what is empty."""
    found = answered(understand=wish)["json"]
    assert set(found) == set(UNDERSTAND_SCHEMA["required"])
    return bare(found)


def bare(found: Json) -> Json:
    return {
        name: [bare(one) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list)
        else value
        for name, value in found.items()
        if value not in ("", 0, [], False, "none", "start", "any") and name != "remark"
    }


def test_names_become_ids_and_a_moment_becomes_the_forms_fields() -> None:
    assert form(book="Manicure", **{"with": "Anna", "for": "Olga"}, day="2026-11-23", at="15:00") == {
        "wishes": [
            {
                "kind": "book",
                "items": [{"services": [3], "specialist": 11, "for": "Olga"}],
                "days": [{"from": "2026-11-23", "to": "2026-11-23"}],
                "time_from": "15:00",
                "exact": True,
            }
        ],
        "language": "en",
    }


def test_days_ahead_are_counted_from_when_the_client_wrote() -> None:
    (found,) = form(book=["Manicure", "Haircut"], day=[1, 3], time="14:00-")["wishes"]
    assert found["days"] == [{"from": "2026-11-23", "to": "2026-11-25"}]
    assert [item["services"] for item in found["items"]] == [[3], [4]]
    assert found["time_from"] == "14:00"
    assert "exact" not in found


def test_visits_are_named_by_their_service() -> None:
    assert form(cancel="Manicure")["wishes"] == [{"kind": "cancel", "visits": [7]}]
    assert form(change=SOLE, about="Haircut")["wishes"][0]["visits"] == [7]
    assert form(cancel=[])["wishes"] == [{"kind": "cancel"}]


def test_a_question_is_answered_in_words_and_several_wishes_stay_in_order() -> None:
    assert form(wants="question") == {"wants": "question", "to_answer": True, "language": "en"}
    found = form(cancel="Manicure", also=[{"book": "Haircut"}], to_answer=True)
    assert [wish["kind"] for wish in found["wishes"]] == ["cancel", "book"]
    assert found["to_answer"]


@pytest.mark.parametrize(
    ("data", "tool", "given"),
    [
        (
            {"propose_booking": {"service": "Manicure", "start": "2026-11-23 15:00"}},
            "propose_booking",
            {"visits": [{"items": [{"service": 3, "specialist": 0, "start": "2026-11-23T15:00", "for": ""}]}],
             "guest_phone": "", "note": ""},
        ),
        (
            {"propose_change": {"visit": "Manicure", "specialist": "Anna"}},
            "propose_change",
            {"visit": 7, "service": 0, "specialist": 11, "start": ""},
        ),
        ({"propose_cancel": ["Manicure", 99]}, "propose_cancel", {"visits": [7, 99]}),
        (
            {"find_slots": {"services": "Haircut", "day": "2026-11-23", "time": "-12:00"}},
            "find_slots",
            {"wish": {"items": [{"services": [4], "specialist": 0, "not_specialists": [], "for": ""}],
                      "days": [{"from": "2026-11-23", "to": "2026-11-23"}], "weekdays": [], "time_from": "",
                      "time_to": "12:00", "exact": False, "time_is": "start", "pick": "any", "at_once": False,
                      "every_weeks": 0, "times": 0}},
        ),
        ({"ask_human": "a question"}, "ask_human", {"reason": "a question"}),
        ({"call": {"book_now": {"x": 1}}}, "book_now", {"x": 1}),
    ],
)  # fmt: skip
def test_tool_calls_get_the_tools_fields(data: Json, tool: str, given: Json) -> None:
    assert answered(**data) == {"tools": [{"name": tool, "input": given}]}


def test_a_text_may_name_the_references_that_the_request_brings() -> None:
    wish = {"slots": [{"ref": "s1", "start": "2026-11-23T15:00", "who": "Anna"}]}
    body = make_body(facts={"wishes": [wish]})
    said = answered(body, say="Free:\n{slots}\n{free 15:00|time} {price Haircut}")["tools"][0]
    assert said == {"name": "say", "input": {"text": "Free:\n• {s1} Anna\n{s1.time} {p4}", "notes": []}}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"ask_human": "why", "propose_cancel": []},
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
    assert [item["services"] for item in found["wishes"][0]["items"]] == [[3]]


def test_a_request_that_nobody_scripted_can_be_refused_and_is_remembered() -> None:
    with running(ClaudeStandIn(unscripted=REFUSE)) as server:
        with pytest.raises(anthropic.BadRequestError, match="no scripted answer is left"):
            ask(server, output_config=FORMAT, **make_body())
        assert server.state()["unexpected"] == [{"kind": "understand", "said": ["Hi", "a manicure"]}]
        server.reset()
        assert server.unexpected == []
