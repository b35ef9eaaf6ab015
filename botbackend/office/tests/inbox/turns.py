"""Turns of the assistant with what they leave, for tests."""

from datetime import timedelta
from typing import Any

from ai.models import Turn
from bookings.tests.factories import make_service, make_specialist
from botbackend.office.tests.inbox.talks import make_said
from dialogues.models import Dialogue, Message
from projects.models import Project


def make_turn(talk: Dialogue, trace: Any, **values: Any) -> Message:
    """A turn with its trace, and the message that it wrote."""
    turn = Turn.objects.create(
        project=talk.project, dialogue=talk, trace=trace, outcome=values.pop("outcome", "replied"), **values
    )
    Turn.objects.filter(pk=turn.pk).update(finished_at=turn.started_at + timedelta(seconds=4.2))
    return make_said(talk, "Good day!", by="bot", turn_id=turn.pk)


def whole_trace(salon: Project, read: Message) -> dict[str, Any]:
    """What a turn leaves that did nearly everything, and something that nobody has words for."""
    haircut, anna = make_service(salon, "Haircut"), make_specialist(salon, "Anna")
    wish = {
        "kind": "book",
        "items": [{"services": [haircut.pk], "specialist": anna.pk, "for": "Olia"}],
        "days": [{"from": "2026-12-01", "to": "2026-12-01"}],
        "weekdays": ["tue"],
        "time_from": "14:00",
        "time_to": "18:00",
        "pick": "earliest",
    }
    return {
        "messages": [read.pk],
        "heard": [read.pk],
        "understanding": {
            "wishes": [wish],
            "answer": "yes",
            "wants": "question",
            "to_answer": True,
            "remark": {"kind": "health", "text": "allergic to ammonia"},
            "client_name": "Olena",
            "mood": "merry",
        },
        "prompts": ["main_response:3"],
        "calls": [
            {
                "kind": "understand",
                "model": "claude-haiku",
                "latency_ms": 900,
                "cost_usd": "0.0011",
                "error": "",
            },
            {
                "kind": "respond",
                "model": "claude-sonnet",
                "latency_ms": 2100,
                "cost_usd": "0.0123",
                "error": "",
            },
            {
                "kind": "check",
                "model": "claude-haiku",
                "latency_ms": 400,
                "cost_usd": "0",
                "error": "overloaded",
            },
        ],
        "tools": [
            {
                "name": "find_slots",
                "arguments": {"wish": wish},
                "is_error": False,
                "result": {
                    "slots": [{"ref": "s1", "says": "Tuesday at 15:00"}],
                    "relaxed": ["time"],
                    "next": [],
                },
            },
            {
                "name": "propose_booking",
                "is_error": True,
                "arguments": {"visits": [{"items": [{"service": haircut.pk, "start": "2026-12-01T15:00"}]}]},
                "result": {"error": "slot_taken", "message": "taken", "alternatives": [{"says": "at 16:00"}]},
            },
            {
                "name": "say",
                "arguments": {"text": "Good day!", "notes": []},
                "result": {"ok": True},
                "is_error": False,
            },
        ],
        "guard": [
            {
                "text": "It costs 5",
                "check": "asked",
                "violations": [{"kind": "figure", "detail": "5 is not known"}],
            },
            {"text": "Good day!", "check": "not asked", "violations": []},
        ],
        "operations": [{"operation": "propose_book"}, {"operation": "refused", "code": "slot_taken"}],
        "reply": "Good day!",
        "weather": {"sky": {"colour": "grey"}, "rain": [1, 2]},
    }
