"""What a client's card shows; a fixed number of queries, however many visits there are."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from bookings.models import Booking, Client, ClientEvent, ClientMerge
from bookings.models.visits import has_taken_place
from bookings.operations.merging import UNDO_FOR
from dialogues.models import Dialogue

PAGE = 20
EVENTS = 5
USUAL = 3
Status = Booking.Status


@dataclass(frozen=True)
class Figures:
    """What came of the client's visits so far; `spent` is what those that took place cost.

    It is at least so much where `begins` of them have a price that only begins there.
    """

    completed: int
    no_shows: int
    cancelled: int
    spent: Decimal
    begins: int
    first: datetime | None = None  # the beginning of the first visit, whatever came of it


@dataclass(frozen=True)
class VisitsPage:
    """Visits that are over, the latest first."""

    visits: list[Booking]
    number: int
    has_more: bool


def ahead(client: Client) -> list[Booking]:
    """Return the visits to come, those among them that were called off included."""
    now = timezone.now()
    rows = Booking.objects.real(now).filter(_booked_ahead(now) | _cancelled_ahead(now))
    return rows.order_by("start", "pk").of_client(client, limit=50)


def _booked_ahead(now: datetime) -> Q:
    return Q(status=Status.BOOKED, end__gte=now)


def _cancelled_ahead(now: datetime) -> Q:
    return Q(status=Status.CANCELLED, start__gte=now)


def past(client: Client, number: int) -> VisitsPage:
    """Return a page of what was: done, cancelled, not come to."""
    now = timezone.now()
    rows = Booking.objects.real(now).exclude(status=Status.HELD)
    rows = rows.exclude(_booked_ahead(now) | _cancelled_ahead(now))
    first = (number - 1) * PAGE
    found = rows.filter(client=client).order_by("-start", "-pk").select_related("specialist", "service")
    page = list(found.defer("guest_phone", "photo_url", "note")[first : first + PAGE + 1])
    return VisitsPage(page[:PAGE], number, len(page) > PAGE)


def figures(client: Client) -> Figures:
    """Count the visits; one query."""
    came = has_taken_place(timezone.now())
    counts: dict[str, Any] = Booking.objects.filter(client=client).aggregate(
        completed=Count("pk", filter=came),
        no_shows=Count("pk", filter=Q(status=Status.NO_SHOW)),
        cancelled=Count("pk", filter=Q(status=Status.CANCELLED, hold_until=None)),
        spent=Sum("price", filter=came),
        begins=Count("pk", filter=came & Q(price_from=True)),
        first=Min("start"),
    )
    return Figures(**{**counts, "spent": counts["spent"] or Decimal(0)})


def usual(client: Client, what: str) -> list[str]:
    """Return the names of the services or specialists of most visits."""
    held = Booking.objects.filter(client=client, status__in=[Status.BOOKED, Status.COMPLETED]).order_by()
    names = held.values_list(f"{what}__name").annotate(times=Count("pk")).order_by("-times", f"{what}__name")
    return [name for name, _ in names[:USUAL]]


def talk_of(client: Client) -> int | None:
    """Return the client's dialogue."""
    return Dialogue.objects.filter(client=client).values_list("pk", flat=True).first()


def merges_of(client: Client) -> list[ClientMerge]:
    """Return what can still be taken apart, the latest first; how both were is not opened."""
    rows = ClientMerge.objects.filter(
        kept=client, gone__merged_into=client, at__gte=timezone.now() - UNDO_FOR
    )
    return list(rows.defer("record").order_by("-at"))


def history(client: Client) -> list[ClientEvent]:
    """Return the latest acts on the card; what stood there before is not opened."""
    return list(ClientEvent.objects.filter(client=client).defer("before", "after")[:EVENTS])


def undo_until(merge: ClientMerge) -> datetime:
    """Return when a merge becomes final."""
    return merge.at + UNDO_FOR
