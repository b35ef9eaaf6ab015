"""The demo's verdict: each of its checks notices what is wrong."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from botbackend.workshop.launcher.demo_checks import (
    Visit,
    booking_problems,
    names_visit,
    receipt_problems,
    sent_texts,
    sheet_problems,
    stand_in_problems,
    webhook_problems,
)

VISIT = Visit("c1", "Ольга", "Анна", "Манікюр", datetime(2026, 11, 4, 15, 0, tzinfo=ZoneInfo("Europe/Kyiv")))
ROW = ["04.11", "04.11.2026", "15:00", "c1", "Ольга", "Манікюр"]
CARD, RECEIPT = "Записати вас: Анна, 4 листопада, 15:00?", "Записала! Середа, 04.11 о 15:00, Анна."


def make_booking(**changes: Any) -> dict[str, Any]:
    booking = {
        "id": 1,
        "specialist": "Анна",
        "service": "Манікюр",
        "start": "2026-11-04T15:00:00+02:00",
        "status": "booked",
        "client": {"contact_id": "c1", "name": "Ольга", "phone": None},
        "source": "bot",
    }
    return {**booking, **changes}


def make_send(text: str, *, contact: str = "c1", status: int = 200) -> dict[str, Any]:
    return {"status": status, "body": {"contact_id": contact, "message": {"type": "text", "text": text}}}


def make_states(**changes: Any) -> dict[str, dict[str, Any]]:
    claude: dict[str, Any] = {"bugs": [], "violations": [], "usage": {"requests": 2}}
    google: dict[str, Any] = {"bugs": [], "formula_cells": [], "formula_writes": []}
    states = {"claude": claude, "google": google, "sendpulse": {"bugs": []}}
    for name, change in changes.items():
        states[name] |= change
    return states


def test_the_booking_that_was_asked_for_is_right() -> None:
    assert booking_problems([make_booking()], VISIT) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"status": "held"}, "status"),
        ({"status": "cancelled"}, "status"),
        ({"start": "2026-11-04T15:30:00+02:00"}, "start"),
        ({"start": "2026-11-04T15:00:00+00:00"}, "start"),
        ({"specialist": "Олена"}, "specialist"),
        ({"service": "Педикюр"}, "service"),
        ({"client": {"contact_id": "c2"}}, "contact"),
        ({"client": None}, "contact"),
        ({"source": "admin"}, "source"),
    ],
)
def test_another_booking_is_wrong(change: dict[str, Any], word: str) -> None:
    problems = booking_problems([make_booking(**change)], VISIT)
    assert len(problems) == 1
    assert word in problems[0]


def test_no_booking_and_two_bookings_are_wrong() -> None:
    assert "has 0" in booking_problems([], VISIT)[0]
    assert "has 2" in booking_problems([make_booking(), make_booking(id=2)], VISIT)[0]


def test_the_row_of_the_visit_is_right_among_other_rows() -> None:
    head, other = ["Дата", "Повна дата", "Час"], ["04.11", "04.11.2026", "16:00", "c2", "Іра", "Манікюр"]
    assert sheet_problems([head, other, [*ROW, "b-hidden"]], VISIT) == []


@pytest.mark.parametrize("column", range(6))
def test_a_wrong_cell_in_the_sheet_is_noticed(column: int) -> None:
    row = list(ROW)
    row[column] = "x"
    assert sheet_problems([row], VISIT) != []


def test_a_missing_and_a_doubled_row_are_wrong() -> None:
    assert "has 0" in sheet_problems([], VISIT)[0]
    assert "has 2" in sheet_problems([ROW, ROW], VISIT)[0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (CARD, True),
        (RECEIPT, True),
        ("4 листопада о 15:30", False),
        ("5 листопада о 15:00", False),
        ("15:00", False),
    ],
)
def test_a_text_names_the_visit_by_day_and_time(text: str, names: bool) -> None:
    assert names_visit(text, VISIT) is names


def test_only_what_sendpulse_took_for_this_client_counts_as_sent() -> None:
    requests = [make_send("a"), make_send("b", contact="c2"), make_send("c", status=500), make_send("d")]
    assert sent_texts([*requests, {"status": 200, "body": None}], VISIT) == ["a", "d"]


def test_a_proposal_and_a_receipt_are_right() -> None:
    assert receipt_problems([CARD, RECEIPT], VISIT) == []


def test_a_receipt_of_another_time_is_noticed() -> None:
    problems = receipt_problems([CARD, RECEIPT.replace("15:00", "16:00")], VISIT)
    assert len(problems) == 1
    assert "receipt" in problems[0]


@pytest.mark.parametrize("texts", [[], [CARD], [CARD, RECEIPT, RECEIPT]])
def test_a_missing_or_repeated_message_is_noticed(texts: list[str]) -> None:
    assert f"got {len(texts)} messages" in receipt_problems(texts, VISIT)[0]


def test_a_real_model_may_say_something_before_its_card() -> None:
    assert receipt_problems(["До якої майстрині?", CARD, RECEIPT], VISIT, live=True) == []
    assert "proposal" in receipt_problems([CARD, "До якої майстрині?", RECEIPT], VISIT, live=True)[0]
    assert "got 1 messages" in receipt_problems([RECEIPT], VISIT, live=True)[0]


def test_webhooks_must_have_come_and_been_taken() -> None:
    event = {"contact": {"id": "c1"}}
    taken, refused = ({"status": status, "notes": {"events": [event]}} for status in (200, 401))
    foreign = {"status": 500, "notes": {"events": [{"contact": {"id": "c2"}}]}}
    assert webhook_problems([taken, foreign], VISIT) == []
    assert webhook_problems([taken, refused], VISIT) == ["a webhook was answered 401"]
    assert webhook_problems([foreign], VISIT) == ["SendPulse posted no webhook for the client"]


def test_content_stand_ins_are_right_with_or_without_one_of_claude() -> None:
    states = make_states()
    assert stand_in_problems(states) == []
    del states["claude"]
    assert stand_in_problems(states) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"claude": {"violations": [{"message": "extra field"}]}}, "extra field"),
        ({"claude": {"usage": {}}}, "never asked"),
        ({"google": {"formula_cells": [{"cell": "E2"}]}}, "E2"),
        ({"google": {"formula_writes": [{"cell": "E3"}]}}, "E3"),
        ({"sendpulse": {"bugs": ["Traceback\nKeyError: 'text'\n"]}}, "KeyError"),
    ],
)
def test_what_a_stand_in_objects_to_is_noticed(changes: dict[str, Any], word: str) -> None:
    problems = stand_in_problems(make_states(**changes))
    assert len(problems) == 1
    assert word in problems[0]
