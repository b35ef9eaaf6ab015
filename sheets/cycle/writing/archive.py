"""Rows of visits long past move to a worksheet of their own, which is never read again."""

from collections.abc import Collection, Mapping, Sequence

from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from sheets import google
from sheets.models import SheetLink
from sheets.rows.batch import Request
from sheets.rows.cells import CONTRACT_WIDTH, HEADER, SheetRowRead
from sheets.rows.writes import Kind, SheetPlan
from sheets.tabs.worksheets import random_id

TITLES = {"uk": "Архів", "ru": "Архив", "pl": "Archiwum", "en": "Archive"}
HEADINGS = (*HEADER[:CONTRACT_WIDTH], "Tab")


class ArchiveGone(Exception):
    """Staff deleted the archive, or the batch that was to make it never arrived."""


def rows_to_append(
    old: Sequence[SheetRowRead], batch: SheetPlan, appended: Collection[str]
) -> list[SheetRowRead]:
    """Return those of the old rows that this batch blanks and no earlier one has put into the archive."""
    blanked = {write.uid for write in batch.writes if write.kind == Kind.BLANK}
    return [row for row in old if row.uid in blanked and row.uid not in appended]


def append(
    link: SheetLink, claim: Claim, rows: Sequence[SheetRowRead], titles: Mapping[int, str]
) -> list[Request]:
    """Return the requests that put the rows at the end of the archive; it is made if there is none.

    Making it asks Google for the titles in use: one read. `titles` are those of the tabs by sheet id.
    """
    if not rows:
        return []
    made: list[Request] = []
    if link.archive_id is None:
        made = _make(link)
        with held(claim):
            link.save(update_fields=["archive_id"])
    lines = [(*row.cells, titles.get(row.sheet_id, "")) for row in rows]
    return [*made, _append(link.archive_id, lines)]


def forget_if_gone(link: SheetLink, claim: Claim, there: Collection[int]) -> None:
    """Look for the archive among the worksheets `there`. Raises ArchiveGone; the next rows make a new one."""
    if link.archive_id is None or link.archive_id in there:
        return
    link.archive_id = None
    with held(claim):
        link.save(update_fields=["archive_id"])
    raise ArchiveGone


def _make(link: SheetLink) -> list[Request]:
    there = google.tabs_of(link.spreadsheet_id)
    taken = set(map(comparable, there))
    title = TITLES.get(link.project.language, TITLES["en"])
    number = 1
    while comparable(title if number == 1 else f"{title} {number}") in taken:
        number += 1
    link.archive_id = random_id(there.values())
    properties = {
        "sheetId": link.archive_id,
        "title": title if number == 1 else f"{title} {number}",
        "index": len(there),
        "gridProperties": {"rowCount": 2, "columnCount": len(HEADINGS), "frozenRowCount": 1},
    }
    return [{"addSheet": {"properties": properties}}, _append(link.archive_id, [HEADINGS])]


def _append(sheet_id: int | None, lines: Sequence[Sequence[str]]) -> Request:
    text = {"numberFormat": {"type": "TEXT"}}
    rows = [
        {
            "values": [
                {"userEnteredFormat": text} | ({"userEnteredValue": {"stringValue": one}} if one else {})
                for one in line
            ]
        }
        for line in lines
    ]
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    return {"appendCells": {"sheetId": sheet_id, "rows": rows, "fields": fields}}
