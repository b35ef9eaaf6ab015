"""The demo's small reader: a few plain wishes in four languages, and nothing said but what it was given."""

from __future__ import annotations

import json
from typing import Any

import pytest

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.answers.asked import RESPOND, UNDERSTAND, Asked
from botbackend.workshop.sandbox.claude.stand_in import READ, ClaudeStandIn
from botbackend.workshop.sandbox.demo_reader import read
from botbackend.workshop.sandbox.wire import Json

from .factories import UNDERSTAND_SCHEMA, ask, text_in

SERVICES: list[Json] = [
    {"id": 1, "name": "Манікюр", "price": 450},
    {"id": 2, "name": "Манікюр з покриттям", "price": 650},
    {"id": 3, "name": "Жіноча стрижка", "price": 600},
    {"id": 4, "name": "Педикюр", "price": 700},
]
SPECIALISTS = [{"id": 11, "name": "Анна"}, {"id": 12, "name": "Марія"}]
NOW = "2026-11-22T14:50"  # a Sunday
VISIT = {
    "id": 7,
    "ref": "v7",
    "service": "Педикюр",
    "service_id": 4,
    "specialist": "Анна",
    "start": "2026-11-24T15:00",
}
SLOT = {"start": "2026-11-23T15:00", "specialist": "Анна", "service_id": 1, "specialist_id": 11}


def make_asked(text: str, kind: str = UNDERSTAND, **more: Any) -> Asked:
    """A request with one unanswered message; `more` are facts, and `earlier` and `results`."""
    earlier, results = more.pop("earlier", []), more.pop("results", [])
    facts = {
        "now": NOW,
        "client_visits": [],
        "language": "uk",
        **more,
    }
    return Asked(kind, SERVICES, SPECIALISTS, facts, earlier, results, [text], [NOW], [])


def understood(text: str, **more: Any) -> Json:
    """What it reads in a text, without what is empty."""
    wish = read(make_asked(text, **more)).understand
    assert wish is not None
    found = wish.model_dump(mode="json", exclude_defaults=True)
    return {"intent": wish.intent, **found}


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Хочу на манікюр до Анни завтра о 15:00", {"book": [1], "specialist": 11, "at": "15:00"}),
        ("манікюр з покриттям завтра о 10", {"book": [2], "at": "10:00"}),
        ("Запишите на женскую стрижку завтра в 12:30", {"book": [3], "at": "12:30"}),
        ("a haircut with Mariia tomorrow at 5pm", {"book": [3], "specialist": 12, "at": "17:00"}),
        ("pedicure jutro o 11", {"book": [4], "at": "11:00"}),
        ("педикюр завтра ввечері", {"book": [4], "time": ["17:00", "21:00"]}),
    ],
)
def test_it_reads_a_wish_for_a_visit(text: str, wish: Json) -> None:
    found = understood(text)
    assert wish.items() <= found.items()
    assert found["day"] == ["2026-11-23"]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("сьогодні", "2026-11-22"),
        ("післязавтра", "2026-11-24"),
        ("25.11", "2026-11-25"),
        ("3 грудня", "2026-12-03"),
        ("on 3 January", "2027-01-03"),
        ("в п'ятницю", "2026-11-27"),
    ],
)
def test_it_reads_a_day(words: str, day: str) -> None:
    assert understood(f"манікюр {words}")["day"] == [day]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Скасуйте мій візит", "cancel"),
        ("Перенесите на завтра", "change"),
        ("Які мої записи?", "my_bookings"),
        ("How much is it?", "question"),
        ("Покличте адміністратора", "human"),
        ("Dzień dobry", "smalltalk"),
        ("стоп", "stop"),
        ("абракадабра", "unclear"),
    ],
)
def test_it_tells_what_is_wanted(text: str, intent: str) -> None:
    assert understood(text)["intent"] == intent


def test_it_completes_a_wish_from_what_was_said_before() -> None:
    earlier = [("user", "Хочу манікюр до Анни"), ("assistant", "На який день?")]
    found = understood("завтра о 15", earlier=earlier)
    assert {"book": [1], "specialist": 11, "day": ["2026-11-23"], "at": "15:00"}.items() <= found.items()
    assert "specialist" not in understood("завтра о 15", earlier=[*earlier, ("assistant", "Записано.")])


def test_an_answer_counts_only_beside_a_card_and_a_new_wish_is_no_yes() -> None:
    assert understood("так", open_proposal={"kind": "book"})["answer"] == "yes"
    assert "answer" not in understood("так")
    assert understood("так, але о 16:00", open_proposal={"kind": "book"})["answer"] == "no"


def replied(text: str, **more: Any) -> Json:
    """Its reply as data."""
    return read(make_asked(text, RESPOND, **more)).model_dump(mode="json", exclude_unset=True)


def test_it_offers_what_is_free_and_proposes_what_was_asked_for() -> None:
    free = [{"slots": [SLOT]}]
    assert "{slots}" in replied("манікюр завтра", wishes=free)["say"]
    assert "іншого" not in replied("манікюр завтра", wishes=[])["say"]
    (item,) = replied("Чи можна манікюр завтра о 15:00?", wishes=free)["propose_booking"]
    assert item == {"service": 1, "specialist": None, "start": "2026-11-23T15:00"}
    assert "Перевірте" in replied("Чи можна манікюр завтра о 15:00?", results=[{"proposal_id": "1"}])["say"]


def test_it_asks_for_what_is_missing() -> None:
    assert "Педикюр" in replied("Хочу завтра о 15:00")["say"]
    assert "На який день" in replied("Перенесіть мій педикюр", client_visits=[VISIT])["say"]
    assert "немає" in replied("Скасуйте мій візит")["say"]
    assert replied("Перенесіть мій педикюр на завтра о 12:00", client_visits=[VISIT]) == {
        "propose_change": {"visit": 7, "specialist": None, "start": "2026-11-23T12:00"}
    }


def test_it_tells_prices_and_hands_other_questions_on() -> None:
    said = replied("Скільки коштує педикюр?")["say"]
    assert "{p4}" in said
    assert "{p1}" not in said
    assert "ask_human" in replied("Яка у вас адреса?")


def test_the_stand_in_answers_with_it_when_told_to_and_says_so() -> None:
    catalogue = json.dumps({"services": SERVICES, "specialists": SPECIALISTS}, ensure_ascii=False)
    facts = {"now": NOW, "client_visits": []}
    words = {"messages": [{"text": "манікюр завтра о 15:00", "at": NOW}]}
    blocks = [{"type": "text", "text": json.dumps(part, ensure_ascii=False)} for part in (words, facts)]
    with running(ClaudeStandIn(unscripted=READ)) as server:
        answer = ask(
            server,
            system=f"Rules.\n\n{catalogue}",
            messages=[{"role": "user", "content": blocks}],
            output_config={"format": {"type": "json_schema", "schema": UNDERSTAND_SCHEMA}},
        )
        assert server.bugs == []
    form = json.loads(text_in(answer))
    assert set(form) == set(UNDERSTAND_SCHEMA["required"])
    (wish,) = form["wishes"]
    assert [item["services"] for item in wish["items"]] == [[1]]
    assert (wish["days"][0]["from"], wish["time_from"]) == ("2026-11-23", "15:00")
