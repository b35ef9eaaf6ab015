"""The right to be forgotten: the person goes, the salon's books stay."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ai.models import Rehearsal
from bookings.errors import ClientNotFound
from bookings.models import Booking, BookingEvent, Client, ClientEvent, ClientMerge, ClientsApart
from bookings.operations.merging import drop
from botbackend.outbox.api import put
from botbackend.privacy.people import raw_events_of
from dialogues.models import Dialogue, InboundEvent, Message, SyncRequest
from sheets.adoption.contact import forget_plans
from sheets.models import SheetConflict
from sheets.operations import look_again

GUEST_FIELDS = ("guest_name", "guest_phone", "note", "staff_note")


@dataclass(frozen=True)
class Forgotten:
    """What was done; `ahead` are visits still booked, which stay booked without a name."""

    bookings: int
    ahead: int
    messages: int
    raw_events: int


@transaction.atomic
def forget_client(*, client: Client) -> Forgotten:
    """Blank the client and delete the talks; visits stay with time, service, price and status.

    The mirror writes the blanked rows to the spreadsheet by itself. A second call finds nothing to do.
    Raises ClientNotFound for a row that was merged into another.
    """
    client = Client.objects.select_for_update().get(pk=client.pk)
    if client.merged_into_id is not None:  # the person is another row by now, with all that is known
        raise ClientNotFound("This client was made one with another meanwhile: forget that one.")
    messages = Message.objects.filter(dialogue__client=client).count()
    events = _forget_channel(client)
    Dialogue.objects.filter(
        client=client
    ).delete()  # takes messages, turns, summaries, proposals, tasks along
    for merge in ClientMerge.objects.filter(gone__merged_into=client).select_related("gone"):
        drop(merge)
    ClientsApart.objects.filter(Q(one=client) | Q(other=client)).delete()
    ClientEvent.objects.filter(client=client).update(before=None, after=None)
    bookings, ahead = _forget_bookings(client)
    for name in ("contact_id", "name", "phone", "language", "source", "notes"):
        setattr(client, name, "")
    client.last_seen_at = None
    client.save()
    return Forgotten(bookings=bookings, ahead=ahead, messages=messages, raw_events=events)


def _forget_channel(client: Client) -> int:
    if not client.contact_id:
        return 0
    rows = raw_events_of(client)
    # The rows stay, empty, under their hashed keys: a late repeat must not bring the person back.
    count = 0
    for event in rows.only("pk"):
        InboundEvent.objects.filter(pk=event.pk).update(
            payload={}, contact_id="", title="", state=InboundEvent.State.IGNORED, note="forgotten"
        )
        count += 1
    SyncRequest.objects.filter(project=client.project_id, contact_id=client.contact_id).delete()
    return count


def _forget_bookings(client: Client) -> tuple[int, int]:
    bookings = Booking.objects.filter(client=client)
    bookings.update(
        guest_name="",
        guest_phone="",
        photo_url="",
        note="",
        staff_note="",
        staff_note_by="",
        staff_note_at=None,
    )
    for event in BookingEvent.objects.filter(booking__client=client):
        event.before, event.after = _without_guest(event.before), _without_guest(event.after)
        event.actor = event.actor if event.source == Booking.Source.ADMIN else ""
        event.reason = ""
        event.save(update_fields=["before", "after", "actor", "reason"])
    SheetConflict.objects.filter(booking__client=client).delete()
    forget_plans(client.project)
    Rehearsal.objects.filter(project=client.project_id).update(prompt=None, content=None)
    look_again(bookings)
    for booking in bookings.select_related("project"):
        put("booking.changed", key=str(booking.pk), project=booking.project, payload={"booking": booking.pk})
    ahead = bookings.ahead(timezone.now()).count()
    return bookings.count(), ahead


def _without_guest(snapshot: Any) -> Any:
    if not isinstance(snapshot, dict):
        return snapshot
    return {name: "" if name in GUEST_FIELDS else value for name, value in snapshot.items()}
