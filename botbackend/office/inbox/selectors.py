"""Reads of the list of talks: five queries, however many talks a salon has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2s
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from botbackend.office.clients.selectors import find_clients
from botbackend.office.desk import Desk
from botbackend.office.inbox.words import first_line
from dialogues.models import Dialogue, Message, ReadMark, StaffTask, channel_of
from dialogues.staff.drafts import DRAFT_KIND
from dialogues.staff.resends import is_lost
from projects.models import Project

MOST_WAITING = 50
MOST_UNREAD = 50
PAGE = 30
MOST_TASKS = 20
# What nobody opened for so long is no news any more; and so the unread are few enough to be looked for.
NEWS = timedelta(days=14)
_SHOWN = (
    "mode",
    "human_until",
    "channel_closed",
    "last_message_at",
    "client__name",
    "client__is_blocked",
)


@dataclass(frozen=True)
class Row:
    """A talk as the list shows it. `since`: the moment from which it waits for a person."""

    dialogue: Dialogue
    since: datetime | None
    is_unread: bool
    is_with_person: bool
    has_draft: bool
    last: Message | None
    me: str = ""
    asked: Message | None = None  # what the client said last, in a talk that waits for a person

    @property
    def waits_since_now(self) -> bool:
        """Is it less than a minute?"""
        return self.since is not None and timezone.now() - self.since < timedelta(minutes=1)

    @property
    def is_today(self) -> bool:
        """Did it move on this day of the salon?"""
        moved = self.dialogue.last_message_at
        return moved is not None and timezone.localdate(moved) == timezone.localdate()

    @property
    def trouble(self) -> bool:
        """Is the last text lost?"""
        return self.last is not None and is_lost(self.last)

    @property
    def line(self) -> str:
        """What was said last, in one line; of a talk that waits what the client wants."""
        told = self.asked or self.last
        return first_line(told, me=self.me)[:140] if told else ""


@dataclass(frozen=True)
class Place:
    """Where a page of the list begins: below the talk that moved at `at`."""

    at: datetime
    dialogue: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.dialogue}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place that an address names; None for none or nonsense."""
        at, _, number = text.partition("~")
        try:
            place = cls(datetime.fromisoformat(at), int(number))
        except ValueError:
            return None
        return place if place.at.tzinfo is not None and abs(place.dialogue) < 2**63 else None


@dataclass(frozen=True)
class TalkList:
    """A page of the list, in the order in which a person should look."""

    waiting: list[Row] = field(default_factory=list)
    unread: list[Row] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)
    below: Place | None = None
    waiting_in_all: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.unread or self.others)


def with_a_person(now: datetime, *, of: str = "") -> Q:
    """Talks in which the bot is quiet at this moment; `of` leads from other rows to the talk."""
    until = f"{of}human_until"
    is_led = Q(**{until: None}) | Q(**{f"{until}__gt": now})
    return Q(**{f"{of}mode": Dialogue.Mode.HUMAN}) & is_led


def _waits(salon: Project, which: Q | None = None) -> "QuerySet[StaffTask, Any]":
    """Talk and moment of all that waits for a person: tasks, and clients whom a person left unanswered.

    Each talk once; `which` of them, by `talk` and `since`.
    """
    now, which = timezone.now(), which or Q()
    tasks = StaffTask.objects.filter(project=salon, state=StaffTask.State.OPEN, dialogue__isnull=False)
    unanswered = Case(When(with_a_person(now, of="dialogue__"), then=F("dialogue__first_unanswered_at")))
    left = tasks.order_by().values(talk=F("dialogue_id"))
    left = left.annotate(since=Least(Min("created_at"), Min(unanswered))).filter(which)
    lanes = Dialogue.objects.filter(with_a_person(now), project=salon, first_unanswered_at__isnull=False)
    said = lanes.exclude(Exists(tasks.filter(dialogue=OuterRef("pk")))).order_by()
    said = said.annotate(talk=F("pk"), since=F("first_unanswered_at")).filter(which)
    return left.union(said.values("talk", "since"), all=True)


def count_waiting(*, salon: Project) -> int:
    """Return how many talks wait for a person; one query."""
    return _waits(salon).count()


