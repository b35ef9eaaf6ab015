"""Why the assistant said something: a turn in words, whatever its trace holds."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ai.models import Turn
from botbackend.office.inbox.timeline.steps import labelled
from botbackend.office.tests.inbox.talks import make_said, make_talk
from botbackend.office.tests.inbox.turns import make_turn, whole_trace
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import make_project
from projects.models import Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


CUT = '{"slots": [{"says": "at 5'


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def talk(salon: Project) -> Dialogue:
    return make_talk(salon)


def why(message: Message, browser: Client | None = None) -> str:
    browser = browser or signed_in(make_colleague(message.project))
    answer = browser.get(reverse("office:message-why", args=[message.project.slug, message.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_turn_is_told_in_words(salon: Project, talk: Dialogue) -> None:
    trace = whole_trace(salon, make_said(talk, "tomorrow please"))
    text = why(make_turn(talk, trace, cost_usd=Decimal("0.0134"), input_tokens=12000, output_tokens=300))
    for words in (
        "“tomorrow please” (heard in a recording)",
        "Wants to book.",
        "Haircut",
        "Anna",
        "Olia",
        "1 December 2026",
        "Tuesday",
        "14:00 – 18:00",
        "as early as possible",
        "Said yes to what was proposed.",
        "Asks a question.",
        "allergic to ammonia",
        "How it answers (version 3)",
        "Looked for free times",
        "1 free time was found.",
        "Tuesday at 15:00",
        "other times",
        "Prepared a visit to confirm",
        "It was refused.",
        "at 16:00",
        "Wrote the answer",
        "A figure that nothing backs",
        "5 is not known",
        "Nothing wrong was found.",
        "Showed the client a visit",
        "This time is taken.",
        "4.2 s",
        "$0.0134",
        "0.9 s",
        "2.1 s",
        "overloaded",
        "The program itself",
        "0.8 s",
        "Mood",
        "merry",
    ):
        assert words in text, words
    assert "{" not in text


def test_models_tokens_and_what_has_no_words_are_for_operators(salon: Project, talk: Dialogue) -> None:
    trace = whole_trace(salon, make_said(talk, "tomorrow please"))
    message = make_turn(talk, trace, cost_usd=Decimal("0.0134"), input_tokens=12000, output_tokens=300)
    technical = ["12,000 tokens read, 300 written", "Weather · Sky · Colour", "grey"]
    technical += [str(call["model"]) for call in trace["calls"]]
    of_owner, of_operator = why(message), why(message, signed_in(make_staff(is_superuser=True)))
    for words in technical:
        assert words in of_operator, words
        assert words not in of_owner, words
    assert "<details>" in of_operator


@pytest.mark.parametrize(
    "trace",
    [
        None,
        {},
        [],
        "text",
        {
            "understanding": None,
            "calls": None,
            "tools": [None, 7, {}],
            "guard": [{}],
            "operations": ["x", {}],
        },
        {"messages": ["x"], "tools": [{"name": "find_slots", "arguments": "{cut", "result": CUT}]},
        {"understanding": {"wishes": [{"days": [{}], "items": [{"services": ["x"]}], "visits": "x"}]}},
        {
            "understanding": {
                "wishes": [{"days": "x", "weekdays": ["never"], "time_from": "25:00", "exact": True}]
            }
        },
        {"calls": [{"kind": "dream", "latency_ms": None, "cost_usd": None}], "prompts": [None]},
    ],
)
def test_a_trace_of_any_shape_is_told(talk: Dialogue, trace: Any) -> None:
    assert "Decided" in why(make_turn(talk, trace))


@pytest.mark.parametrize("outcome", Turn.Outcome)
def test_every_end_of_a_turn_has_words(talk: Dialogue, outcome: str) -> None:
    assert "<strong>" in why(make_turn(talk, {}, outcome=outcome))


def test_the_menus_say_why_they_answered(talk: Dialogue) -> None:
    text = why(make_turn(talk, {}, mode="guided", note="budget spent"))
    assert "the numbered menus answered" in text
    assert "budget spent" in text


def test_what_the_client_wrote_is_text(talk: Dialogue) -> None:
    trace = {"understanding": {"remark": {"kind": "other", "text": "<script>alert(1)</script>"}}}
    assert "<script>" not in why(make_turn(talk, trace))


def test_a_message_without_a_turn_says_so(talk: Dialogue) -> None:
    assert "Nothing is kept" in why(make_said(talk, "Hello", by="bot"))
    assert "Nothing is kept" in why(make_said(talk, "Hello", by="bot", turn_id=10**9))


def test_a_turn_of_another_salon_is_told_to_nobody(talk: Dialogue) -> None:
    other = make_talk(make_project(sendpulse_bot_id="b"))
    foreign = make_turn(other, {"understanding": {"client_name": "Foreign"}})
    mine = make_said(talk, "Hello", by="bot", turn_id=foreign.turn_id)
    assert "Foreign" not in why(mine)


def test_a_specialist_may_not_ask(talk: Dialogue) -> None:
    message = make_turn(talk, {})
    browser = signed_in(make_colleague(talk.project, Role.SPECIALIST))
    address = reverse("office:message-why", args=[talk.project.slug, message.pk])
    assert browser.get(address).status_code == 403


def test_it_takes_the_same_queries_whatever_was_done(salon: Project, talk: Dialogue) -> None:
    full = make_turn(talk, whole_trace(salon, make_said(talk, "tomorrow please")))
    browser, counts = signed_in(make_colleague(salon)), []
    for message in (make_turn(talk, {"messages": [full.pk]}), full):
        with CaptureQueriesContext(connection) as asked:
            why(message, browser)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_has_no_words_becomes_a_plain_list() -> None:
    found = labelled({"a_b": {"c": [{"d": 1}, {"d": 2}], "empty": "", "flag": True}})
    assert found == [("A b · C · D", "1"), ("A b · C · D", "2"), ("A b · Flag", "True")]
    deep: Any = "end"
    for _ in range(20):
        deep = {"in": deep}
    assert labelled(deep)[0][1] == "…"
