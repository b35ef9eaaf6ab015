"""What the forms do, by the operations that the bot uses; the client is told in the same commit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from bookings.engine.layout import lay_out
from bookings.engine.moves import moved
from bookings.engine.reading import read_rules
from bookings.models import Booking, Client
from bookings.operations import (
    activate,
    add_client,
    another_person,
    cancel_visit,
    change_services,
    correct_note,
    finish_visit,
    get_or_create_client,
    mark_arrived,
    move_visit,
    note_told,
    restore_visit,
    write_staff_note,
)
from bookings.operations.idempotency import bookings_made_with, fingerprint
from bookings.values import Item, VisitChange, VisitRequest
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
    wish, key, mark = form.cleaned_data, f"office-{form.cleaned_data['key']}", _mark(form)
    with telling.letter(client=form.known, wanted=wish["tell"], who=desk.name) as letter:
        if before := bookings_made_with(project=desk.salon, key=key, mark=mark):
            return Booked(before, told=False)
        request = VisitRequest(
            project=desk.salon,
            client=_who_comes(desk, form),
            items=items_of(desk, wish),
            origin=desk.origin,
            note=wish["note"],
            overbook_reason=wish["overbook_reason"],
            idempotency_key=key,
            fingerprint=mark,
        )
        made = activate(request=request)
        is_news = made.is_new and not is_over(made.bookings)
        told = is_news and letter.tell(kind="book", bookings=made.bookings)
        return Booked(made.bookings, told)


def items_of(desk: Desk, wish: dict[str, Any]) -> list[Item]:
    """Return the services of a form one after another."""
    return lay_out(
        project=desk.salon,
        service_ids=wish["services"],
        specialist_id=wish["specialist"],
        start=wish["start"],
    )


def _mark(form: VisitForm) -> str:
    """Return what tells a second tap from another wish: who is made for a name is another each time."""
    wish = form.cleaned_data
    who = [wish["name"], wish["phone"], wish["another"]] if form.known is None else [form.known.pk]
    what = [wish[name] for name in ("services", "specialist", "note", "overbook_reason")]
    return fingerprint(kind="office", who=who, what=what, start=wish["start"].timestamp())


def _who_comes(desk: Desk, form: VisitForm) -> Client:
    """Return who was chosen, or whom the phone means, made if there is nobody.

    A name alone means nobody whom the salon knows: of two people called Olena either may have rung.
    """
    wish = form.cleaned_data
    if form.known is not None:
        return form.known
    if not wish["phone"]:
        return add_client(project=desk.salon, origin=desk.origin, name=wish["name"])
    who = {"project": desk.salon, "name": wish["name"], "phone": wish["phone"]}
    return another_person(**who, origin=desk.origin) if wish["another"] else get_or_create_client(**who)


def items_after(visit: Visit, *, start: datetime, specialists: Mapping[int, int]) -> dict[int, Item]:
    """Return what becomes of every service, by row, when the opened one begins at `start`."""
    day = visit.lead.start.astimezone(visit.desk.zone).date()
    services = {row.service_id for row in visit.live}
    rules = read_rules(visit.desk.salon, first=day, last=day, service_ids=services)
    return moved(rules=rules, rows=visit.live, opened=visit.lead, start=start, specialists=specialists)


def move(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> Booked:
    """Move all services of the visit, from what the form showed. Raises BookingError."""
    items = items_after(visit, start=wish["start"], specialists=wish["specialists"])
    reason = wish["overbook_reason"] if desk.is_full_staff else ""
    changes = {
        pk: VisitChange(start=item.start, specialist_id=item.specialist_id, overbook_reason=reason)
        for pk, item in items.items()
    }
    with telling.letter(client=visit.client, wanted=wish["tell"], who=desk.name) as letter:
        rows = move_visit(project=desk.salon, changes=changes, origin=desk.origin, shown=wish["edition"])
        has_moved = {place_of(row) for row in rows} != {place_of(row) for row in visit.live}
        told = (
            has_moved and not is_over(rows) and letter.tell(kind="change", bookings=rows, before=visit.live)
        )
        return Booked(rows, told)


def is_over(rows: Sequence[Booking]) -> bool:
    """Was it written in after it took place? Nobody is told of that."""
    return max(row.end for row in rows) <= timezone.now()


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
            told=letter.dialogue is not None,
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


def note(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> None:
    """Let the remarks of the visit be what was typed. Raises BookingError."""
    correct_note(
        project=desk.salon,
        booking_ids=visit.ids,
        text=wish["note"],
        origin=desk.origin,
        shown=wish["edition"],
    )


def restore(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> Booked:
    """Put a cancelled visit back, and tell the client if that is wanted. Raises BookingError."""
    with telling.letter(client=visit.client, wanted=wish["tell"], who=desk.name) as letter:
        rows = restore_visit(
            project=desk.salon, booking_ids=visit.ids, origin=desk.origin, shown=wish["edition"]
        )
        return Booked(rows, letter.tell(kind="restore", bookings=visit.live))


def exchange(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> Booked:
    """Give the visit other services. Raises BookingError."""
    with telling.letter(client=visit.client, wanted=wish["tell"], who=desk.name) as letter:
        rows = change_services(
            project=desk.salon,
            booking_ids=visit.ids,
            services=wish["services"],
            added=wish["added"],
            start=wish["start"],
            overbook_reason=wish["overbook_reason"],
            origin=desk.origin,
            shown=wish["edition"],
        )
        is_same = {(row.service_id, *place_of(row)) for row in rows} == {
            (row.service_id, *place_of(row)) for row in visit.live
        }
        told = not is_same and letter.tell(kind="services", bookings=rows, before=visit.live)
        return Booked(rows, told)


def tell_of_change(*, desk: Desk, visit: Visit, wish: dict[str, Any]) -> bool:
    """Tell the client that the time of the visit does not hold, or note that somebody called.

    Returns whether it was done: nothing is noted where the bot may not write any more. Raises BookingError.
    """
    by_phone = wish["called"]
    with telling.letter(client=visit.client, wanted=not by_phone, who=desk.name) as letter:
        if not by_phone and letter.dialogue is None:
            return False
        note_told(
            project=desk.salon,
            booking_ids=visit.ids,
            origin=desk.origin,
            by_phone=by_phone,
            shown=wish["edition"],
        )
        return by_phone or letter.write(wish["text"])