def _longest_waits(salon: Project, below: Place | None = None) -> dict[int, datetime]:
    """Return a page of the talks that wait, the longest wait first, and one more if there are more."""
    which = Q()
    if below is not None:
        which = Q(since__gt=below.at) | Q(since=below.at, talk__gt=below.dialogue)
    waits: Any = _waits(salon, which)  # the types know no names of a union
    return {row["talk"]: row["since"] for row in waits.order_by("since", "talk")[: MOST_WAITING + 1]}


def _since_of(salon: Project, talks: Iterable[int]) -> dict[int, datetime]:
    """Return from when those of the talks wait that do."""
    return {row["talk"]: row["since"] for row in _waits(salon, Q(talk__in=list(talks)))}


def read_talks(*, desk: Desk, show: str = "all", below: Place | None = None, text: str = "") -> TalkList:
    """Return a page of the list: `show` is all, waiting or person; `text` looks for a client instead."""
    if text:
        found = [client.pk for client in find_clients(salon=desk.salon, text=text, limit=PAGE)]
        talks = Dialogue.objects.filter(project=desk.salon, client__in=found)
        return TalkList(others=_newest_first(_rows(desk, talks.values_list("pk", flat=True))))
    if show == "waiting":
        return _waiting_page(desk, below)
    if show == "person" or below is not None:
        return _plain_page(desk, show, below)
    return _first_page(desk)


def _waiting_page(desk: Desk, below: Place | None) -> TalkList:
    since = _longest_waits(desk.salon, below)
    shown = list(since)[:MOST_WAITING]
    further = Place(since[shown[-1]], shown[-1]) if len(since) > len(shown) else None
    rows = sorted(_rows(desk, shown), key=lambda row: (since[row.dialogue.pk], row.dialogue.pk))
    return TalkList(waiting=rows, below=further, waiting_in_all=count_waiting(salon=desk.salon))


def _first_page(desk: Desk) -> TalkList:
    waiting = list(_longest_waits(desk.salon))[:MOST_WAITING]
    unread = list(_unread(desk).exclude(pk__in=waiting).values_list("pk", flat=True)[:MOST_UNREAD])
    newest = _moved(desk).exclude(pk__in=[*waiting, *unread]).exclude(_of_staff(desk.salon))
    others = list(newest.values_list("pk", flat=True)[: PAGE + 1])
    rows = _rows(desk, [*waiting, *unread, *others[:PAGE]])
    by_id = {row.dialogue.pk: row for row in rows}
    shown = _newest_first([by_id[pk] for pk in others[:PAGE] if pk in by_id])
    return TalkList(
        waiting=[by_id[pk] for pk in waiting if pk in by_id],
        unread=[by_id[pk] for pk in unread if pk in by_id],
        others=shown,
        below=_place_of(shown) if len(others) > PAGE else None,
        waiting_in_all=count_waiting(salon=desk.salon),
    )


def _plain_page(desk: Desk, show: str, below: Place | None) -> TalkList:
    talks = _moved(desk)
    if show == "person":
        talks = talks.filter(with_a_person(timezone.now()))
    if below is not None:
        is_lower = Q(last_message_at=below.at, pk__lt=below.dialogue)
        talks = talks.filter(Q(last_message_at__lt=below.at) | is_lower, last_message_at__lte=below.at)
    ids = list(talks.values_list("pk", flat=True)[: PAGE + 1])
    shown = _newest_first(_rows(desk, ids[:PAGE]))
    return TalkList(others=shown, below=_place_of(shown) if len(ids) > PAGE else None)


def _moved(desk: Desk) -> "QuerySet[Dialogue, Dialogue]":
    talks = Dialogue.objects.filter(project=desk.salon, last_message_at__isnull=False)
    return talks.order_by("-last_message_at", "-pk")


def _unread(desk: Desk) -> "QuerySet[Dialogue, Dialogue]":
    return _moved(desk).filter(last_message_at__gte=timezone.now() - NEWS).filter(_is_unread(desk))


