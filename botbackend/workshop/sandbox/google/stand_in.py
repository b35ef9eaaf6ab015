"""The Google stand-in: token endpoint, Sheets v4, a few Drive v3 calls, quotas and formula watching."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from typing import Any
from urllib.parse import unquote

from botbackend.workshop.sandbox.base import StandIn
from botbackend.workshop.sandbox.google.auth import Tokens
from botbackend.workshop.sandbox.google.drive import Drive
from botbackend.workshop.sandbox.google.errors import drive_error, quota_error, sheets_error
from botbackend.workshop.sandbox.google.spreadsheet import metadata, values
from botbackend.workshop.sandbox.google.spreadsheet.a1 import Area, write_range
from botbackend.workshop.sandbox.google.spreadsheet.batch import Batch
from botbackend.workshop.sandbox.google.spreadsheet.fields import select
from botbackend.workshop.sandbox.google.spreadsheet.grid import Invalid, Sheet, Spreadsheet, grid_data
from botbackend.workshop.sandbox.google.staff.by_hand import Staff
from botbackend.workshop.sandbox.wire import BadJson, Json, Reply, Request

_PATH = re.compile(r"^/v4/spreadsheets/(?P<id>[^/:]+)(?P<rest>.*)$")
READ, WRITE = "Read", "Write"


class GoogleStandIn(StandIn):
    """Spreadsheets by id. Quotas are requests per minute and account, 0 means unlimited."""

    name = "google"

    def __init__(
        self,
        *,
        auto_create: bool = False,
        token_seconds: int = 3600,
        public_key: bytes | None = None,
        read_quota: int = 0,
        write_quota: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.auto_create = auto_create
        self.tokens = Tokens(token_seconds, public_key)
        self.quotas = {READ: read_quota, WRITE: write_quota}
        self.counters: Counter[str] = Counter()
        self.formula_writes: list[Json] = []
        self.books: dict[str, Spreadsheet] = {}
        self._spent: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.drive = Drive(self)
        self.staff = Staff(self)

    # Life
    def create(self, book_id: str, *, sheets: list[str] | None = None, **properties: Any) -> Spreadsheet:
        """A new spreadsheet, shared with the service account."""
        book = Spreadsheet(book_id, modified=self.now(), **properties)
        for index, title in enumerate(sheets or ["Sheet1"]):
            book.add_sheet({"title": title, "sheetId": index})
        self.books[book_id] = book
        return book

    def reset(self) -> None:
        """Forget spreadsheets, counters and formula writes."""
        super().reset()
        self.books.clear()
        self.counters.clear()
        self.formula_writes.clear()
        self.drive.forget()
        self.staff.forget()
        self._spent.clear()

    def state(self) -> Json:
        """Spreadsheets, counters by class of request, and every formula that came through the API."""
        return {
            **super().state(),
            "spreadsheets": {key: [sheet.title for sheet in book.sheets] for key, book in self.books.items()},
            "counters": dict(self.counters),
            "formula_cells": self.formula_cells(),
            "formula_writes": self.formula_writes,
            "not_done": self.staff.not_done,
        }

    def formula_cells(self) -> list[Json]:
        """The cells that hold a formula written through the API."""
        return [
            {
                "spreadsheet": book.id,
                "cell": write_range(sheet.title, row, column, row + 1, column + 1),
                "formula": cell.formula,
            }
            for book in self.books.values()
            for sheet in book.sheets
            for row, column, cell in sheet.cells()
            if cell.formula and cell.api
        ]

    def error(self, status: int) -> Reply:
        """Google's body for an error status."""
        return quota_error(READ) if status == 429 else sheets_error(status)

    def partial(self, reply: Reply) -> Reply:
        """Values whose lower half did not come, as if the tabs ended there."""
        ranges = reply.body.get("valueRanges", []) if isinstance(reply.body, dict) else []
        for found in [entry.get("valueRange", entry) for entry in ranges] or [reply.body]:
            if isinstance(found, dict) and "values" in found:
                found["values"] = found["values"][: (len(found["values"]) + 1) // 2]
        return reply

    def page(self, request: Request) -> Reply | None:
        """The sheet view."""
        return self.staff.page(request)

    # The service
    def answer(self, request: Request) -> Reply:
        """Token, Drive or Sheets."""
        if request.path == "/token" and request.method == "POST":
            self.counters["token"] += 1
            return self.tokens.grant(request, self.now())
        is_drive = request.path.startswith("/drive/v3/")
        if not self.tokens.accepts(request.bearer(), self.now()):
            return drive_error(401) if is_drive else sheets_error(401)
        if is_drive:
            self.counters["drive"] += 1
            return self.drive.answer(request)
        return self._sheets(request)

    def _sheets(self, request: Request) -> Reply:
        found = _PATH.match(request.path)
        if found is None:
            return sheets_error(404)
        verb = _verb(request.method, found["rest"])
        kind = READ if verb in READING else WRITE
        self.counters[kind.lower()] += 1
        if self._over_quota(kind, self.tokens.owner(request.bearer())):
            return quota_error(kind)
        with self.lock:
            return self._on_book(request, unquote(found["id"]), verb, kind)

    def _over_quota(self, kind: str, email: str) -> bool:
        now, spent, quota = self.now(), self._spent[kind, email], self.quotas[kind]
        with self.lock:
            while spent and spent[0] <= now - 60:
                spent.popleft()
            if quota and len(spent) >= quota:
                return True
            spent.append(now)
            return False

    def _on_book(self, request: Request, book_id: str, verb: str, kind: str) -> Reply:
        if book_id not in self.books and self.auto_create:
            self.create(book_id)
        book = self.books.get(book_id)
        if book is None:
            return sheets_error(404)
        if not book.is_open_to(self.tokens.owner(request.bearer())):
            return sheets_error(403)
        if verb == "spreadsheets.batchUpdate":
            self.staff.meanwhile("before_write")
        book = self.books[book_id]
        draft = book.copy() if kind == WRITE else book
        try:
            body: Any = request.json()
            who = self.tokens.owner(request.bearer())
            answer = self._apply(draft, verb, request, body if isinstance(body, dict) else {}, who)
            answer = select(answer, request.first("fields"))
        except BadJson as error:
            return sheets_error(400, f"Invalid JSON payload received. {error}")
        except Invalid as error:
            return sheets_error(400, str(error))
        if kind == WRITE:
            self.keep(draft)
        if verb in ("values.get", "batchGet", "batchGetByDataFilter"):
            self.staff.meanwhile("after_read")
        return Reply(body=answer)

    def keep(self, book: Spreadsheet) -> None:
        """Put a changed copy in the place of its spreadsheet."""
        book.version += 1
        book.modified = self.now()
        self.books[book.id] = book
        self.drive.note_change(book)

    def _apply(self, book: Spreadsheet, verb: str, request: Request, body: Json, who: str) -> Json:
        rest = _PATH.match(request.path)["rest"]  # type: ignore[index]  # matched by the caller
        name = unquote(rest.removeprefix("/values/").removesuffix(":" + verb))
        option = request.first("valueRenderOption") or body.get("valueRenderOption") or ""
        input_option = request.first("valueInputOption") or body.get("valueInputOption") or ""
        if verb == "get":
            return book.as_api(include_grid=request.first("includeGridData").lower() == "true", viewer=who)
        if verb == "values.get":
            dimension = request.first("majorDimension") or "ROWS"
            return values.value_range(*book.locate(name), option, dimension)
        if verb == "batchGet":
            dimension = request.first("majorDimension") or "ROWS"
            ranges = [book.locate(text) for text in request.query.get("ranges", [])]
            found = [values.value_range(sheet, area, option, dimension) for sheet, area in ranges]
            return {"spreadsheetId": book.id, "valueRanges": found}
        if verb == "batchGetByDataFilter":
            return values.by_data_filters(book, body)
        if verb == "developerMetadata.search":
            return metadata.search(book, body)
        if verb == "developerMetadata.get":
            return metadata.get(book, rest.rpartition("/")[2])
        if verb == "clear":
            return {"spreadsheetId": book.id, "clearedRange": values.clear(book, name, who)}
        if verb == "batchClear":
            cleared = [values.clear(book, text, who) for text in body.get("ranges") or []]
            return {"spreadsheetId": book.id, "clearedRanges": cleared}
        if verb == "spreadsheets.batchUpdate":
            return self._batch_update(book, body, who)
        writer = values.ValueWriter(book, input_option, self._note_formula(book), who)
        if verb == "values.update":
            return writer.update(name, body)
        if verb == "append":
            insert_rows = request.first("insertDataOption") == "INSERT_ROWS"
            return writer.append(name, body, insert_rows=insert_rows)
        if verb == "values.batchUpdate":
            return writer.batch(body.get("data") or [])
        raise Invalid(f"Unknown method {request.method} {request.path}")

    def _note_formula(self, book: Spreadsheet) -> values.FormulaNoted:
        def noted(sheet: Sheet, row: int, column: int, formula: str) -> None:
            cell = write_range(sheet.title, row, column, row + 1, column + 1)
            self.formula_writes.append({"spreadsheet": book.id, "cell": cell, "formula": formula})

        return noted

    def _batch_update(self, book: Spreadsheet, body: Json, who: str) -> Json:
        replies = Batch(book, self._note_formula(book), who).apply(body.get("requests"))
        answer: Json = {"spreadsheetId": book.id, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            ranges = [book.locate(text) for text in body.get("responseRanges") or []]
            answer["updatedSpreadsheet"] = self._updated(
                book, ranges, bool(body.get("responseIncludeGridData")), who
            )
        return answer

    @staticmethod
    def _updated(book: Spreadsheet, ranges: list[tuple[Sheet, Area]], with_grid: bool, viewer: str) -> Json:
        if not ranges:
            return book.as_api(include_grid=with_grid, viewer=viewer)
        updated = book.as_api(viewer=viewer)
        wanted = {sheet.id for sheet, _ in ranges}
        updated["sheets"] = [s for s in updated["sheets"] if s["properties"]["sheetId"] in wanted]
        for entry in updated["sheets"] if with_grid else ():
            sheet_id = entry["properties"]["sheetId"]
            entry["data"] = [grid_data(sheet, area) for sheet, area in ranges if sheet.id == sheet_id]
        return updated


READING = {
    "get", "values.get", "batchGet", "batchGetByDataFilter",
    "developerMetadata.get", "developerMetadata.search",
}  # fmt: skip


def _verb(method: str, rest: str) -> str:
    """The method's name; the custom verb follows the last colon, after the range."""
    if rest == "":
        return "get"
    if rest == ":batchUpdate":
        return "spreadsheets.batchUpdate"
    if rest == "/values:batchUpdate":
        return "values.batchUpdate"
    if rest.startswith("/developerMetadata"):
        return "developerMetadata." + ("search" if rest.endswith(":search") else "get")
    if rest.startswith("/values:"):
        return rest.removeprefix("/values:")
    if method == "POST" and rest.startswith("/values/"):
        return rest.rpartition(":")[2]
    if method == "PUT":
        return "values.update"
    return "values.get" if rest.startswith("/values/") else "unknown"
