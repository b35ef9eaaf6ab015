"""What salon staff do in the sheet, by hand: through the sheet view in a browser or through the controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import page_file
from .google_a1 import Area, column_letters
from .google_cells import typed
from .google_dimensions import delete, insert, sort_area
from .google_grid import Invalid, Sheet, Spreadsheet
from .wire import Json, Reply, Request

if TYPE_CHECKING:
    from .google import GoogleStandIn

SHOWN_COLUMNS = 8


class Staff:
    """The control endpoints and the sheet view of a Google stand-in."""

    def __init__(self, server: GoogleStandIn) -> None:
        self._server = server
        server.controls.update(
            {
                ("POST", "edit"): lambda r: Reply(body=self.edit(r.json())),
                ("POST", "spreadsheets"): self._create,
                ("POST", "share"): self._share,
                ("POST", "quota"): self._quota,
                ("POST", "revoke_tokens"): lambda r: Reply(body={"revoked": server.tokens.revoke_all()}),
                ("GET", "sheet"): lambda r: Reply(body=self.rows(r.first("spreadsheet"), r.first("sheet"))),
            }
        )

    def edit(self, wish: Json) -> Json:
        """One action of a person: `{"spreadsheet", "sheet", "action", ...}`.

        Actions: set {cell, value}, set_row {row, values}, clear {range}, insert_row {row}, delete_row {row},
        sort {column, range?, descending?}, copy_row {row, to}, rename {title}, delete_sheet,
        add_sheet {title}.
        Rows count from 1. Typing is parsed as Google parses it. Raises KeyError, ValueError.
        """
        with self._server.lock:
            book = self._server.books[wish["spreadsheet"]].copy()
            action = str(wish.get("action", "set"))
            if action == "add_sheet":
                book.add_sheet({"title": wish["title"]})
            else:
                sheet = book.by_title(str(wish["sheet"]))
                if sheet is None:
                    raise ValueError(f"no worksheet {wish['sheet']!r}")
                _ACTIONS[action](book, sheet, wish)
            self._server.keep(book)
        return {"ok": True, "version": book.version}

    def rows(self, book_id: str, title: str) -> Json:
        """The values of a worksheet as shown, for scripts and tests."""
        book = self._server.books[book_id]
        sheet = book.by_title(title) if title else book.sheets[0]
        if sheet is None:
            raise ValueError(f"no worksheet {title!r}")
        return {"title": sheet.title, "values": sheet.values(Area(), "FORMATTED_VALUE")}

    def _create(self, request: Request) -> Reply:
        wish: Json = request.json()
        known = {key: wish[key] for key in ("title", "locale", "time_zone") if key in wish}
        book = self._server.create(str(wish["id"]), sheets=wish.get("sheets"), **known)
        return Reply(body=book.as_api())

    def _share(self, request: Request) -> Reply:
        wish: Json = request.json()
        self._server.books[wish["id"]].shared = bool(wish["shared"])
        return Reply(body={"ok": True})

    def _quota(self, request: Request) -> Reply:
        wish: Json = request.json()
        self._server.quotas.update(Read=int(wish.get("read", 0)), Write=int(wish.get("write", 0)))
        return Reply(body={"ok": True})

    # The page
    def page(self, request: Request) -> Reply | None:
        """The sheet view and its data; None for anything else."""
        if request.method == "GET" and request.path == "/":
            return page_file("google_page.html")
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


def _type(book: Spreadsheet, sheet: Sheet, row: int, column: int, value: Any) -> None:
    sheet.put(row, column, typed(value, sheet.get(row, column), book.locale, api=False))


def _set(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    found, area = book.locate(f"'{sheet.title.replace(chr(39), chr(39) * 2)}'!{wish['cell']}")
    _type(book, found, area.top, area.left, wish["value"])


def _set_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    for column, value in enumerate(wish["values"]):
        if value is not None:
            _type(book, sheet, int(wish["row"]) - 1, column, value)


def _clear(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    found, area = book.locate(f"'{sheet.title.replace(chr(39), chr(39) * 2)}'!{wish['range']}")
    top, left, bottom, right = found.closed(area)
    for row in range(top, min(bottom, len(found.rows))):
        for column in range(left, min(right, len(found.rows[row]))):
            found.rows[row][column] = found.rows[row][column].with_value(None, api=False)


def _insert_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    insert(sheet, int(wish["row"]) - 1, 1, by_rows=True)


def _delete_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    delete(sheet, int(wish["row"]) - 1, int(wish["row"]), by_rows=True)


def _copy_row(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    source = int(wish["row"]) - 1
    for column, cell in enumerate(list(sheet.rows[source])):
        sheet.put(int(wish["to"]) - 1, column, cell)


def _sort(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    """Sort below the frozen rows; a `range` such as A2:F leaves the other columns behind."""
    if wish.get("range"):
        sheet, area = book.locate(f"'{sheet.title.replace(chr(39), chr(39) * 2)}'!{wish['range']}")
    else:
        area = Area(max(1, sheet.frozen_rows))
    order = "DESCENDING" if wish.get("descending") else "ASCENDING"
    sort_area(sheet, area, [{"dimensionIndex": int(wish["column"]), "sortOrder": order}])


def _rename(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    sheet.title = str(wish["title"])


def _delete_sheet(book: Spreadsheet, sheet: Sheet, wish: Json) -> None:
    if len(book.sheets) == 1:
        raise Invalid("the last worksheet stays")
    book.sheets.remove(sheet)


_ACTIONS = {
    "set": _set,
    "set_row": _set_row,
    "clear": _clear,
    "insert_row": _insert_row,
    "delete_row": _delete_row,
    "copy_row": _copy_row,
    "sort": _sort,
    "rename": _rename,
    "delete_sheet": _delete_sheet,
}
