"""New bookings and their traces, written by one statement: three spend more on the way than on the work."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils import timezone

from bookings.models import Booking, BookingEvent
from bookings.operations import audit
from bookings.operations.inserts import columns, into, mark_stored, values_of
from bookings.values import Origin
from botbackend.lib.prepared import prepared_cursor
from botbackend.outbox import api as outbox
from botbackend.outbox import wakeups
from projects.models import Project


def store_new(
    *, project: Project, action: str, origin: Origin, bookings: Sequence[Booking], reason: str = ""
) -> None:
    """Store unsaved bookings, give them their ids and leave the traces that `audit.record` leaves."""
    if not bookings:
        return
    values: dict[str, Any] = {"project": project.pk, "due_at": timezone.now()}
    for number, booking in enumerate(bookings):
        line = audit.event(project=project, action=action, origin=origin, booking=booking, reason=reason)
        values |= zip(_names("b", Booking, number), values_of(booking), strict=True)
        values |= zip(_names("e", BookingEvent, number), values_of(line), strict=True)
        del values[f"e{number}_booking_id"]
    tasks = () if action in audit.ONLY_OURS else tuple(_tasks(number) for number in range(len(bookings)))
    with prepared_cursor() as cursor:
        cursor.execute(_statement(len(bookings), tasks), values)
        for booking, number in zip(bookings, cursor.fetchone(), strict=True):
            mark_stored(booking, number)
    if any(tasks):
        wakeups.after_commit()


def _tasks(number: int) -> str:
    return outbox.put_clause(audit.CHANGED, source=f"b{number}", name="booking")


@lru_cache(maxsize=128)
def _names(table: str, model: type[Booking | BookingEvent], number: int) -> list[str]:
    return [f"{table}{number}_{column}" for column in columns(model)]


@lru_cache(maxsize=64)
def _statement(count: int, tasks: tuple[str, ...]) -> str:
    """Return the statement for so many bookings. Its parts are called b0, e0, t0, b1, ..."""
    parts = []
    for number in range(count):
        made = _id_of(number)
        booking = ", ".join(f"%({name})s" for name in _names("b", Booking, number))
        parts.append(f"b{number} AS ({into(Booking)} VALUES ({booking}) RETURNING id)")
        names = _names("e", BookingEvent, number)
        event = ", ".join(made if name.endswith("_booking_id") else f"%({name})s" for name in names)
        parts.append(f"e{number} AS ({into(BookingEvent)} VALUES ({event}))")
    parts += [f"t{number} AS ({task})" for number, task in enumerate(tasks) if task]
    return f"WITH {', '.join(parts)} SELECT {', '.join(map(_id_of, range(count)))}"


def _id_of(number: int) -> str:
    return f"(SELECT id FROM b{number})"  # noqa: S608 - a number of ours
