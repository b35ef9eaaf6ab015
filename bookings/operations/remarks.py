"""The client's remarks on a visit, corrected by hand, also when it is over."""

from collections.abc import Collection

from django.db import transaction

from bookings.errors import BookingNotFound, InvalidRequest, WrongStatus
from bookings.limits import MAX_NOTE
from bookings.models import Booking
from bookings.operations import audit, stored_visits
from bookings.operations.preconditions import expect_edition
from bookings.values import Origin
from botbackend.lib.text import canonical
from projects.models import Project


@transaction.atomic
def correct_note(
    *, project: Project, booking_ids: Collection[int], text: str, origin: Origin, shown: str = ""
) -> list[Booking]:
    """Let the remarks of a visit be the lines of `text`; none are left of a blank one.

    Each row keeps those that it had; what no row had goes to the first. The audit line holds both texts.
    Raises BookingNotFound, InvalidRequest, and WrongStatus for a hold and for another edition than `shown`.
    """
    lines = list(dict.fromkeys(filter(None, map(canonical, text.splitlines()))))
    if len("\n".join(lines)) > MAX_NOTE:
        raise InvalidRequest("too long", fields={"note": [f"At most {MAX_NOTE} characters."]})
    rows = stored_visits.lock_rows(project, booking_ids)
    if not rows or len(rows) != len(set(booking_ids)):
        raise BookingNotFound("There is no such booking.")
    expect_edition(rows, shown)
    if any(row.status == Booking.Status.HELD for row in rows):
        raise WrongStatus("A hold has no remarks.")
    rows.sort(key=lambda row: (row.start, row.pk))
    has = {row.pk: set(row.note.splitlines()) for row in rows}
    nobodys = set(lines).difference(*has.values())
    before = {row.pk: audit.snapshot(row) for row in rows}
    for row in rows:
        own = has[row.pk] | (nobodys if row is rows[0] else set())
        row.note = "\n".join(line for line in lines if line in own)
    changed = [row for row in rows if before[row.pk]["note"] != row.note]
    for row in changed:
        row.save(update_fields=["note", "updated_at"])
    audit.record(
        project=project,
        action="changed",
        origin=origin,
        bookings=changed,
        before=[before[row.pk] for row in changed],
    )
    return rows
