"""What colleagues tell each other about a visit; no client, model, sheet or feed is told of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bookings.errors import BookingNotFound, ChangedMeanwhile, InvalidRequest
from bookings.limits import MAX_NOTE
from bookings.models import Booking, BookingEvent
from bookings.operations import audit, stored_visits
from bookings.values import Origin
from projects.models import Project

ACTION = "staff_note"


@transaction.atomic
def write_staff_note(
    *, project: Project, booking_id: int, text: str, origin: Origin, seen_at: datetime | None
) -> Booking:
    """Put the note in the place of the one that was written at `seen_at`; a blank one takes it away.

    The audit line holds both texts, and leaves out the rest of the visit, of which nothing changed. Raises
    BookingNotFound, InvalidRequest, and ChangedMeanwhile where a colleague wrote another note since.
    """
    text = text.strip()
    if len(text) > MAX_NOTE:
        raise InvalidRequest("too long", fields={"note": [f"At most {MAX_NOTE} characters."]})
    rows = stored_visits.lock_rows(project, [booking_id])
    if not rows:
        raise BookingNotFound("There is no such booking.")
    (row,) = rows
    if row.staff_note_at != seen_at:
        raise ChangedMeanwhile("A colleague wrote another note meanwhile.")
    if text == row.staff_note:
        return row
    before, row.staff_note = row.staff_note, text
    row.staff_note_by, row.staff_note_at = origin.actor[:100], timezone.now()
    row.save(update_fields=["staff_note", "staff_note_by", "staff_note_at", "updated_at"])
    BookingEvent.objects.create(
        project=project,
        booking=row,
        action=ACTION,
        before={"staff_note": before},
        after={"staff_note": text},
        **audit.said(origin, ""),
    )
    return row
