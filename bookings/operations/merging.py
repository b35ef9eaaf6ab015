"""Two rows of one person made one, and taken apart again within a day.

The row that stays is the one with the chat, so no talk changes its lane. Two clients with chats of their own
stay two. The other row is emptied and leads to the one that stays for a day: a visit that is booked for it
meanwhile is that one's (`queries.STORE_BOOKING`). Both clients are locked in the order of their ids, then
their visits; those are never waited for while the clients are held, as their changes wait for clients.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bookings.errors import BothHaveChats, ClientBusy, ClientNotFound, MergeIsOver
from bookings.models import Booking, Client, ClientEvent, ClientMerge
from bookings.operations import audit
from bookings.operations.client_card import Action, note
from bookings.values import Origin
from botbackend.outbox.claims import Claim
from projects.models import Project

UNDO_FOR = timedelta(days=1)
_ATTEMPTS = 10
_KEPT_AS_IT_WAS = ("name", "phone", "language", "source", "is_blocked", "notes", "last_seen_at", "created_at")
_TIMES = ("last_seen_at", "created_at")
_EMPTY: dict[str, Any] = {"name": "", "phone": "", "language": "", "source": "", "notes": ""}


class _VisitsBusy(Exception):
    """Somebody else has visits of the client locked."""


def merge_clients(
    *, project: Project, client_ids: tuple[int, int], name_of: int, phone_of: int, origin: Origin
) -> ClientMerge:
    """Make two clients one with the name and the phone of whichever is named; the rest of both is kept.

    Raises ClientNotFound, BothHaveChats, and ClientBusy if their visits are changed again and again.
    """
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _merge(project, client_ids, name_of, phone_of, origin)
        except _VisitsBusy:
            _await_visits(client_ids)
    raise ClientBusy("Visits of these clients are being changed.")


def undo_merge(*, project: Project, merge_id: int, origin: Origin) -> Client:
    """Take the two apart as they were; returns the one that had gone.

    What was changed of the one that stayed since stays changed, and visits booked since stay there. Raises
    MergeIsOver and ClientBusy.
    """
    for _ in range(_ATTEMPTS):
        merge = ClientMerge.objects.filter(project=project, pk=merge_id).first()
        if merge is None or merge.at < timezone.now() - UNDO_FOR:
            raise MergeIsOver("This merge cannot be undone any more.")
        try:
            with transaction.atomic():
                return _part(project, merge, origin)
        except _VisitsBusy:
            _await_visits((merge.kept_id, merge.gone_id))
    raise ClientBusy("Visits of these clients are being changed.")


def drop_old_merges(claim: Claim) -> None:
    """Forget how to take merges of more than a day apart, and the empty rows with them."""
    old = ClientMerge.objects.filter(at__lt=timezone.now() - UNDO_FOR)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            merge = old.select_for_update(of=("self",)).select_related("gone").filter(pk=pk).first()
            if merge is not None and merge.gone.merged_into_id is not None:
                drop(merge)
        claim.extend(60)


def drop(merge: ClientMerge) -> None:
    """Delete a merge and the row that had gone; its history is that of whoever it is now."""
    gone = merge.gone
    ClientEvent.objects.filter(client=gone).update(client=gone.merged_into)
    Booking.objects.filter(client=gone).update(client=gone.merged_into)
    gone.delete()  # and the merge with it


def _merge(
    project: Project, client_ids: tuple[int, int], name_of: int, phone_of: int, origin: Origin
) -> ClientMerge:
    found = _locked(project, client_ids)
    kept, gone = sorted(found.values(), key=lambda client: (not client.contact_id, client.pk))
    if gone.contact_id:
        raise BothHaveChats("Both clients have a chat.")
    moved = _lock_visits(gone)
    former = list(gone.former.values_list("pk", flat=True))
    before = {"kept": _state(kept), "gone": _state(gone)}
    _join(kept, gone, name=found[name_of].name, phone=found[phone_of].phone)
    record = {**before, "made": _state(kept), "visits": [row.pk for row in moved], "former": former}
    merge = ClientMerge.objects.create(
        project=project, kept=kept, gone=gone, record=record, actor=origin.actor[:200]
    )
    Client.objects.filter(pk__in=former).update(merged_into=kept)
    _move(project, moved, kept)
    note(kept, Action.MERGED, origin, after={"client": gone.pk, "visits": len(moved)})
    return merge


def _join(kept: Client, gone: Client, *, name: str, phone: str) -> None:
    """Put what is known of both into the row that stays, and empty the other."""
    kept.name, kept.phone = name, phone
    kept.language, kept.source = kept.language or gone.language, kept.source or gone.source
    kept.is_blocked = kept.is_blocked or gone.is_blocked
    kept.notes = "\n".join(dict.fromkeys(filter(None, [kept.notes, gone.notes])))
    kept.created_at = min(kept.created_at, gone.created_at)
    seen = [moment for moment in (kept.last_seen_at, gone.last_seen_at) if moment]
    kept.last_seen_at = max(seen, default=None)
    kept.save(update_fields=_KEPT_AS_IT_WAS)
    for column, value in _EMPTY.items():
        setattr(gone, column, value)
    gone.is_blocked, gone.last_seen_at, gone.merged_into = False, None, kept
    gone.save()


def _part(project: Project, merge: ClientMerge, origin: Origin) -> Client:
    found = {row.pk: row for row in _lock(project, (merge.kept_id, merge.gone_id))}
    kept, gone = found[merge.kept_id], found[merge.gone_id]
    is_there = ClientMerge.objects.filter(pk=merge.pk).exists()  # as it is under the lock
    if not is_there or kept.merged_into_id is not None or gone.merged_into_id != kept.pk:
        raise MergeIsOver("One of both was merged again since, or this was undone.")
    record = merge.record
    moved = _lock_visits(kept, record["visits"])
    now = _state(kept)
    untouched = [name for name in _KEPT_AS_IT_WAS if now[name] == record["made"][name]]
    _restore(kept, {name: record["kept"][name] for name in untouched})
    gone.merged_into = None
    _restore(gone, record["gone"])
    gone.save(update_fields=["merged_into"])
    Client.objects.filter(pk__in=record["former"], merged_into=kept).update(merged_into=gone)
    _move(project, moved, gone)
    merge.delete()
    note(kept, Action.PARTED, origin, after={"client": gone.pk, "visits": len(moved)})
    return gone


def _locked(project: Project, client_ids: tuple[int, int]) -> dict[int, Client]:
    found = {row.pk: row for row in _lock(project, client_ids) if row.merged_into_id is None}
    if len(found) != len(client_ids):
        raise ClientNotFound("One of the two clients is there no more.")
    return found


def _lock(project: Project, client_ids: Sequence[int]) -> list[Client]:
    """Lock as if for deletion: whoever writes a row that points to one of them waits."""
    rows = Client.objects.select_for_update().filter(project=project, pk__in=client_ids)
    return list(rows.order_by("pk"))


def _lock_visits(client: Client, only: Sequence[int] | None = None) -> list[Booking]:
    """Lock visits, or raise _VisitsBusy: their changes may wait for the client, which is locked."""
    rows = Booking.objects.filter(client=client) if only is None else client.bookings.filter(pk__in=only)
    try:
        return list(rows.order_by("pk").select_for_update(no_key=True, nowait=True))
    except OperationalError as error:
        raise _VisitsBusy from error


@transaction.atomic
def _await_visits(client_ids: Sequence[int]) -> None:
    """Wait until the visits are free, holding nothing else."""
    rows = Booking.objects.filter(client__in=client_ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _move(project: Project, visits: Sequence[Booking], client: Client) -> None:
    Booking.objects.filter(pk__in=[row.pk for row in visits]).update(client=client)
    shown = [row for row in visits if row.status != Booking.Status.HELD]
    audit.announce(project=project, action="client", bookings=shown)


def _state(client: Client) -> dict[str, Any]:
    values = {name: getattr(client, name) for name in _KEPT_AS_IT_WAS}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _restore(client: Client, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(client, name, parse_datetime(value) if name in _TIMES and value else value)
    client.save(update_fields=list(values))
