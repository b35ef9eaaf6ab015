"""That a client was told of a visit whose time does not hold: what is left to do is known by it."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Case, DateTimeField, F, OuterRef, QuerySet, Subquery, When

from bookings.errors import BookingNotFound
from bookings.models import Booking, BookingEvent
from bookings.operations import audit, stored_visits
from bookings.operations.preconditions import expect_edition, expect_status
from bookings.values import Origin
from projects.models import Project

ACTION = "told"
# Another time, a visit that is back or is now hers, is news that the client does not have yet.
_NEWS = (ACTION, "changed", "restored", "given")


@transaction.atomic
def note_told(
    *,
    project: Project,
    booking_ids: Collection[int],
    origin: Origin,
    by_phone: bool = False,
    shown: str = "",
) -> list[Booking]:
    """Note in the history of a booked visit that its client was told; nothing of the visit changes.

    Raises BookingNotFound, and WrongStatus for what is not booked or is another edition than `shown`.
    """
    rows = stored_visits.lock_rows(project, booking_ids)
    if not rows or len(rows) != len(set(booking_ids)):
        raise BookingNotFound("There is no such booking.")
    expect_edition(rows, shown)
    for row in rows:
        expect_status(row, Booking.Status.BOOKED)
    same = {"project": project, "action": ACTION, **audit.said(origin, "")}
    BookingEvent.objects.bulk_create(
        BookingEvent(**same, booking=row, after={"by_phone": by_phone}) for row in rows
    )
    return rows


def with_told(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """Add `told_at`: when the client was told of the visit as it stands; None where nobody did."""
    news = BookingEvent.objects.filter(booking=OuterRef("pk"), action__in=_NEWS).order_by("-at", "-pk")
    at = Case(When(action=ACTION, then=F("at")), output_field=DateTimeField(null=True))
    return rows.annotate(told_at=Subquery(news.annotate(told=at).values("told")[:1]))
