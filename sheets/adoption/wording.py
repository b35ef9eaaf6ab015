"""A plan as people read it: stored as JSON, printed as lines, shown as a table."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from gspread.utils import rowcol_to_a1

from sheets.adoption.planning import RowPlan, TabPlan
from sheets.adoption.words import Field
from sheets.rows.notes import note

Json = dict[str, Any]

_FIELDS = {
    Field.DATE: "day and month",
    Field.FULL_DATE: "date",
    Field.TIME: "time",
    Field.CLIENT_ID: "client id",
    Field.CLIENT_NAME: "client's name",
    Field.PHONE: "phone, read once and left alone",
    Field.SERVICE: "service",
}
_KINDS = {
    "visit": "becomes a visit",
    "known": "is a visit that the salon has already",
    "continues": "goes on with the visit above",
    "empty": "a free slot, stays as it is",
    "past": "past, stays as it is",
    "own": "the salon's own, stays as it is",
    "unreadable": "cannot be read",
    "refused": "cannot be booked",
}
_PROBLEMS = {
    "no_specialist": "it bears no specialist's name",
    "no_date_column": "no column of dates was found",
    "no_time_column": "no column of times was found",
    "no_service_column": "no column of the salon's services was found",
}


def plan_json(plans: Sequence[TabPlan], names: Mapping[int, str]) -> list[Json]:
    """Return what is stored and shown of a plan."""
    return [_tab_json(plan, names) for plan in plans]


def digest_of(stored: Sequence[Json]) -> str:
    """Return what two equal plans have in common."""
    text = json.dumps(stored, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _letter(column: int) -> str:
    return rowcol_to_a1(1, column + 1)[:-1]


def _tab_json(plan: TabPlan, names: Mapping[int, str]) -> Json:
    columns, layout = plan.columns, plan.layout
    taken = {at: one for one, at in columns.places.items()} if columns else {}
    return {
        "sheet_id": plan.sheet_id,
        "title": plan.title,
        "specialist": names.get(plan.specialist_id or 0, ""),
        "problem": plan.problem,
        "header_row": None if columns is None or columns.header_row is None else columns.header_row + 1,
        "columns": [
            [_letter(at), columns.headers.get(one, "") if columns else "", _taken_for(one, at, plan)]
            for at, one in sorted(taken.items())
        ]
        if layout
        else [],
        "ours": [_letter(layout.uid), _letter(layout.status)] if layout else [],
        "rows": [_row_json(row) for row in plan.rows],
        "quiet": [[kind.value, first + 1, last + 1] for kind, first, last in plan.quiet],
    }


def _taken_for(one: Field, at: int, plan: TabPlan) -> str:
    if one is Field.CLIENT_ID and plan.layout is not None and plan.layout.client_id is None:
        return "client id or phone, read once and left alone"
    if one in (Field.UID, Field.STATUS):
        return "ours" if plan.layout is not None and at in (plan.layout.uid, plan.layout.status) else "own"
    return _FIELDS[one]


def _row_json(row: RowPlan) -> Json:
    _, day, clock, _, name, service = row.cells
    return {
        "row": row.index + 1,
        "kind": row.kind.value,
        "what": " ".join(filter(None, (day, clock, name, service))),
        "phone": row.person.phone,
        "reason": row.reason,
    }


def _reason(code: str) -> str:
    return note("en", "incomplete") if code == "incomplete" else note("en", "rejected", code=code)


def lines_of(stored: Sequence[Json]) -> list[str]:
    """Return the plan row by row, as the command prints it."""
    return [line for tab in stored for line in _tab_lines(tab)]


def _tab_lines(tab: Json) -> list[str]:
    lines = [f"tab {tab['title']!r}: {headline(tab)}"]
    lines += [f"  column {text}" for text in column_lines(tab)]
    return lines + [f"  {where}: {text}" for where, text in row_lines(tab)]


def headline(tab: Json) -> str:
    """Whose tab it is, or why it stays untouched."""
    if tab["problem"]:
        return f"stays untouched: {_PROBLEMS[tab['problem']]}"
    where = f"header in row {tab['header_row']}" if tab["header_row"] else "no header"
    return f"the visits of {tab['specialist']}, {where}"


def column_lines(tab: Json) -> list[str]:
    """What each column is taken for, and where ours go."""
    lines = [
        f"{letter} ({header}): {taken}" if header else f"{letter}: {taken}"
        for letter, header, taken in tab["columns"]
    ]
    ours = f"{' and '.join(tab['ours'])}: ours, a hidden id and a status"
    return [*lines, ours] if tab["ours"] else lines


def row_lines(tab: Json) -> list[tuple[str, str]]:
    """(which rows, what becomes of them), from the top down."""
    parts: list[tuple[int, str, str]] = []
    for row in tab["rows"]:
        reason = f" ({_reason(row['reason'])})" if row["reason"] else ""
        what = f": {row['what']}" if row["what"] else ""
        phone = f", {row['phone']}" if row["phone"] else ""
        parts.append((row["row"], f"row {row['row']}", f"{_KINDS[row['kind']]}{reason}{what}{phone}"))
    for kind, first, last in tab["quiet"]:
        where = f"row {first}" if first == last else f"rows {first}-{last}"
        parts.append((first, where, _KINDS[kind]))
    return [(where, text) for _, where, text in sorted(parts)]
