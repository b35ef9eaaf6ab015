"""A salon, a client who writes, and scripted answers of the stand-in."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai.claude import breaker, key_pool
from ai.models import Turn
from ai.turn.drafts import TurnContext
from bookings.models import Booking, Client, Service, Specialist
from bookings.operations import activate_booking
from bookings.tests.factories import make_offering, make_project, make_service, make_specialist
from bookings.values import Item, Origin, VisitRequest
from botbackend.outbox import api as outbox
from botbackend.outbox import leases, outcomes
from botbackend.outbox.registry import subscription
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.answers.script import Rule
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues import lanes
from dialogues.lanes import Burst
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import make_incoming
from projects.models import Project

EMPTY_FORM: dict[str, Any] = {
    "wishes": [],
    "answer": "none",
    "wants": "none",
    "to_answer": False,
    "remark": {"kind": "none", "text": ""},
    "client_name": "",
    "client_phone": "",
    "guest_phone": "",
}
EMPTY_WISH: dict[str, Any] = {
    "visits": [],
    "items": [],
    "days": [],
    "weekdays": [],
    "time_from": "",
    "time_to": "",
    "exact": False,
    "time_is": "start",
    "pick": "any",
    "at_once": False,
    "every_weeks": 0,
    "times": 0,
}
_FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "NOTIFY")
_TALK = ("question", "smalltalk", "unclear")


def hold_clocked_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no cache run out by the clock: a slow machine would count readings that a turn does not cost."""
    for module in (breaker, key_pool):
        monkeypatch.setattr(module, "CACHE_SECONDS", 600.0)


def price_of(service: Service, specialist: Specialist | None = None) -> str:
    """The reference of a price, as a reply writes it."""
    return f"{{p{service.pk}}}" if specialist is None else f"{{p{service.pk}.{specialist.pk}}}"


class SalonRows:
    """Anna does manicure (60 min, 600) and pedicure, Olga cuts hair (60 min, 700). Kyiv, 09:00-21:00."""

    def __init__(self, **over: Any) -> None:
        self.project: Project = make_project(**over)
        self.anna = make_specialist(self.project, "Anna", does_every_service=False)
        self.olga = make_specialist(self.project, "Olga", does_every_service=False)
        self.manicure = make_service(self.project, "Manicure", price=Decimal(600))
        self.pedicure = make_service(self.project, "Pedicure", duration_minutes=90, price=Decimal(800))
        self.haircut = make_service(self.project, "Haircut", price=Decimal(700))
        self.offers(self.anna, self.manicure, self.pedicure)
        self.offers(self.olga, self.haircut)

    def offers(self, specialist: Specialist, *services: Service) -> None:
        """Let the specialist do these services."""
        for service in services:
            make_offering(specialist, service)

    def day(self, ahead: int = 1) -> str:
        """Return a date so many days ahead, as the model writes it."""
        now = timezone.now().astimezone(self.zone)
        return (now.date() + timedelta(days=ahead)).isoformat()

    @property
    def zone(self) -> Any:
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.project.timezone)

    def at(self, clock: str, ahead: int = 1) -> datetime:
        """Return a moment on the salon's clock."""
        return datetime.fromisoformat(f"{self.day(ahead)}T{clock}").replace(tzinfo=self.zone)

    def visits(self) -> list[Booking]:
        """Return what is booked."""
        return list(Booking.objects.filter(project=self.project, status="booked").order_by("start"))


class Talk:
    """A client's chat: writes, lets the lane run, has replies delivered."""

    def __init__(
        self, salon: SalonRows, *, contact_id: str = "c-1", name: str = "Olena", **values: Any
    ) -> None:
        self.salon = salon
        self.client = Client.objects.create(project=salon.project, contact_id=contact_id, name=name)
        self.dialogue = Dialogue.objects.create(project=salon.project, client=self.client, **values)

    def write(self, text: str, **values: Any) -> Message:
        """Store a message without answering it."""
        message = make_incoming(self.dialogue, text, **values)
        with transaction.atomic():
            outbox.put("dialogue.due", key=str(self.dialogue.pk), project=self.salon.project)
        return message

    def pause(self, text: str, **values: Any) -> Message:
        """Store a message as intake does: its lane waits whether the client writes on."""
        with transaction.atomic():
            dialogue = lanes.lock(self.dialogue.pk)
            message = make_incoming(dialogue, text, **values)
            dialogue.first_unanswered_at = dialogue.first_unanswered_at or message.created_at
            dialogue.save(update_fields=["first_unanswered_at"])
            lanes.make_due(dialogue=dialogue, received_at=message.created_at)
        return message

    def say(self, text: str, **values: Any) -> str:
        """Write, run what is due, deliver; returns the reply of this turn."""
        self.write(text, **values)
        return self.answer()

    def answer(self) -> str:
        """Run the lane and deliver what it said."""
        run_due("dialogue.due")
        return self.deliver()

    def deliver(self) -> str:
        """Hand the queued replies to the channel; returns them."""
        queued = Message.objects.filter(dialogue=self.dialogue, direction="out", state="queued").order_by(
            "pk"
        )
        texts = [message.text for message in queued]
        now = timezone.now()
        queued.update(state=Message.State.SENT, sent_at=now, sending_at=now)
        return "\n".join(texts)


