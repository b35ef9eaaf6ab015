"""What stands around a talk: who leads it, what is left to people in it, and who the client is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from bookings.models import Booking, Client
from bookings.selectors import active_visits
from botbackend.lib.languages import LANGUAGES
from botbackend.office.desk import Desk
from botbackend.office.inbox.reasons import reason_told
from botbackend.office.inbox.words import name_task
from dialogues.models import Dialogue, StaffTask
from dialogues.staff.drafts import DRAFT_KIND, open_drafts

MOST_TASKS = 5
MOST_VISITS = 5


@dataclass(frozen=True)
class Left:
    """A task as people read it."""

    task: StaffTask

    @property
    def title(self) -> str:
        return name_task(self.task)

    @property
    def reason(self) -> str:
        """Why, in the reader's language, and the client's last words."""
        return reason_told(self.task)

    @property
    def since(self) -> datetime:
        return self.task.created_at


@dataclass(frozen=True)
class Lead:
    """Who answers the client now, and until when the bot is quiet."""

    dialogue: Dialogue

    @cached_property
    def is_person(self) -> bool:
        return self.dialogue.is_silenced(timezone.now())

    @property
    def waits(self) -> bool:
        """Has the client written, and a person did not answer yet?"""
        return self.is_person and self.dialogue.first_unanswered_at is not None

    @property
    def until(self) -> datetime | None:
        return self.dialogue.human_until if self.is_person else None

    @property
    def is_today(self) -> bool:
        """Does the bot's rest end on this day of the salon?"""
        return self.until is not None and timezone.localdate(self.until) == timezone.localdate()

    @property
    def is_reachable(self) -> bool:
        """Can a message reach the client at all?"""
        return bool(self.dialogue.client.contact_id) and not self.dialogue.channel_closed


@dataclass(frozen=True)
class Card:
    """The client beside the talk."""

    client: Client
    visits: Sequence[Booking]
    has_more: bool
    no_shows: int

    @property
    def language(self) -> str:
        """The language that the client speaks, if it is one of ours."""
        return self.client.language if self.client.language in LANGUAGES else ""


def open_talk(*, desk: Desk, dialogue_id: int) -> Dialogue:
    """Return the salon's talk with its client. Raises Http404."""
    talks = Dialogue.objects.select_related("client").filter(project=desk.salon)
    dialogue = get_object_or_404(talks, pk=dialogue_id)
    dialogue.project = dialogue.client.project = desk.salon
    return dialogue


def tasks_of(*, dialogue: Dialogue) -> list[Left]:
    """Return what is left to people in the talk, oldest first; a draft stands above the composer instead."""
    tasks = dialogue.staff_tasks.filter(state=StaffTask.State.OPEN).exclude(kind=DRAFT_KIND)
    return left_to_people(tasks.order_by("created_at"))


def draft_of(*, dialogue: Dialogue) -> StaffTask | None:
    """Return what the assistant would say if a person sent it."""
    return open_drafts().filter(dialogue=dialogue).order_by("-pk").first()


def left_to_people(tasks: "QuerySet[StaffTask, StaffTask] | Sequence[StaffTask]") -> list[Left]:
    return [Left(task) for task in tasks[:MOST_TASKS]]


def read_card(*, client: Client) -> Card:
    """Return the client with the next visits; two queries."""
    visits = active_visits(client=client)
    missed = Booking.objects.filter(client=client, status=Booking.Status.NO_SHOW).count()
    return Card(client, visits[:MOST_VISITS], len(visits) > MOST_VISITS, missed)
