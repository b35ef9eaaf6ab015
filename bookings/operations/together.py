"""Several visits of one client in one transaction: all of them or none."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bookings.engine.alternatives import with_alternatives
from bookings.errors import BookingError, InvalidRequest
from bookings.limits import MAX_VISITS
from bookings.models import Service, Specialist
from bookings.operations import idempotency, locking, stored_visits
from bookings.operations.clients import check_cap
from bookings.values import VisitRequest


@dataclass(frozen=True, slots=True)
class Begun:
    """A request whose locks are taken. `is_done`: an earlier call with its key made the visit of this id."""

    request: VisitRequest
    visit_id: uuid.UUID
    is_done: bool
    is_alone: bool


@contextmanager
def one_transaction(
    requests: Sequence[VisitRequest], *, now: datetime, ignore: Sequence[int] = ()
) -> Iterator[None]:
    """The transaction of these visits; a refusal leaves it with alternatives to the visit that it is of."""
    if not 0 < len(requests) <= MAX_VISITS:
        message = f"At least one visit and at most {MAX_VISITS} are made at once."
        raise InvalidRequest(message, fields={"visits": [message]})
    first = requests[0]
    with (
        with_alternatives(project=first.project, items=first.items, now=now, ignore=ignore),
        locking.database_says_taken(),
        transaction.atomic(),
    ):
        yield


@contextmanager
def refusals_of(begun: Begun) -> Iterator[None]:
    """Let a refusal say which of several visits it is of."""
    try:
        with locking.database_says_taken():
            yield
    except BookingError as error:
        error.items = () if begun.is_alone else tuple(begun.request.items)
        raise


def begin(
    requests: Sequence[VisitRequest],
    *,
    mark: Callable[[VisitRequest], str],
    now: datetime,
    counts: bool = True,
) -> list[Begun]:
    """Claim the keys of all visits, then take their locks in the one order, before the first is planned.

    `counts` says that they count against the client's cap. A visit alone takes its locks as it is planned.
    """
    begun: list[Begun] = []
    for request in requests:
        new = uuid.uuid4()
        done = idempotency.claim(
            project=request.project, key=request.idempotency_key, mark=mark(request), visit_id=new
        )
        begun.append(Begun(request, done or new, done is not None, len(requests) == 1))
    fresh = [one.request for one in begun if not one.is_done]
    if fresh and counts:
        one = fresh[0]
        check_cap(
            project=one.project, client=one.client, origin=one.origin, now=now, lock=True, more=len(fresh)
        )
    if len(fresh) > 1:
        _lock(fresh)
    return begun


def _lock(requests: Sequence[VisitRequest]) -> None:
    """Lock everybody who may do any of it: where that is open, all of the salon."""
    project = requests[0].project
    items = [item for request in requests for item in request.items]
    people = {item.specialist_id for item in items if item.specialist_id is not None}
    if any(item.specialist_id is None for item in items):
        people.update(Specialist.objects.filter(project=project).values_list("pk", flat=True))
    locking.lock_specialists(project.pk, people)
    services = Service.objects.filter(project=project, pk__in={item.service_id for item in items})
    locking.lock_resources(project.pk, set(services.values_list("resource_kind", flat=True)) - {""})
    stored_visits.lock_rows(project, [pk for request in requests for pk in request.hold_ids])
