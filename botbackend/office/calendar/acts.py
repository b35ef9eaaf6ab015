"""What the forms do, by the operations that the bot uses; the client is told in the same commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.engine.layout import lay_out
from bookings.models import Booking, Client
from bookings.operations import (
    activate,
    another_person,
    cancel_visit,
    finish_visit,
    get_or_create_client,
    mark_arrived,
    move_visit,
    note_on_booking,
    restore_visit,
    write_staff_note,
)
from bookings.values import VisitChange, VisitRequest
from botbackend.office import telling
from botbackend.office.calendar.forms import VisitForm
from botbackend.office.calendar.panels import Visit
from botbackend.office.desk import Desk


@dataclass(frozen=True)
class Booked:
    """The rows of a new visit; `told`: a message to the client is on its way."""

    bookings: list[Booking]
    told: bool


def book(*, desk: Desk, form: VisitForm) -> Booked:
    """Book what the form says; its repeat books nothing more. Raises BookingError."""
    wish = form.cleaned_data
    with telling.letter(client=form.known, wanted=wish["tell"], who=desk.name) as letter:
        request = VisitRequest(
            project=desk.salon,
            client=_who_comes(desk, form),
            items=lay_out(
                project=desk.salon,
                service_ids=wish["services"],
                specialist_id=wish["specialist"],
                start=wish["start"],
            ),
            origin=desk.origin,
            note=wish["note"],
            overbook_reason=wish["overbook_reason"],
            idempotency_key=f"office-{wish['key']}",
        )
        made = activate(request=request)
        told = made.is_new and letter.tell(kind="book", bookings=made.bookings)
        return Booked(made.bookings, told)


def _who_comes(desk: Desk, form: VisitForm) -> Client:
    """Return who was chosen, or whom name and phone mean, made if there is nobody."""
    wish = form.cleaned_data
    if form.known is not None:
        return form.known
    who = {"project": desk.salon, "name": wish["name"], "phone": wish["phone"]}
    if wish["another"] and wish["phone"]:
        return another_person(**who, origin=desk.origin)
    return get_or_create_client(**who)


def changes_of(visit: Visit, *, start: datetime, specialist: int | None) -> dict[int, VisitChange]:
    """Return what becomes of every service when the opened one begins at `start` with the specialist.

    All are put off by as much; those of the same specialist go to the other one together.
    """
    by = start - visit.row.start
    whose = visit.row.specialist_id
    return {
        row.pk: VisitChange(
            start=row.start + by,
            specialist_id=specialist if specialist is not None and row.specialist_id == whose else None,
        )
        for row in visit.live
    }


def move(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> Booked:
    """Move all services of the visit, from what the form showed. Raises BookingError."""
    changes = changes_of(visit, start=wish["start"], specialist=wish["specialist"])
    reason = wish["overbook_reason"] if desk.is_full_staff else ""
    if reason:
        changes = {
            pk: VisitChange(start=one.start, specialist_id=one.specialist_id, overbook_reason=reason)
            for pk, one in changes.items()
        }
    with telling.letter(client=visit.client, wanted=wish["tell"], who=desk.name) as letter:
        rows = move_visit(project=desk.salon, changes=changes, origin=desk.origin, shown=wish["edition"])
        has_moved = {place_of(row) for row in rows} != {place_of(row) for row in visit.live}
        told = has_moved and letter.tell(kind="change", bookings=rows, before=visit.live)
        return Booked(rows, told)


def place_of(row: Booking) -> tuple[int, int, datetime]:
    """Return which row stands where."""
    return row.pk, row.specialist_id, row.start


def cancel(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> Booked:
    """Cancel the visit that was shown. Raises BookingError."""
    with telling.letter(client=visit.client, wanted=wish["tell"], who=desk.name) as letter:
        rows = cancel_visit(
            project=desk.salon,
            booking_ids=visit.ids,
            origin=desk.origin,
            reason=wish["reason"],
            shown=wish["edition"],
        )
        return Booked(rows, letter.tell(kind="cancel", bookings=visit.live))


def act(*, desk: Desk, visit: Visit, name: str, edition: str) -> list[Booking]:
    """Do what one tap asks for. Raises BookingError."""
    same: dict[str, Any] = {
        "project": desk.salon,
        "booking_ids": visit.ids,
        "origin": desk.origin,
        "shown": edition,
    }
    acts: dict[str, Callable[[], list[Booking]]] = {
        "arrived": lambda: mark_arrived(**same),
        "not_arrived": lambda: mark_arrived(**same, arrived=False),
        "completed": lambda: finish_visit(**same, status=Booking.Status.COMPLETED),
        "no_show": lambda: finish_visit(**same, status=Booking.Status.NO_SHOW),
        "restored": lambda: restore_visit(**same),
    }
    return acts[name]()


def staff_note(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> None:
    """Write what is for colleagues alone on the row that was opened. Raises BookingError."""
    write_staff_note(
        project=desk.salon,
        booking_id=visit.row.pk,
        text=wish["staff_note"],
        origin=desk.origin,
        seen_at=wish["seen"],
    )


def note(*, desk: Desk, visit: Visit, text: str) -> None:
    """Put a remark on the visit. Raises BookingError."""
    note_on_booking(project=desk.salon, booking_id=visit.live[0].pk, note=text, origin=desk.origin)
