"""Everything that is stored about one client, readable."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from ai.models import Proposal, Summary, Turn
from bookings.models import Booking, BookingEvent, Client, ClientEvent, ClientMerge, ClientsApart
from botbackend.lib.plain_json import json_text
from botbackend.privacy.people import raw_events_of
from dialogues.models import Attachment, Message, StaffTask, SyncRequest
from sheets.models import SheetConflict, SheetRow

_READ_AT_ONCE = 500
_FILES_AT_ONCE = 4  # a recording may have many megabytes
_ROWS_A_PIECE = 50


def export_client(*, client: Client) -> dict[str, Any]:
    """Return the client's rows as JSON values, personal data in clear text. Reads only."""
    found: dict[str, Any] = {"project_id": client.project.slug, "client": _row(client)}
    return found | {name: list(rows) for name, rows in _parts(client)}


def exported_json(*, client: Client) -> Iterator[str]:
    """Yield the same as a JSON text, piece by piece: neither time nor memory grow before the first one."""
    yield f'{{\n"project_id": {_text(client.project.slug)},\n"client": {_text(_row(client))}'
    for name, rows in _parts(client):
        yield f',\n"{name}": ['
        yield from _joined(rows)
        yield "]"
    yield "\n}\n"


def _joined(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield rows with commas between them, many in a piece: each piece is a write to the network."""
    piece: list[str] = []
    for number, row in enumerate(rows):
        piece.append(("," if number else "") + "\n" + _text(row))
        if len(piece) >= _ROWS_A_PIECE:
            yield "".join(piece)
            piece = []
    yield "".join(piece)


def _text(value: object) -> str:
    """Return a row as one line: with indents it would take thrice the time."""
    return json_text(value)


def _parts(client: Client) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """Yield each part with its rows, which are read when they are asked for."""
    mine = {"dialogue__client": client}
    for name, rows in (
        ("client_history", ClientEvent.objects.filter(client=client)),
        ("kept_apart", ClientsApart.objects.filter(Q(one=client) | Q(other=client))),
        ("merges", ClientMerge.objects.filter(kept=client)),
        *_visits(client),
        ("messages", Message.objects.filter(**mine)),
        ("attachments", Attachment.objects.filter(message__dialogue__client=client)),
        ("summaries", Summary.objects.filter(**mine)),
        ("turns", Turn.objects.filter(**mine)),
        ("proposals", Proposal.objects.filter(**mine)),
        ("staff_tasks", StaffTask.objects.filter(**mine)),
        *_of_the_channel(client),
        ("sheet_rows", SheetRow.objects.filter(booking__client=client)),
        ("sheet_conflicts", SheetConflict.objects.filter(booking__client=client)),
    ):
        yield name, _rows(rows)


def _visits(client: Client) -> list[tuple[str, QuerySet[Any]]]:
    now = timezone.now()
    return [
        ("bookings", Booking.objects.real(now).filter(client=client)),
        ("booking_history", BookingEvent.objects.real(now).filter(booking__client=client)),
    ]


def _of_the_channel(client: Client) -> list[tuple[str, QuerySet[Any]]]:
    """What came from the channel; nobody has what came without a contact."""
    requests = SyncRequest.objects.filter(project=client.project_id, contact_id=client.contact_id)
    events = raw_events_of(client)
    if not client.contact_id:
        events, requests = events.none(), requests.none()
    return [("raw_events", events), ("flow_requests", requests)]


def _rows(rows: QuerySet[Any, Any]) -> Iterator[dict[str, Any]]:
    at_once = _FILES_AT_ONCE if rows.model is Attachment else _READ_AT_ONCE
    return (_row(row) for row in rows.order_by("pk").iterator(chunk_size=at_once))


def _row(row: Model) -> dict[str, Any]:
    hidden = ("_index", "_hash", "_keys")  # blind indexes say nothing to anybody
    fields = [field for field in row._meta.concrete_fields if not field.attname.endswith(hidden)]
    return {field.attname: _readable(field.value_from_object(row)) for field in fields}


def _readable(value: Any) -> Any:
    """A photo or recording goes out in base64, which JSON can hold."""
    return b64encode(value).decode("ascii") if isinstance(value, bytes) else value
