"""Everything that is stored about one client, readable."""

from base64 import b64encode
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from ai.models import Proposal, Summary, Turn
from bookings.models import Booking, BookingEvent, Client, ClientEvent, ClientMerge, ClientsApart
from botbackend.privacy.people import raw_events_of
from dialogues.models import Attachment, Message, StaffTask, SyncRequest
from sheets.models import SheetConflict, SheetRow


def export_client(*, client: Client) -> dict[str, Any]:
    """Return the client's rows as JSON values, personal data in clear text. Reads only."""
    now = timezone.now()
    mine = {"dialogue__client": client}
    events = raw_events_of(client)
    requests = SyncRequest.objects.filter(project=client.project_id, contact_id=client.contact_id)
    has_contact = bool(client.contact_id)
    return {
        "project_id": client.project.slug,
        "client": _row(client),
        "client_history": _rows(ClientEvent.objects.filter(client=client)),
        "kept_apart": _rows(ClientsApart.objects.filter(Q(one=client) | Q(other=client))),
        "merges": _rows(ClientMerge.objects.filter(kept=client)),
        "bookings": _rows(Booking.objects.real(now).filter(client=client)),
        "booking_history": _rows(BookingEvent.objects.real(now).filter(booking__client=client)),
        "messages": _rows(Message.objects.filter(**mine)),
        "attachments": _rows(Attachment.objects.filter(message__dialogue__client=client)),
        "summaries": _rows(Summary.objects.filter(**mine)),
        "turns": _rows(Turn.objects.filter(**mine).order_by("pk")),
        "proposals": _rows(Proposal.objects.filter(**mine)),
        "staff_tasks": _rows(StaffTask.objects.filter(**mine)),
        "raw_events": _rows(events) if has_contact else [],
        "flow_requests": _rows(requests) if has_contact else [],
        "sheet_rows": _rows(SheetRow.objects.filter(booking__client=client)),
        "sheet_conflicts": _rows(SheetConflict.objects.filter(booking__client=client)),
    }


def _rows(rows: QuerySet[Any, Any]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows.order_by("pk").iterator(chunk_size=500)]


def _row(row: Model) -> dict[str, Any]:
    hidden = ("_index", "_hash", "_keys")  # blind indexes say nothing to anybody
    fields = [field for field in row._meta.concrete_fields if not field.attname.endswith(hidden)]
    return {field.attname: _readable(field.value_from_object(row)) for field in fields}


def _readable(value: Any) -> Any:
    """A photo or recording goes out in base64, which JSON can hold."""
    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value
