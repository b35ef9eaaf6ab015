"""The five layouts that salons come with, as files; days are told from today on, so that they never age."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from sheets.google import write
from sheets.tests.salon import KYIV

LAYOUTS = ("seed", "grid", "ukrainian", "bare", "own_columns")
_DAY = re.compile(r"^(short|full|serial)([+-]\d+)$")


def read_layout(name: str) -> dict[str, list[list[Any]]]:
    """The tabs of a layout, raw as the Sheets API gives them."""
    file = Path(__file__).parent / "layouts" / f"{name}.json"
    tabs: dict[str, list[list[Any]]] = json.loads(file.read_text(encoding="utf-8"))["tabs"]
    return {title: [[_dated(cell) for cell in row] for row in rows] for title, rows in tabs.items()}


def _dated(cell: Any) -> Any:
    found = _DAY.match(cell) if isinstance(cell, str) else None
    if not found:
        return cell
    day = datetime.now(KYIV).date() + timedelta(days=int(found[2]))
    if found[1] == "serial":
        return (day - date(1899, 12, 30)).days
    return f"{day:%d.%m.%Y}" if found[1] == "full" else f"{day:%d.%m}"


def fill(google: GoogleStandIn, book: str, tabs: dict[str, list[list[Any]]]) -> None:
    """Put the tabs into a spreadsheet, as it was before we came."""
    made = google.create(book, sheets=list(tabs))
    for sheet in made.sheets:
        rows = [{"values": [_cell(value) for value in row]} for row in tabs[sheet.title]]
        start = {"sheetId": sheet.id, "rowIndex": 0, "columnIndex": 0}
        write(book, [{"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}])


def _cell(value: Any) -> dict[str, Any]:
    if value == "":
        return {}
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}
