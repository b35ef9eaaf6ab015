"""Figures of the bookings of one salon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from bookings.limits import MAX_OCCUPIED_MINUTES
from bookings.models import Booking, BookingEvent, Client
from projects.models import Project

_CREATED = ("booked", "overbooked", "added")


@dataclass(frozen=True)
class BookingFigures:
    """`active`: booked and not over yet, now. The rest: visits to which it happened within the period."""

    active: int
    created: int
    changed: int
    cancelled: int
    no_show: int


@dataclass(frozen=True)
class ClientTotals:
    """All clients, and those first seen within the period."""

    total: int
    new: int


def booking_figures(
    *, project: Project, start: datetime, end: datetime, using: str = "default"
) -> BookingFigures:
    """Count over [start, end), aware; two queries. A visit changed twice counts once, an act put back not."""
    events = BookingEvent.objects.using(using).filter(project=project, at__gte=start, at__lt=end)

    def visits(*actions: str) -> Count:
        return Count("booking", filter=Q(action__in=actions), distinct=True)

    def ended(status: Booking.Status) -> Count:
        stand = Booking.objects.filter(pk=OuterRef("booking"), status=status, hold_until__isnull=True)
        return Count("booking", filter=Q(action=status.value) & Q(Exists(stand)), distinct=True)

    # What is counted stands in the index of the lines; only rows of what ended are looked up.
    counts: Mapping[str, int] = events.order_by().aggregate(
        created=visits(*_CREATED),
        changed=visits("changed"),
        cancelled=ended(Booking.Status.CANCELLED),
        no_show=ended(Booking.Status.NO_SHOW),
    )
    now = timezone.now()
    # No visit is longer, so the index by start finds those that are not over.
    begun = now - timedelta(minutes=MAX_OCCUPIED_MINUTES)
    ahead = Booking.objects.using(using).ahead(now).filter(project=project, start__gte=begun)
    return BookingFigures(active=ahead.count(), **counts)


def booked_by_bot(*, project: Project, start: datetime, end: datetime, using: str = "default") -> int:
    """Count the visits that clients booked through the bot within [start, end), aware; one query."""
    events = BookingEvent.objects.using(using).filter(
        project=project, action__in=_CREATED, source=Booking.Source.BOT, at__gte=start, at__lt=end
    )
    return events.aggregate(visits=Count("booking", distinct=True))["visits"] or 0


@dataclass(frozen=True)
class Visitors:
    """Clients with a visit of the period that took place; `again` had been there before it."""

    came: int
    again: int


def visitors(
    *,
    project: Project,
    start: datetime,
    end: datetime,
    now: datetime | None = None,
    using: str = "default",
) -> Visitors:
    """One query; the period is [start, end), aware."""
    visits = Booking.objects.using(using).took_place(now or timezone.now())
    first_and_last = visits.filter(project=project, start__lt=end).order_by().values("client")
    came = first_and_last.annotate(first=Min("start"), last=Max("start")).filter(last__gte=start)
    counts = came.aggregate(came=Count("client"), again=Count("client", filter=Q(first__lt=start)))
    return Visitors(**counts)


def client_totals(
    *, project: Project, start: datetime, end: datetime, using: str = "default"
) -> ClientTotals:
    """One query; the period is [start, end), aware."""
    is_new = Q(created_at__gte=start, created_at__lt=end)
    clients = Client.objects.using(using).filter(project=project, merged_into=None)
    return ClientTotals(**clients.aggregate(total=Count("pk"), new=Count("pk", filter=is_new)))


def clients_by_source(*, clients: QuerySet[Client], most: int = 50) -> dict[str, int]:
    """Return how many of the clients came from where, the most frequent sources first.

    Anybody can make up a link, so there may be any number of sources.
    """
    known = clients.exclude(source="").order_by().values("source").annotate(count=Count("pk"))
    return dict(known.order_by("-count", "source").values_list("source", "count")[:most])
