"""Figures of the talks of one salon."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bookings.models import Booking
from dialogues.models import Dialogue, Message
from projects.models import Project

_IN = Q(direction=Message.Direction.IN)
_SENT = Q(direction=Message.Direction.OUT, state=Message.State.SENT)


@dataclass(frozen=True)
class MessageFigures:
    """Messages of the period: those of clients, and those that reached the channel."""

    received: int
    sent: int


@dataclass(frozen=True)
class Engagement:
    """Clients who wrote within the period; how many of them were known before it, and what share booked."""

    active: int
    returning: int
    booked_share: float


@dataclass(frozen=True)
class DialogueFigures:
    """As they stand now: `open` is every talk that is not archived, `handed_off` those a person leads."""

    open: int
    archived: int
    handed_off: int


def message_figures(
    *, project: Project, start: datetime, end: datetime, using: str = "default"
) -> MessageFigures:
    """One query over the dialogues that were touched since; [start, end), aware."""
    messages = Message.objects.using(using).filter(
        dialogue__project=project,
        dialogue__last_message_at__gte=start,  # what was quiet since then has no message of the period
        channel_date__gte=start,
        channel_date__lt=end,
    )
    return MessageFigures(
        **messages.aggregate(received=Count("pk", filter=_IN), sent=Count("pk", filter=_SENT))
    )


def talks(
    *, project: Project, start: datetime, end: datetime, using: str = "default"
) -> QuerySet[Dialogue, Dialogue]:
    """Return the talks in which the client wrote within [start, end), aware; `has_booked` stands beside."""
    wrote = Message.objects.filter(
        _IN, dialogue=OuterRef("pk"), channel_date__gte=start, channel_date__lt=end
    )
    visits = Booking.objects.real(timezone.now()).exclude(status=Booking.Status.HELD)
    made = visits.filter(client=OuterRef("client"), created_at__gte=start, created_at__lt=end)
    touched = Dialogue.objects.using(using).filter(Exists(wrote), project=project, last_message_at__gte=start)
    return touched.annotate(has_booked=Exists(made)).order_by()


def engagement(*, project: Project, start: datetime, end: datetime, using: str = "default") -> Engagement:
    """One query; [start, end), aware."""
    touched = talks(project=project, start=start, end=end, using=using)
    counts = touched.aggregate(
        active=Count("pk"),
        returning=Count("pk", filter=Q(client__created_at__lt=start)),
        booked=Count("pk", filter=Q(has_booked=True)),
    )
    share = counts["booked"] / counts["active"] if counts["active"] else 0.0
    return Engagement(counts["active"], counts["returning"], round(share, 4))


def dialogue_figures(*, project: Project, using: str = "default") -> DialogueFigures:
    """One query."""
    rows = Dialogue.objects.using(using).filter(project=project)
    return DialogueFigures(
        **rows.aggregate(
            open=Count("pk", filter=Q(is_archived=False)),
            archived=Count("pk", filter=Q(is_archived=True)),
            handed_off=Count("pk", filter=Q(mode=Dialogue.Mode.HUMAN)),
        )
    )
