"""The answers of a conversation that was played, kept so that it can be played again without anybody."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ai.models import Knowledge
from bookings.models import Booking
from botbackend.workshop.evaluation.playing.relay import Asked
from botbackend.workshop.evaluation.playing.salon import Salon
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.wire import Json

Ids = dict[str, dict[str, int]]  # what -> name -> id
_KEYS = {
    "services": ("services", "service", "service_ids", "service_id"),
    "specialists": ("specialists", "specialist", "not_specialists", "specialist_id"),
    "visits": ("visits", "visit", "booking_ids", "booking_id"),
    "notes": ("notes",),
}
_KIND = {key: kind for kind, keys in _KEYS.items() for key in keys}
_BRACE = re.compile(r"\{([^{}]*)\}")
_REF = re.compile(r"\b(?:(v)(\d+)|([pl])(\d+)(?:\.(\d+))?)")


class Answer(BaseModel):
    """One answer: a rule of the stand-in in short form."""

    kind: str
    answer: dict[str, Any]


class Recorded(BaseModel):
    """The answers of each burst in order; `ids` are those of the salon in which they were given."""

    name: str
    ids: Ids
    bursts: list[list[Answer]]


def write_recorded(path: Path, recorded: Recorded) -> None:
    """Write it as JSON that a person can read."""
    text = json.dumps(recorded.model_dump(), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read_recorded(path: Path) -> Recorded:
    """Read what `write_recorded` wrote. Raises ValidationError."""
    return Recorded.model_validate_json(path.read_text(encoding="utf-8"))


def answers_of(asked: list[Asked]) -> list[Answer]:
    """Return what is kept of requests and their answers."""
    return [Answer(kind=one.kind, answer=one.answer) for one in asked]


def ids_of(salon: Salon) -> Ids:
    """Return the ids that answers may name. Visits are called by their place among the client's own."""
    own = Booking.objects.filter(client=salon.client).exclude(status=Booking.Status.HELD)
    visits = own.filter(hold_until=None).order_by("pk").values_list("pk", flat=True)
    notes = Knowledge.objects.filter(project=salon.project).values_list("title", "pk")
    return {
        "services": {name: row.pk for name, row in salon.services.items()},
        "specialists": {name: row.pk for name, row in salon.specialists.items()},
        "visits": {f"visit {number}": pk for number, pk in enumerate(visits, 1)},
        "notes": dict(notes),
    }


def rules_of(answers: list[Answer], ids: Ids, salon: Salon) -> list[Rule]:
    """Return the stand-in's rules for one burst, with the ids of this salon."""
    now = ids_of(salon)
    return [_rule(one, ids, now) for one in answers]


def _rule(one: Answer, before: Ids, now: Ids) -> Rule:
    when = {"kind": one.kind}
    if "status" in one.answer:
        return Rule(when=when, status=one.answer["status"])
    return Rule(when=when, answer=with_ids(one.answer, before, now))


def with_ids(answer: Json, before: Ids, now: Ids) -> Json:
    """Return an answer with every id of `before` replaced by the one that its name has `now`."""
    table = {
        kind: {old: now[kind].get(name, old) for name, old in names.items()} for kind, names in before.items()
    }
    found: Json = _renewed(answer, "", table)
    return found


def _renewed(value: Any, kind: str, table: Mapping[str, Mapping[int, int]]) -> Any:
    if isinstance(value, dict):
        return {key: _renewed(one, _KIND.get(key, ""), table) for key, one in value.items()}
    if isinstance(value, list):
        return [_renewed(one, kind, table) for one in value]
    if isinstance(value, str):
        return _BRACE.sub(lambda brace: "{" + _references(brace[1], table) + "}", value)
    if isinstance(value, int) and not isinstance(value, bool):
        return table.get(kind, {}).get(value, value)
    return value


def _references(text: str, table: Mapping[str, Mapping[int, int]]) -> str:
    def renewed(kind: str, number: str) -> str:
        return str(table.get(kind, {}).get(int(number), number))

    def reference(hit: re.Match[str]) -> str:
        if hit[1]:
            return f"v{renewed('visits', hit[2])}"
        specialist = f".{renewed('specialists', hit[5])}" if hit[5] else ""
        return f"{hit[3]}{renewed('services', hit[4])}{specialist}"

    return _REF.sub(reference, text)
