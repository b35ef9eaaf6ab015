"""What a new salon still needs, told by its rows: one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import BookingRules, Service, Specialist, WeeklyRange
from dialogues.models import ChannelSettings, InboundEvent, Message
from projects.models import Membership, Project
from sheets.models import SheetLink


@dataclass(frozen=True)
class Step:
    """A line of the list; `address` is where it is done."""

    title: Promise
    help: Promise
    is_done: bool
    address: str
    is_needed: bool = True


_CONNECTIONS = "settings-connections"
# name -> (title, what to do, where, whether a salon cannot do without)
_STEPS: dict[str, tuple[Promise, Promise, str, bool]] = {
    "services": (
        _("Services"),
        _("What clients can book, how long it takes, what it costs."),
        "team-services",
        True,
    ),
    "specialists": (_("Specialists"), _("Who receives clients."), "team", True),
    "hours": (_("Working hours"), _("When clients can come."), "team-salon-hours", True),
    "sendpulse": (
        _("SendPulse"),
        _("Write the bot's id and the keys of its account, then press Test."),
        _CONNECTIONS,
        True,
    ),
    "webhook": (
        _("Messages arrive"),
        _("Copy the webhook address into SendPulse, then write to the bot."),
        _CONNECTIONS,
        True,
    ),
    "message": (
        _("A first answer"),
        _("Write to your bot as a client would; it turns green when the answer has been sent."),
        _CONNECTIONS,
        True,
    ),
    "sheet": (_("Google spreadsheet"), _("Share it with us and paste its link."), _CONNECTIONS, False),
    "colleague": (_("A colleague"), _("Invite somebody by a link."), "settings-people", False),
}


@dataclass(frozen=True)
class Checklist:
    """All lines; `left` are the needed ones that are not done."""

    steps: Sequence[Step]

    @property
    def left(self) -> int:
        """How many needed lines are not green."""
        return sum(1 for step in self.steps if step.is_needed and not step.is_done)

    @property
    def done(self) -> int:
        """How many lines are green."""
        return sum(1 for step in self.steps if step.is_done)


def checklist_of(salon: Project) -> Checklist:
    """Return the list as the salon stands; one query."""
    facts = _facts(salon)
    steps = [
        Step(title, told, bool(facts[name]), reverse(f"office:{where}", args=[salon.slug]), is_needed)
        for name, (title, told, where, is_needed) in _STEPS.items()
    ]
    return Checklist(steps)


def _facts(salon: Project) -> dict[str, Any]:
    mine = {"project": OuterRef("pk")}
    named = ChannelSettings.objects.filter(**mine).exclude(sendpulse_bot_id="")
    if not settings.SENDPULSE_CLIENT_SECRET:  # an empty secret is stored as such
        secret = Cast("sendpulse_client_secret", TextField())
        named = named.annotate(secret=secret).filter(secret__gt="")
    hours = Exists(BookingRules.objects.filter(**mine)) | Exists(WeeklyRange.objects.filter(**mine))
    sent = Message.objects.filter(**mine, direction=Message.Direction.OUT, state=Message.State.SENT)
    people = Membership.objects.filter(**mine).order_by().values("project").annotate(n=Count("pk"))
    rows = Project.objects.filter(pk=salon.pk).annotate(
        has_services=Exists(Service.objects.filter(**mine, is_active=True)),
        has_specialists=Exists(Specialist.objects.filter(**mine, is_active=True)),
        has_hours=hours,
        has_sendpulse=Exists(named),
        has_webhook=Exists(InboundEvent.objects.filter(**mine)),
        has_message=Exists(sent.filter(author=Message.Author.BOT)),
        has_sheet=Exists(
            SheetLink.objects.filter(**mine, state=SheetLink.State.OK, last_ok_at__isnull=False)
        ),
        has_colleague=Exists(people.filter(n__gt=1)),
    )
    facts = rows.values(*(f"has_{name}" for name in _STEPS)).get()
    return {name: facts[f"has_{name}"] for name in _STEPS}
