"""The salon of `salon.json` in an empty database, as a conversation wants it."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from ai.models import Knowledge
from bookings.models import Booking, Client, Offering, Service, Specialist
from bookings.operations import activate_booking, complete_booking
from bookings.values import Item, Origin, VisitRequest
from botbackend.salon_api.config.document import ConfigDocument
from botbackend.salon_api.config.load import load_project
from botbackend.workshop.evaluation.outside import API_KEY, Outside
from botbackend.workshop.evaluation.playing.conversation import Conversation, Row
from botbackend.workshop.sandbox.sendpulse.contacts import Bot, Contact
from projects.errors import InvalidInput
from projects.models import Project

STAFF = Origin(source=Booking.Source.API, actor="play", for_staff=True)


@dataclass
class Salon:
    """The project with everything in it; `price_from` says whether prices may begin somewhere."""

    project: Project
    services: dict[str, Service]
    specialists: dict[str, Specialist]
    contact: Contact
    client: Client
    secret: str
    price_from: bool

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.project.timezone)

    def moment(self, wall_clock: datetime) -> datetime:
        """Return a moment of the salon's clock, aware."""
        return wall_clock.replace(tzinfo=self.zone)

    def take(self, row: Row) -> list[Booking]:
        """Book a visit of somebody else."""
        name = f"somebody {secrets.token_hex(3)}"
        other = Client.objects.create(project=self.project, name=name)
        return self.book(other, row.service, row.specialist[0], row.start[0])

    def book(self, client: Client, service: str, specialist: str, start: datetime) -> list[Booking]:
        """Book a visit as staff do, a day before it or now."""
        moment = self.moment(start)
        item = Item(self.services[service].pk, self.specialists[specialist].pk, moment)
        request = VisitRequest(project=self.project, client=client, items=[item], origin=STAFF)
        return activate_booking(request=request, now=moment - timedelta(days=1))


def read_salon(folder: Path) -> dict[str, Any]:
    """Return the salon's document."""
    found: dict[str, Any] = json.loads((folder / "salon.json").read_text(encoding="utf-8"))
    return found


def build_salon(document: dict[str, Any], talk: Conversation, outside: Outside) -> Salon:
    """Empty the scratch database and open the salon in it: every conversation sees the same ids."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE projects_project RESTART IDENTITY CASCADE")
    bot = Bot(f"{secrets.token_hex(12)}", document["name"])
    outside.sendpulse.contacts.bots[bot.id] = bot
    secret = secrets.token_hex(16)
    channel = {"bot_id": bot.id, "client_secret": API_KEY, "webhook_secret": secret}
    project, price_from = _load(document, channel)
    contact = outside.sendpulse.contacts.find_or_create(
        {"contact": f"c-{bot.id}", "name": talk.client.name, "bot_id": bot.id}, outside.sendpulse.now()
    )
    client = Client.objects.create(
        project=project, contact_id=contact.id, name=talk.client.name, phone=talk.client.phone or ""
    )
    services = {row.name: row for row in Service.objects.filter(project=project)}
    specialists = {row.name: row for row in Specialist.objects.filter(project=project)}
    salon = Salon(project, services, specialists, contact, client, secret, price_from)
    _fill(salon, document, talk)
    return salon


def _load(document: dict[str, Any], channel: dict[str, str]) -> tuple[Project, bool]:
    """Load the configuration; what the note on prices "from" names begins there, where prices can."""
    known = {name: value for name, value in document.items() if name in ConfigDocument.model_fields}
    known["sendpulse"] = channel
    note = next((note["text"] for note in document["notes"] if note["id"] == "prices_from"), "")
    begins = {name: {"from": price} for name, price in known["prices"].items() if name in note}
    try:
        project, _ = load_project(raw=_raw(known | {"prices": known["prices"] | begins}))
    except InvalidInput:
        return load_project(raw=_raw(known))[0], False
    return project, True


def _raw(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _fill(salon: Salon, document: dict[str, Any], talk: Conversation) -> None:
    for own in document["own_prices"]:
        Offering.objects.filter(
            specialist=salon.specialists[own["specialist"]], service=salon.services[own["service"]]
        ).update(price=own["price"])
    for position, note in enumerate(document["notes"]):
        Knowledge.objects.create(
            project=salon.project, title=note["title"], text=note["text"], position=position
        )
    for visit in document["past_visits"]:
        for booking in _book(salon, visit, _client_of(salon, visit, talk)):
            complete_booking(project=salon.project, booking_id=booking.pk, origin=STAFF)
    gone = {(row.service, row.specialist[0], row.start[0]) for row in talk.not_taken}
    for visit in document["other_bookings"]:
        start = datetime.fromisoformat(visit["start"])
        if (visit["service"], visit["specialist"], start) not in gone:
            _book(salon, visit, _client_of(salon, visit, talk))
    for row in talk.also_taken:
        salon.take(row)


def _book(salon: Salon, visit: dict[str, Any], client: Client) -> list[Booking]:
    return salon.book(client, visit["service"], visit["specialist"], datetime.fromisoformat(visit["start"]))


def _client_of(salon: Salon, visit: dict[str, Any], talk: Conversation) -> Client:
    if visit["client"] == talk.client.name:
        return salon.client
    known = {client.name: client for client in Client.objects.filter(project=salon.project)}
    name, phone = visit["client"], visit.get("phone") or ""
    return known.get(name) or Client.objects.create(project=salon.project, name=name, phone=phone)
