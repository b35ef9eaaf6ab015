"""A spreadsheet belongs to one salon: a mark in its developer metadata says to which.

Invisible to people, and visible to every program that may open the file: two installations, or two salons
of one, cannot write into the same spreadsheet without noticing.
"""

import secrets
import time
from dataclasses import replace

from sheets.google.access import Access, access_to
from sheets.google.errors import GoogleError
from sheets.google.transport import Json, call_sheets
from sheets.models import SheetLink

KEY = "salon-mirror"
FIELDS = "developerMetadata(metadataKey,metadataValue)"
LOOK_AGAIN_SECONDS = 600.0  # where nothing was written yet, so that there is no mark to know it by
FOREIGN = "another salon or another installation mirrors its visits in this spreadsheet"
_free: dict[tuple[str, str], float] = {}  # spreadsheet and mark -> until when (monotonic) nobody looks


class ForeignSpreadsheet(GoogleError):
    """The spreadsheet carries the mark of somebody else; nothing of it may be taken for ours."""

    def __init__(self) -> None:
        super().__init__(FOREIGN, permanent=True)


def check(access: Access, spreadsheet: Json) -> None:
    """Look for marks in what Google told of a spreadsheet. Raises ForeignSpreadsheet."""
    marks = _marks(access, spreadsheet)
    if not access.mark:
        return
    if marks - {_value(access)}:
        raise ForeignSpreadsheet
    if _value(access) in marks and not access.is_marked:
        remember(access)
    _free[access.spreadsheet_id, access.mark] = time.monotonic() + LOOK_AGAIN_SECONDS


def check_once(access: Access) -> None:
    """Look before the first reading: an extra read only as long as it does not carry our mark."""
    if access.is_marked or time.monotonic() < _free.get((access.spreadsheet_id, access.mark), 0.0):
        return
    check(access, call_sheets(access, "read", fields=FIELDS))


def remember(access: Access) -> None:
    """The spreadsheet carries our mark from now on."""
    links = SheetLink.objects.filter(spreadsheet_id=access.spreadsheet_id, mark=access.mark)
    links.update(marked_id=access.spreadsheet_id)


def leave(access: Access) -> Json:
    """The request that leaves our mark."""
    note = {
        "metadataKey": KEY,
        "metadataValue": _value(access),
        "visibility": "DOCUMENT",
        "location": {"spreadsheet": True},
    }
    return {"createDeveloperMetadata": {"developerMetadata": note}}


def withdraw(access: Access) -> None:
    """Take our mark away again: somebody else was first. One write."""
    lookup = {"metadataKey": KEY, "metadataValue": _value(access)}
    _batch(access, [{"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}])


def take_over(spreadsheet_id: str) -> None:
    """Make the spreadsheet ours, whoever had it; a person decided that. One write.

    Under a new mark: an installation that our database was copied from knows the one before.
    Raises GoogleError.
    """
    access = replace(access_to(spreadsheet_id), mark=secrets.token_hex(12))
    gone = {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataKey": KEY}}}}
    _batch(access, [gone, leave(access)])
    links = SheetLink.objects.filter(spreadsheet_id=spreadsheet_id)
    links.update(mark=access.mark, marked_id=spreadsheet_id)


def _batch(access: Access, requests: list[Json]) -> None:
    call_sheets(access, "write", ":batchUpdate", {"requests": requests}, fields="spreadsheetId")


def _value(access: Access) -> str:
    # With the id of the file: a copy of it carries the mark along, and is nobody's yet.
    return f"{access.spreadsheet_id}:{access.mark}"


def _marks(access: Access, spreadsheet: Json) -> set[str]:
    found = spreadsheet.get("developerMetadata", [])
    values = {str(note.get("metadataValue", "")) for note in found if note.get("metadataKey") == KEY}
    return {value for value in values if value.startswith(f"{access.spreadsheet_id}:")}