def make_item(
    service: int | list[int], *, specialist: int = 0, guest: str = "", not_: Any = ()
) -> dict[str, Any]:
    """One service of a wish, for whom and with whom."""
    services = service if isinstance(service, list) else [service]
    return {"services": services, "specialist": specialist, "not_specialists": list(not_), "for": guest}


def make_wish(
    kind: str,
    *,
    services: Any = (),
    visits: Any = (),
    specialist: int = 0,
    guest: str = "",
    day: str = "",
    days: Any = (),
    **fields: Any,
) -> dict[str, Any]:
    """A wish of the form; `day` is one day, `days` the first and last one."""
    first, last = days or (day, day)
    when = {"days": [{"from": first, "to": last}] if first else []}
    items = [make_item(service, specialist=specialist, guest=guest) for service in services]
    return EMPTY_WISH | {"kind": kind, "visits": list(visits), "items": items} | when | fields


def make_search(service: int, **fields: Any) -> dict[str, Any]:
    """The wish of a search: as in the form, without what does not concern time and services."""
    wish = make_wish("book", services=[service], **fields)
    return {name: value for name, value in wish.items() if name not in ("kind", "visits")}


def make_booking(service: int, start: str, *, specialist: int = 0, guest: str = "") -> dict[str, Any]:
    """The call that proposes one visit of one service."""
    item = {"service": service, "specialist": specialist, "start": start, "for": guest}
    return {"propose_booking": {"visits": [{"items": [item]}], "guest_phone": "", "note": ""}}


def make_form(
    *, book: Any = None, change: Any = None, cancel: Any = None, wishes: Any = (), **fields: Any
) -> dict[str, Any]:
    """The form of an understand call, empty where nothing is said.

    `book` are services, `change` and `cancel` visits; what belongs to a wish goes there, the rest is the
    form's.
    """
    top = {name: value for name, value in fields.items() if name in EMPTY_FORM or name == "language"}
    when = {name: value for name, value in fields.items() if name not in top}
    unknown = when.keys() - EMPTY_WISH.keys() - {"services", "specialist", "guest", "day", "days"}
    if unknown or (when and book is None and change is None and cancel is None):
        raise TypeError(f"the form knows no {', '.join(sorted(when))}")
    made = list(wishes)
    if book is not None:
        made.append(make_wish("book", services=book, **when))
    if change is not None:
        made.append(make_wish("change", visits=change, **when))
    if cancel is not None:
        made.append(make_wish("cancel", visits=cancel, **when))
    talks = top.get("wants") in _TALK and not made
    return EMPTY_FORM | {"language": "en", "wishes": made, "to_answer": talks} | top


def understood(claude: ClaudeStandIn, **fields: Any) -> None:
    """Script the next understand call."""
    claude.script.add(Rule(when={"kind": "understand"}, answer={"json": make_form(**fields)}))


def responds(claude: ClaudeStandIn, *answers: dict[str, Any] | list[dict[str, Any]] | str) -> None:
    """Script the next respond calls: texts, or tools as {"tool": input}, several of one answer as a list."""
    for answer in answers:
        if isinstance(answer, str):
            body: dict[str, Any] = {"text": answer}
        else:
            calls = answer if isinstance(answer, list) else [answer]
            body = {
                "tools": [{"name": name, "input": given} for call in calls for name, given in call.items()]
            }
        claude.script.add(Rule(when={"kind": "respond"}, answer=body))


def bodies(claude: ClaudeStandIn, kind: str = "") -> list[dict[str, Any]]:
    """Return the request bodies that were answered, of one kind or all."""
    found = claude.log.find(path="/v1/messages$")
    return [record.body for record in found if not kind or record.notes.get("kind") == kind]


def objects(claude: ClaudeStandIn, quote: str, why: str = "nothing backs it") -> None:
    """Script the next check: this stands in the draft and nothing backs it."""
    answer = {"json": {"unsupported": [{"quote": quote, "why": why}], "says_done": False}}
    claude.script.add(Rule(when={"kind": "check"}, answer=answer))


def make_context(talk: Talk) -> TurnContext:
    """A turn of the talk, for what is done in it without a word of the client."""
    project, now = talk.salon.project, timezone.now()
    return TurnContext(
        project=project,
        dialogue=talk.dialogue,
        client=talk.client,
        burst=Burst(talk.dialogue, project, talk.client, (), 0, now),
        now=now,
        turn=Turn.objects.create(project=project, dialogue=talk.dialogue),
        language="en",
        deadline=now + timedelta(seconds=30),
    )


def make_visit(talk: Talk, clock: str, ahead: int = 1) -> Booking:
    """A manicure of the client tomorrow, or so many days ahead."""
    return activate_booking(
        request=VisitRequest(
            project=talk.salon.project,
            client=talk.client,
            items=[Item(talk.salon.manicure.pk, talk.salon.anna.pk, talk.salon.at(clock, ahead))],
            origin=Origin(source=Booking.Source.ADMIN, for_staff=True),
        )
    )[0]


def statements(talk: Talk, text: str) -> int:
    """Answer one message; returns the SQL of the turn, without the frames of its transactions."""
    talk.write(text)
    (claim,) = leases.claim_due(None, 1, topic="dialogue.due", now=timezone.now(), lease=75)
    handler = subscription("ai.turn")
    assert handler is not None
    with CaptureQueriesContext(connection) as found:
        handler.handler(claim)
    outcomes.finish(claim)
    assert talk.deliver()
    return sum(1 for query in found.captured_queries if not str(query["sql"]).startswith(_FRAME))
