"""A visit that was written down for the wrong person, given to whom it belongs.

It stays the visit that it is, so that nothing counts as a cancellation or as a new booking of anybody.
"""

import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from bookings.errors import BookingNotFound, ClientNotFound, InvalidRequest, WrongStatus
from bookings.models import Booking, Client
from bookings.operations import audit, locking, stored_visits
from bookings.operations.clients import refuse_blocked
from bookings.operations.preconditions import expect_edition, expect_status
from bookings.values import Origin
from projects.models import Project

ACTION = "given"
_BELONGS_TO_SOMEBODY = (Booking.Status.BOOKED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW)


def give_visit(
    *, project: Project, booking_ids: Collection[int], client: Client, origin: Origin, shown: str = ""
) -> list[Booking]:
    """Let a visit be another client's of the salon, with all of its rows; the history has both.

    `shown` is the edition of `booking_ids` that somebody looked at; services that were cancelled before go
    along, as they were never the other one's either. Whose it is already keeps it, and nothing is written.
    Raises BookingNotFound, WrongStatus, ClientNotFound, ClientBlocked, and InvalidRequest for anybody but
    staff.
    """
    if not origin.for_staff:
        raise InvalidRequest("Only staff may give a visit to another client.")
    with locking.database_says_taken(), transaction.atomic():
        meant = Booking.objects.filter(project=project, pk__in=booking_ids)
        places = set(meant.values_list("visit_id", "client_id"))
        if len(places) != 1:
            raise BookingNotFound("There is no such visit.")
        [(visit_id, former)] = places
        _take_clients(project, former, client.pk)
        rows = stored_visits.lock_rows(project, _all_of(project, visit_id))
        shown_rows = [row for row in rows if row.pk in set(booking_ids)]
        _expect(shown_rows, len(set(booking_ids)), former, shown)
        if former == client.pk:
            return shown_rows
        _give(project, rows, client, origin)
        return shown_rows


def _all_of(project: Project, visit_id: uuid.UUID) -> list[int]:
    real = Booking.objects.filter(project=project, visit_id=visit_id).real(timezone.now())
    return list(real.values_list("pk", flat=True))


def _take_clients(project: Project, former: int, new: int) -> None:
    """Lock both clients in the order of their ids, before any visit, as merging does."""
    own = Client.objects.filter(project=project, pk__in={former, new}).order_by("pk")
    found = {row.pk: row for row in own.select_for_update(no_key=True).only("is_blocked", "merged_into")}
    if new not in found or found[new].merged_into_id is not None:
        raise ClientNotFound("There is no such client.")
    refuse_blocked(found[new].is_blocked)


def _expect(rows: Sequence[Booking], count: int, former: int, shown: str) -> None:
    if len(rows) != count:
        raise BookingNotFound("There is no such booking.")
    expect_edition(rows, shown)
    for row in rows:
        expect_status(row, *_BELONGS_TO_SOMEBODY)
        if row.client_id != former:
            raise WrongStatus("The visit was changed meanwhile.")


def _give(project: Project, rows: Sequence[Booking], client: Client, origin: Origin) -> None:
    before = [audit.snapshot(row) | {"client_id": row.client_id} for row in rows]
    for row in rows:
        row.client = client
        row.save(update_fields=["client", "updated_at"])
    audit.record(
        project=project,
        action=ACTION,
        origin=origin,
        bookings=rows,
        before=before,
        more={"client_id": client.pk},
    )
