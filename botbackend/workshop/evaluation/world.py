"""Builds the salon of a scenario in a project of its own, with the client, a stranger and what is booked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ai.models import AssistantSettings, Knowledge
from ai.prompts.versions import publish_prompt
from bookings.models import (
    Booking,
    BookingRules,
    Client,
    DayOff,
    Offering,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.operations import activate_booking
from bookings.values import Item, Origin, VisitRequest
from botbackend.lib.clock import WEEKDAYS
from botbackend.workshop.evaluation.outside import API_KEY, Outside
from botbackend.workshop.evaluation.salon import ScenarioSalon
from botbackend.workshop.evaluation.scenario import Existing, Scenario, Visit
from botbackend.workshop.sandbox.sendpulse.contacts import Bot, Contact
from dialogues.models import ChannelSettings, channel_of
from projects.models import Project

STAFF = Origin(source=Booking.Source.API, actor="scenario", for_staff=True)
STRANGER_NAME = "Зореслава Вербицька"
STRANGER_PHONE = "380671234509"


@dataclass
class World:
    """Everything a talk needs to begin, and the names by which a scenario speaks of rows."""

    scenario: Scenario
    salon: ScenarioSalon
    project: Project
    services: dict[str, Service]
    specialists: dict[str, Specialist]
    contact: Contact
    client: Client
    stranger: Client
    secret: str

    @property
    def zone(self) -> ZoneInfo:
        return self.salon.zone

    def moment(self, wall_clock: datetime) -> datetime:
        """Return a moment of the scenario on the salon's clock, aware."""
        return wall_clock.replace(tzinfo=self.zone)

    def book(self, visit: Existing, *, now: datetime | None = None) -> list[Booking]:
        """Book a visit as staff do."""
        client = self.client if visit.of == "client" else self.stranger
        item = Item(
            self.services[visit.service].pk,
            self.specialists[visit.specialist[0]].pk,
            self.moment(visit.start),
        )
        return activate_booking(
            request=VisitRequest(
                project=self.project, client=client, items=[item], origin=STAFF, guest_name=visit.guest
            ),
            now=now,
        )

    def find(self, visit: Visit) -> Booking:
        """Return the client's booked row of that visit. Raises Booking.DoesNotExist."""
        return Booking.objects.get(
            client=self.client,
            status=Booking.Status.BOOKED,
            service=self.services[visit.service],
            start=self.moment(visit.start),
        )


def build_world(scenario: Scenario, outside: Outside) -> World:
    """Create the project and everything in it; the clock must stand at the scenario's moment."""
    salon = scenario.salon
    if isinstance(salon, str):
        raise TypeError("the scenario's salon was not looked up")
    bot = Bot(f"bot{secrets.token_hex(10)}", salon.name)
    outside.sendpulse.contacts.bots[bot.id] = bot
    project = _project(salon, bot)
    services, specialists = _catalogue(project, salon)
    _hours(project, salon, specialists)
    for position, (title, text) in enumerate(salon.notes.items()):
        Knowledge.objects.create(project=project, title=title, text=text, position=position)
    for name, text in salon.prompts.items():
        publish_prompt(project=project, name=name, text=text)
    contact = outside.sendpulse.contacts.find_or_create(
        {"contact": f"c-{bot.id}", "name": scenario.client.name, "bot_id": bot.id}, outside.sendpulse.now()
    )
    client = Client.objects.create(
        project=project, contact_id=contact.id, name=scenario.client.name, phone=scenario.client.phone
    )
    stranger = Client.objects.create(
        project=project, contact_id=f"s-{bot.id}", name=STRANGER_NAME, phone=STRANGER_PHONE
    )
    world = World(
        scenario,
        salon,
        project,
        services,
        specialists,
        contact,
        client,
        stranger,
        channel_of(project).webhook_secret,
    )
    for visit in scenario.before:
        world.book(visit, now=world.moment(min(visit.start, scenario.clock)) - timedelta(days=1))
    return world


def _project(salon: ScenarioSalon, bot: Bot) -> Project:
    opening = [span for spans in salon.hours.values() for span in spans]
    project = Project.objects.create(
        slug=f"evaluation-{secrets.token_hex(6)}",
        name=salon.name,
        timezone=salon.timezone,
        language=salon.language,
        currency=salon.currency,
    )
    BookingRules.objects.create(
        project=project,
        slot_minutes=salon.slot_minutes,
        min_notice_minutes=salon.min_notice_minutes,
        horizon_days=salon.horizon_days,
        cancel_deadline_hours=salon.cancel_deadline_hours,
        work_start_minute=min(first for first, _ in opening),
        work_end_minute=max(last for _, last in opening),
    )
    AssistantSettings.objects.create(project=project, confirm_before_booking=salon.confirm_before_booking)
    ChannelSettings.objects.create(
        project=project,
        client_messages_per_hour=salon.messages_per_hour,
        sendpulse_bot_id=bot.id,
        sendpulse_client_secret=API_KEY,
        webhook_secret=secrets.token_hex(16),
    )
    return project


def _catalogue(project: Project, salon: ScenarioSalon) -> tuple[dict[str, Service], dict[str, Specialist]]:
    services = {
        name: Service.objects.create(
            project=project,
            name=name,
            position=position,
            duration_minutes=row.minutes,
            price=row.price,
        )
        for position, (name, row) in enumerate(salon.services.items())
    }
    specialists = {}
    for position, (name, person) in enumerate(salon.specialists.items()):
        specialists[name] = Specialist.objects.create(
            project=project, name=name, position=position, has_own_hours=True, does_every_service=False
        )
        for service in person.services:
            Offering.objects.create(project=project, specialist=specialists[name], service=services[service])
    return services, specialists


def _hours(project: Project, salon: ScenarioSalon, specialists: dict[str, Specialist]) -> None:
    for name, specialist in specialists.items():
        for weekday, spans in salon.hours.items():
            number = WEEKDAYS.index(weekday)
            common = {"project": project, "specialist": specialist, "weekday": number}
            for first, last in spans:
                WeeklyRange.objects.create(**common, start_minute=first, end_minute=last)
            for first, last in salon.specialists[name].breaks:
                WeeklyBreak.objects.create(**common, start_minute=first, end_minute=last)
    for row in salon.days_off:
        DayOff.objects.create(
            project=project,
            specialist=specialists.get(row.specialist),
            date_from=row.first,
            date_to=row.last,
        )
