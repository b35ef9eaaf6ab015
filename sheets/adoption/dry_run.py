"""What a cycle would do, row by row: it is done in the database, described, and taken back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from gspread.utils import rowcol_to_a1

from bookings.models import BookingEvent
from botbackend.outbox.claims import Claim
from sheets.models import SheetConflict, SheetLink, SheetTab

Json = dict[str, Any]


@dataclass
class Unclaimed(Claim):
    """The claim of a cycle that keeps nothing: nobody has to be kept off."""

    def assert_held(self) -> None:
        """There is nothing to protect."""

    def extend(self, seconds: float) -> None:
        """It needs no more time."""


class Rehearsal:
    """One dry run: what is done within `taken_back` is told by `lines`, and undone."""

    def __init__(self, link: SheetLink) -> None:
        self.link = link
        now = datetime.now(UTC)
        self.claim = Unclaimed(0, 0, "sheets.sync", "sheet.dirty", "", link.project_id, {}, 0, now)
        self._events = _last(BookingEvent)
        self._conflicts = _last(SheetConflict)

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Whatever the block writes into the database is undone at its end."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def lines(self, tabs: Iterable[SheetTab], requests: Sequence[Json]) -> tuple[str, ...]:
        """What would be booked, refused and written; to be called before all is taken back."""
        titles = {tab.sheet_id: tab.title for tab in tabs}
        return (*self._booked(), *self._refused(), *written_lines(titles, requests))

    def _booked(self) -> Iterator[str]:
        events = BookingEvent.objects.filter(project_id=self.link.project_id, pk__gt=self._events)
        zone = ZoneInfo(self.link.project.timezone)
        for event in events.select_related(
            "booking__specialist", "booking__service", "booking__client"
        ).order_by("pk"):
            visit = event.booking
            name = visit.guest_name or visit.client.name
            start = visit.start.astimezone(zone)
            why = f" ({event.reason})" if event.reason else ""
            what = f"{visit.specialist}, {start:%d.%m.%Y %H:%M}, {visit.service}, {name}"
            yield f"would be {event.action}: {what}{why}"

    def _refused(self) -> Iterator[str]:
        refused = SheetConflict.objects.filter(link=self.link, pk__gt=self._conflicts)
        for one in refused.order_by("pk"):
            yield f"would be refused: {' '.join(filter(None, one.rejected or []))}: {one.reason}"


def _last(model: type[BookingEvent] | type[SheetConflict]) -> int:
    return int(model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0)


def written_lines(titles: Mapping[int, str], requests: Sequence[Json]) -> list[str]:
    """Tell of a batch which rows it touches, counted as before it, and what would stand there."""
    names = dict(titles)
    rows: dict[tuple[int, int, int], list[str]] = {}
    kinds: dict[tuple[int, int, int], str] = {}
    inserted = 0
    lines = []
    for request in requests:
        (kind, body) = next(iter(request.items()))
        if kind == "addSheet":
            names[body["properties"]["sheetId"]] = body["properties"]["title"]
            lines.append(f"tab {body['properties']['title']!r} would be made")
        elif kind == "updateSheetProperties" and (title := body["properties"].get("title")):
            lines.append(f"tab {names[body['properties']['sheetId']]!r} would be renamed to {title!r}")
        elif kind == "addProtectedRange":
            sheet_id = body["protectedRange"]["range"]["sheetId"]
            lines.append(f"tab {names.get(sheet_id, sheet_id)!r} would be closed: its specialist left")
        elif kind in ("insertDimension", "deleteDimension") and body["range"]["dimension"] == "ROWS":
            # one more of our rows before the same row of theirs is another row
            inserted += kind == "insertDimension"
            place = (body["range"]["sheetId"], body["range"]["startIndex"], inserted)
            kinds[place] = "a new row before it" if kind == "insertDimension" else "would be removed"
            rows[place] = []
        elif kind == "updateCells" and "start" in body:
            start = body["start"]
            place = (start["sheetId"], start["rowIndex"], inserted)
            if place not in kinds:
                place = (start["sheetId"], start["rowIndex"], 0)
            rows.setdefault(place, []).extend(_cells(body, start["columnIndex"]))
    for place in sorted(rows, key=lambda one: (names.get(one[0], ""), one[1], -one[2])):
        text = ", ".join(filter(None, (kinds.get(place, ""), *rows[place])))
        lines.append(f"tab {names.get(place[0], place[0])!r} row {place[1] + 1}: {text}")
    return lines


def _cells(body: Json, first: int) -> Iterator[str]:
    for column, cell in enumerate(body["rows"][0]["values"], first):
        text = cell.get("userEnteredValue", {}).get("stringValue", "")
        if text or "userEnteredFormat" not in cell:
            yield f"{rowcol_to_a1(1, column + 1)[:-1]} = {text!r}"