def _is_unread(desk: Desk) -> Exists:
    """Has the client lately written after what the person has read? What the salon says makes no news."""
    mark = ReadMark.objects.filter(user=desk.user, dialogue=OuterRef("dialogue"))
    read_up_to = Coalesce(Subquery(mark.values("read_up_to")[:1]), Value(0))
    said = Message.objects.filter(dialogue=OuterRef("pk"), direction=Message.Direction.IN)
    return Exists(said.filter(pk__gt=read_up_to, created_at__gte=timezone.now() - NEWS))


def _of_staff(salon: Project) -> Q:
    """The chat in which the bot tells a colleague of tasks: no news to anybody else."""
    contact = channel_of(salon).staff_contact_id
    return Q(client__contact_id=contact) if contact else Q(pk__in=[])


def _rows(desk: Desk, ids: Iterable[int]) -> list[Row]:
    """Return these talks with their last line; three queries, and only what is shown is decrypted."""
    now, ids = timezone.now(), list(ids)
    since = _since_of(desk.salon, ids)
    said = Message.objects.filter(dialogue=OuterRef("pk")).order_by("-pk")
    newest = said.values("pk")[:1]
    asked = said.filter(direction=Message.Direction.IN, dialogue__in=list(since)).values("pk")[:1]
    draft = StaffTask.objects.filter(dialogue=OuterRef("pk"), kind=DRAFT_KIND, state=StaffTask.State.OPEN)
    is_news = When(last_message_at__gte=now - NEWS, then=_is_unread(desk))
    talks = list(
        Dialogue.objects.filter(project=desk.salon, pk__in=ids)
        .select_related("client")
        .only(*_SHOWN)
        .annotate(
            last_id=Subquery(newest),
            asked_id=Subquery(asked),
            is_unread=Case(is_news, default=Value(value=False)),
            has_draft=Exists(draft),
        )
    )
    fields = ("text", "kind", "direction", "author", "state", "created_at", "written_by", "is_settled")
    wanted = {number for talk in talks for number in (talk.last_id, talk.asked_id) if number}
    last = Message.objects.only(*fields).in_bulk(wanted)
    return [
        Row(
            talk,
            since.get(talk.pk),
            talk.is_unread,
            talk.is_silenced(now),
            talk.has_draft,
            last.get(talk.last_id),
            desk.name,
            last.get(talk.asked_id),
        )
        for talk in talks
    ]


def _newest_first(rows: Sequence[Row]) -> list[Row]:
    moved = [row for row in rows if row.dialogue.last_message_at is not None]
    return sorted(moved, key=lambda row: (row.dialogue.last_message_at, row.dialogue.pk), reverse=True)


def _place_of(rows: Sequence[Row]) -> Place | None:
    last = rows[-1].dialogue if rows else None
    return Place(last.last_message_at, last.pk) if last and last.last_message_at else None


def stamp_of_list(*, desk: Desk) -> str:
    """Return what is another text as soon as the list would be another; one query."""
    talks = Dialogue.objects.filter(project=OuterRef("pk"))
    tasks = StaffTask.objects.filter(project=OuterRef("pk"), state=StaffTask.State.OPEN).order_by()
    led = talks.filter(mode=Dialogue.Mode.HUMAN).order_by().values("project")
    newest = talks.filter(last_message_at__isnull=False).order_by("-last_message_at")
    seen = Project.objects.filter(pk=desk.salon.pk).values_list(
        Subquery(newest.values("last_message_at")[:1]),
        Subquery(tasks.values("project").annotate(n=Count("pk")).values("n")),
        Subquery(tasks.values("project").annotate(n=Max("pk")).values("n")),
        Subquery(led.annotate(n=Count("pk")).values("n")),
        Subquery(led.annotate(n=Max("first_unanswered_at")).values("n")),
    )
    values = [*seen.get(), timezone.now().replace(second=0, microsecond=0)]
    return blake2s(repr(values).encode(), digest_size=8).hexdigest()


def tasks_without_talk(*, salon: Project) -> list[StaffTask]:
    """Return what is left to people and is of no client's talk, newest first."""
    tasks = StaffTask.objects.filter(project=salon, state=StaffTask.State.OPEN, dialogue=None)
    return list(tasks.order_by("-created_at")[:MOST_TASKS])
