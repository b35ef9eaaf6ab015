"""A salon, a client who writes, and scripted answers of the stand-in."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from ai.models import Turn
from ai.turn.drafts import TurnContext
from bookings.models import Booking, Client, Service, Specialist
from bookings.operations import activate_booking
from bookings.tests.factories import make_offering, make_project, make_service, make_specialist
from bookings.values import Item, Origin, VisitRequest
from botbackend.outbox import api as outbox
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude import ClaudeStandIn
from botbackend.workshop.sandbox.claude_script import Rule
from dialogues.lanes import Burst
from dialogues.models import Dialogue, Message
from dialogues.tests.factories import make_incoming
from projects.models import Project

EMPTY_FORM: dict[str, Any] = {
    "intent": "unclear",
    "service_ids": [],
    "specialist_id": None,
    "date_from": None,
    "date_to": None,
    "weekday": None,
    "time_from": None,
    "time_to": None,
    "exact_time": False,
    "answer": "none",
    "booking_ids": [],
    "guest_name": None,
    "guest_phone": None,
    "client_name": None,
    "client_phone": None,
}


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


def make_form(**fields: Any) -> dict[str, Any]:
    """The form of an understand call, empty where nothing is said."""
    return EMPTY_FORM | {"language": "en"} | fields


def understood(claude: ClaudeStandIn, **fields: Any) -> None:
    """Script the next understand call."""
    claude.script.add(Rule(when={"kind": "understand"}, answer={"json": make_form(**fields)}))


def responds(claude: ClaudeStandIn, *answers: dict[str, Any] | str) -> None:
    """Script the next respond calls: texts, or (name, input) of a tool as {"tool": input}."""
    for answer in answers:
        if isinstance(answer, str):
            body: dict[str, Any] = {"text": answer}
        else:
            ((name, arguments),) = answer.items()
            body = {"tools": [{"name": name, "input": arguments}]}
        claude.script.add(Rule(when={"kind": "respond"}, answer=body))


def bodies(claude: ClaudeStandIn, kind: str = "") -> list[dict[str, Any]]:
    """Return the request bodies that were answered, of one kind or all."""
    found = claude.log.find(path="/v1/messages$")
    return [record.body for record in found if not kind or record.notes.get("kind") == kind]


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


def make_visit(talk: Talk, clock: str) -> Booking:
    """A manicure of the client tomorrow."""
    return activate_booking(
        request=VisitRequest(
            project=talk.salon.project,
            client=talk.client,
            items=[Item(talk.salon.manicure.pk, talk.salon.anna.pk, talk.salon.at(clock))],
            origin=Origin(source=Booking.Source.ADMIN, for_staff=True),
        )
    )[0]
