"""Reads of the room: who the salon's clients are, and who may be one person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from bookings import finding
from bookings.models import Booking, Client
from bookings.models.search_keys import words_of
from bookings.operations.apart import all_kept_apart, kept_apart
from dialogues.models import Dialogue
from projects.models import Project

MOST = 30
MOST_GROUPS = 30
MOST_OF_ONE = 6
READ_AT_ONCE = 100
_BY = {"phone_index": "p", "name_index": "n"}
_BEEN = Q(status__in=[Booking.Status.BOOKED, Booking.Status.COMPLETED])


@dataclass(frozen=True)
class Found:
    """A row of the list."""

    client: Client
    last: datetime | None
    next: datetime | None
    visits: int = 0  # that were not cancelled, those ahead included


@dataclass(frozen=True)
class Alike:
    """Clients who may be one person, and by what."""

    by_phone: bool
    rows: list[Found]

    @property
    def clients(self) -> list[Client]:
        """Who they are, without their visits."""
        return [row.client for row in self.rows]


@dataclass(frozen=True)
class AlikePage:
    """Groups of a page, and where the next one goes on; "" on the last."""

    groups: list[Alike]
    further: str = ""


def find_clients(*, salon: Project, text: str, limit: int = 20) -> list[Client]:
    """Return the salon's clients whom somebody means by beginnings of a name, figures of a phone, or both.

    Those seen last come first. `notes` are deferred: who shows them asks for the row once more.
    """
    return finding.find(salon=salon, text=text, limit=limit)


def recent_clients(*, salon: Project, limit: int = MOST) -> list[Client]:
    """Return who wrote or was added last: both are found by an index, however many clients there are."""
    talks = Dialogue.objects.filter(project=salon, last_message_at__isnull=False).order_by("-last_message_at")
    talked = dict(talks.values_list("client", "last_message_at")[:limit])
    rows = Client.objects.filter(project=salon, merged_into=None).exclude(
        name_index="", phone_index="", contact_id=""
    )
    added = rows.order_by("-pk").values_list("pk", flat=True)[:limit]
    both = rows.filter(pk__in={*talked, *added}).defer("notes")
    return sorted(both, key=lambda row: (talked.get(row.pk, row.created_at), row.pk), reverse=True)[:limit]


def with_visits(clients: Sequence[Client]) -> list[Found]:
    """Return the rows with each client's last and next visit; one query."""
    now = timezone.now()
    visits = Booking.objects.filter(_BEEN, client__in=[client.pk for client in clients]).order_by()
    per_client = visits.values("client").annotate(
        last=Max("start", filter=Q(start__lt=now)),
        next=Min("start", filter=Q(start__gte=now, status="booked")),
        visits=Count("pk"),
    )
    known = {row["client"]: (row["last"], row["next"], row["visits"]) for row in per_client}
    return [Found(client, *known.get(client.pk, (None, None, 0))) for client in clients]


def alike(client: Client, *, limit: int = 5) -> list[Client]:
    """Return others with the client's phone, or with the client's whole name of two words or more."""
    same = Q()
    if client.phone_index:
        same |= Q(phone_index=client.phone_index)
    if len(words_of(client.name)) > 1:
        same |= Q(name_index=client.name_index)
    if not same:
        return []
    others = Client.objects.filter(same, project=client.project_id, merged_into=None).exclude(pk=client.pk)
    apart = {other for one, other in kept_apart([client.pk]) if one == client.pk}
    return list(others.exclude(pk__in=apart).order_by("pk").defer("notes")[:limit])


def all_alike(*, salon: Project, after: str = "") -> AlikePage:
    """Return groups of clients who may be one person: of one phone first, then of one whole name.

    `after` is the `further` of the page before; a page ends between two keys. One query for each of the two,
    one for who is known to be two people, and one for everybody's visits.
    """
    groups, further = _alike_groups(salon, after)
    visits = {row.client.pk: row for row in with_visits([one for _, group in groups for one in group])}
    return AlikePage(
        [Alike(by_phone, [visits[one.pk] for one in group]) for by_phone, group in groups], further
    )


def _alike_groups(salon: Project, after: str) -> tuple[list[tuple[bool, list[Client]]], str]:
    apart = all_kept_apart(project=salon)
    groups: list[tuple[bool, list[Client]]] = []
    place = ""
    last_column, _, last_key = after.partition("-")
    for column, letter in _BY.items():
        if last_column == _BY["name_index"] and column == "phone_index":
            continue  # the page before went through the phones
        for key, clients in _shared(salon, column, last_key if letter == last_column else ""):
            suspected = _suspected(clients, apart)
            if suspected and len(groups) >= MOST_GROUPS:
                return groups, place
            groups += [(column == "phone_index", group) for group in suspected]
            place = f"{letter}-{key}"
    return groups, ""


def _shared(salon: Project, column: str, after: str) -> Iterator[tuple[str, list[Client]]]:
    """Yield who shares a phone or a whole name, read only as far as somebody looks."""
    rows = Client.objects.filter(project=salon, merged_into=None, **{f"{column}__gt": after}).order_by()
    # A name that many have is hardly a person's.
    shared = rows.values(column).annotate(count=Count("pk")).filter(count__gt=1, count__lte=MOST_OF_ONE)
    found = rows.filter(**{f"{column}__in": shared.values(column)}).order_by(column, "pk").defer("notes")
    for key, same in groupby(found.iterator(chunk_size=READ_AT_ONCE), key=attrgetter(column)):
        clients = list(same)
        # So is one without a second word: it is dropped before anything is counted, or it would hide others.
        if column == "phone_index" or len(words_of(clients[0].name)) > 1:
            yield key, clients


def _suspected(group: Sequence[Client], apart: set[tuple[int, int]]) -> list[list[Client]]:
    """Return a client with those who may be the same person; nobody is named who is known to be another."""
    parts: list[list[Client]] = []
    for at, client in enumerate(group):
        others = [one for one in group[at + 1 :] if (client.pk, one.pk) not in apart]
        if others and not any(client in part for part in parts):
            parts.append([client, *others])
    return parts
