"""Change several booked visits, all or none: they trade places, or take that of one which is cancelled."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bookings.errors import BookingError, SlotTaken, WrongStatus
from bookings.models import Booking, Client
from bookings.operations import idempotency, locking, stored_visits
from bookings.operations.change import Outrun, attempt, fingerprint_of, item_of, moves
from bookings.operations.preconditions import check_deadline, expect_edition, expect_status, own_bookings
from bookings.values import Item, Origin, VisitChange
from projects.models import Project

Visits = dict[int, Booking]


def change_bookings(
    *,
    project: Project,
    changes: Mapping[int, VisitChange],
    origin: Origin,
    cancelled: Collection[int] = (),
    client: Client | None = None,
    idempotency_key: str = "",
    shown: str = "",
    now: datetime | None = None,
) -> list[Booking]:
    """Change and cancel booked visits, all or none; returns the changed rows, then the cancelled ones.

    `changes` is by booking id, in whose order the rows come back. Places that one of them leaves are free for
    the others. With `client` all must be theirs, else BookingNotFound. `shown` is the edition of the rows to
    be changed that was looked at: of another one nothing is changed. No alternatives are looked for;
    what a client is refused says which of several visits it is (`items`). Raises BookingError.
    """
    moment = now or timezone.now()
    with locking.database_says_taken(), transaction.atomic():
        seen = own_bookings(project, [*changes, *cancelled], client, now=moment)
        mark = idempotency.fingerprint(
            changes=[fingerprint_of(change, pk) for pk, change in changes.items()], gone=sorted(cancelled)
        )
        visit_id = next(iter(seen.values())).visit_id
        if idempotency.claim(project=project, key=idempotency_key, mark=mark, visit_id=visit_id) is not None:
            return list(seen.values())
        expect_edition([seen[pk] for pk in changes], shown)
        try:
            return _change(project, seen, changes, cancelled, origin, client, moment)
        except Outrun as error:
            refusal = WrongStatus if shown else SlotTaken
            raise refusal("The visit is being changed by somebody else.") from error


def _change(
    project: Project,
    seen: Visits,
    changes: Mapping[int, VisitChange],
    cancelled: Collection[int],
    origin: Origin,
    client: Client | None,
    now: datetime,
) -> list[Booking]:
    moving = [pk for pk, change in changes.items() if moves(change, seen[pk])]
    _lock(project, seen, changes, [*moving, *cancelled])
    gone = _cancel(project, [seen[pk] for pk in cancelled], origin, now)
    if len(moving) > 1:  # lifted out of the constraint's sight; each is put down in its new place
        Booking.objects.filter(project=project, pk__in=moving).update(is_overbooked=True)
    holds = [pk for change in changes.values() for pk in change.hold_ids]
    done: Visits = {}
    for place, (pk, change) in enumerate(_moving_first(changes, moving)):
        with _refusals_of(item_of(change, seen[pk]), alone=client is None or len(seen) == 1):
            done[pk] = attempt(project, seen[pk], change, origin, now, ignore=[*moving[place:], *holds])
    return [*(done[pk] for pk in changes), *gone]


def _lock(project: Project, seen: Visits, changes: Mapping[int, VisitChange], leaving: Sequence[int]) -> None:
    """Lock everybody whose time is taken or freed."""
    people = {seen[pk].specialist_id for pk in leaving}
    people |= {item_of(changes[pk], seen[pk]).specialist_id or 0 for pk in leaving if pk in changes}
    locking.lock_specialists(project.pk, people)


def _cancel(project: Project, seen: Sequence[Booking], origin: Origin, now: datetime) -> list[Booking]:
    rows = stored_visits.lock_rows(project, [visit.pk for visit in seen])
    named = {visit.pk: visit for visit in seen}
    for row in rows:
        row.client = named[row.pk].client
        expect_status(row, Booking.Status.BOOKED)
        check_deadline(project, row, origin, now)
    stored_visits.cancel(project, rows, origin=origin, action="cancelled")
    return rows


def _moving_first(changes: Mapping[int, VisitChange], moving: Sequence[int]) -> list[tuple[int, VisitChange]]:
    rest = [pk for pk in changes if pk not in moving]
    return [(pk, changes[pk]) for pk in [*moving, *rest]]


@contextmanager
def _refusals_of(item: Item, *, alone: bool) -> Iterator[None]:
    """Let a refusal say which of several visits it is of."""
    try:
        with locking.database_says_taken():
            yield
    except BookingError as error:
        error.items = () if alone else (item,)
        raise
