"""What salon staff do in the sheet, by hand: through the sheet view in a browser or through the controls."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from botbackend.workshop.sandbox.base import page_file
from botbackend.workshop.sandbox.google.spreadsheet.a1 import Area, column_letters
from botbackend.workshop.sandbox.google.spreadsheet.grid import Sheet
from botbackend.workshop.sandbox.google.spreadsheet.protections import PERSON
from botbackend.workshop.sandbox.google.staff.actions import act, check_protections
from botbackend.workshop.sandbox.google.staff.undo import UndoStack
from botbackend.workshop.sandbox.wire import Json, Reply, Request

if TYPE_CHECKING:
    from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn

SHOWN_COLUMNS = 8


class Staff:
    """The control endpoints and the sheet view of a Google stand-in."""

    def __init__(self, server: GoogleStandIn) -> None:
        self._server = server
        self._undo: defaultdict[str, UndoStack] = defaultdict(UndoStack)
        self._planned: dict[str, list[list[Json]]] = {"before_write": [], "after_read": []}
        self.not_done: list[Json] = []
        server.controls.update(
            {
                ("POST", "edit"): lambda r: Reply(body=self.edit(r.json())),
                ("POST", "meanwhile"): self._meanwhile,
                ("POST", "spreadsheets"): self._create,
                ("POST", "share"): self._share,
                ("POST", "quota"): self._quota,
                ("POST", "revoke_tokens"): lambda r: Reply(body={"revoked": server.tokens.revoke_all()}),
                ("GET", "sheet"): lambda r: Reply(body=self.rows(r.first("spreadsheet"), r.first("sheet"))),
            }
        )

    def edit(self, wish: Json) -> Json:
        """One action of a person: `{"spreadsheet", "sheet", "action", ...}`.

        Cells: set {cell, value}, set_row {row, values}, paste {row, values, column?} (rows of values),
        clear, cut and copy of a block {range} or whole rows {row, count?}, the latter two with {to,
        to_sheet?, to_column?}, merge and unmerge {range}, sort {column, range?, descending?}, undo.
        Rows and columns: insert_row, delete_row {row, count?}, move_row {row, count?, to}, insert_column,
        delete_column {column, count?}, move_column {column, to}.
        Worksheets: add_sheet {title}, rename {title}, duplicate {title?}, delete_sheet, protect {range?,
        warning_only?}, unprotect. `who` is "person" or the "owner" of the file, whom no protection stops.
        Rows count from 1, columns from 0. Typing is parsed as Google parses it. Raises KeyError, ValueError.
        """
        with self._server.lock:
            before = self._server.books[wish["spreadsheet"]]
            book = before.copy()
            if wish.get("action") == "undo":
                self._undo[book.id].undo(book)
            else:
                act(book, wish)
                check_protections(before, book, str(wish.get("who") or PERSON))
                self._undo[book.id].did(before, book)
            self._server.keep(book)
        return {"ok": True, "version": book.version}

    def plan(self, when: str, edits: list[Json], *, times: int = 1) -> None:
        """Have people act right `before_write` (the next batchUpdate) or right `after_read` (of values).

        Each of the next `times` such requests meets the edits; what cannot be done by then is left out.
        """
        if when not in self._planned:
            raise ValueError(f"when must be one of {', '.join(self._planned)}")
        self._planned[when] += [edits] * times

    def meanwhile(self, when: str) -> None:
        """Let the planned edits of this moment happen."""
        for wish in self._planned[when].pop(0) if self._planned[when] else ():
            try:
                self.edit(wish)
            except (KeyError, ValueError) as error:
                self.not_done.append({**wish, "why": str(error)})

    def forget(self) -> None:
        """No plans and nothing to undo."""
        self._undo.clear()
        self.not_done.clear()
        for edits in self._planned.values():
            edits.clear()

    def rows(self, book_id: str, title: str) -> Json:
        """The values of a worksheet as shown, for scripts and tests."""
        book = self._server.books[book_id]
        sheet = book.by_title(title) if title else book.sheets[0]
        if sheet is None:
            raise ValueError(f"no worksheet {title!r}")
        return {"title": sheet.title, "values": sheet.values(Area(), "FORMATTED_VALUE")}

    def _meanwhile(self, request: Request) -> Reply:
        wish: Json = request.json()
        self.plan(wish["when"], list(wish["edits"]), times=int(wish.get("times", 1)))
        return Reply(body={"ok": True})

    def _create(self, request: Request) -> Reply:
        wish: Json = request.json()
        known = {key: wish[key] for key in ("title", "locale", "time_zone") if key in wish}
        book = self._server.create(str(wish["id"]), sheets=wish.get("sheets"), **known)
        return Reply(body=book.as_api())

    def _share(self, request: Request) -> Reply:
        wish: Json = request.json()
        book = self._server.books[wish["id"]]
        book.shared = bool(wish.get("shared", True))
        book.editors = set(wish["with"]) if "with" in wish else book.editors
        return Reply(body={"ok": True})

    def _quota(self, request: Request) -> Reply:
        wish: Json = request.json()
        self._server.quotas.update(Read=int(wish.get("read", 0)), Write=int(wish.get("write", 0)))
        return Reply(body={"ok": True})

    # The page
    def page(self, request: Request) -> Reply | None:
        """The sheet view and its data; None for anything else."""
        if request.method == "GET" and request.path == "/":
            return page_file("google/page.html")
        if request.method == "GET" and request.path == "/view":
            return Reply(body=self._view(request.first("spreadsheet")))
        if request.method == "POST" and request.path == "/view/edit":
            if "application/json" not in request.headers.get("content-type", ""):
                return Reply(415, {"error": "JSON only"})  # a form of a foreign page must not write here
            try:
                return Reply(body=self.edit(request.json()))
            except (KeyError, ValueError) as error:
                return Reply(400, {"error": str(error)})
        return None

    def _view(self, book_id: str) -> Json:
        books = self._server.books
        book = books.get(book_id) or next(iter(books.values()), None)
        names = [{"id": key, "title": found.title} for key, found in books.items()]
        if book is None:
            return {"spreadsheets": names, "spreadsheet": None, "sheets": []}
        sheets = [_sheet_view(sheet) for sheet in book.sheets]
        return {"spreadsheets": names, "spreadsheet": book.id, "version": book.version, "sheets": sheets}


def _sheet_view(sheet: Sheet) -> Json:
    width = max([SHOWN_COLUMNS, *(len(row) for row in sheet.rows)])
    return {
        "title": sheet.title,
        "columns": [column_letters(number) for number in range(width)],
        "hidden": sorted(sheet.hidden_columns),
        "frozen": sheet.frozen_rows,
        "rows": [[cell.formula or cell.shown() for cell in row] for row in sheet.rows[: sheet.last_row()]],
    }
