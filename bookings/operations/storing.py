"""New bookings and their traces, written by one statement: three spend more on the way than on the work."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils import timezone

from bookings.limits import MAX_ITEMS
from bookings.models import Booking, BookingEvent
from bookings.operations import audit
from bookings.values import Origin
from botbackend.lib.cursors import plain_cursor
from botbackend.lib.inserts import columns, into, mark_stored, values_of
from botbackend.outbox import api as outbox
from botbackend.outbox import wakeups
from projects.models import Project

_AFTER = BookingEvent._meta.get_field("after")
_EVENT = """
INSERT INTO bookings_bookingevent (project_id, booking_id, action, source, actor, reason, after, at)
VALUES (%(project)s, {booking}, %(action)s, %(source)s, %(actor)s, %(reason)s, %({after})s, %(at)s)
"""


def store_new(
    *, project: Project, action: str, origin: Origin, bookings: Sequence[Booking], reason: str = ""
) -> None:
    """Store unsaved bookings, give them their ids and leave the traces that `audit.record` leaves."""
    if not bookings:
        return
    now = timezone.now()
    values: dict[str, Any] = {"project": project.pk, "action": action, "due_at": now, "at": now}
    values |= audit.said(origin, reason)
    for number, booking in enumerate(bookings):
        values |= zip(_names(number), values_of(booking), strict=True)
        values[f"after{number}"] = _AFTER.get_prep_value(audit.snapshot(booking))
    tasks = () if action in audit.ONLY_OURS else tuple(_tasks(number) for number in range(len(bookings)))
    with plain_cursor() as cursor:
        cursor.execute(_statement(len(bookings), tasks), values)
        for booking, number in zip(bookings, cursor.fetchone(), strict=True):
            mark_stored(booking, number)
    if any(tasks):
        wakeups.after_commit()


def _tasks(number: int) -> str:
    return outbox.put_clause(audit.CHANGED, source=f"b{number}", name="booking")


@lru_cache(maxsize=MAX_ITEMS)
def _names(number: int) -> list[str]:
    return [f"{column}{number}" for column in columns(Booking)]


@lru_cache(maxsize=64)
def _statement(count: int, tasks: tuple[str, ...]) -> str:
    """Return the statement for so many bookings. Its parts are called b0, e0, t0, b1, ..."""
    parts = []
    for number in range(count):
        booking = ", ".join(f"%({name})s" for name in _names(number))
        parts.append(f"b{number} AS ({into(Booking)} VALUES ({booking}) RETURNING id)")
        parts.append(f"e{number} AS ({_EVENT.format(booking=_id_of(number), after=f'after{number}')})")
    parts += [f"t{number} AS ({task})" for number, task in enumerate(tasks) if task]
    return f"WITH {', '.join(parts)} SELECT {', '.join(map(_id_of, range(count)))}"


def _id_of(number: int) -> str:
    return f"(SELECT id FROM b{number})"  # noqa: S608 - a number of ours
