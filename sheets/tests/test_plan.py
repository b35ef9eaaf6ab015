"""The batch of requests, applied to a small list of rows as Google would apply it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sheets.cycle.writing.plan import build
from sheets.rows.cells import HEADER, SheetRowRead
from sheets.rows.writes import SheetPlan, Wanted

TAB = 7


def make_wanted(day: int, text: str = "Manicure") -> Wanted:
    cells = (f"{day:02d}.12", f"{day:02d}.12.2026", "10:00", "c", "Olena", text)
    return Wanted(uid=f"b-{day}", sheet_id=TAB, cells=cells, order=datetime(2026, 12, day, 10, tzinfo=UTC))


def apply(plan: SheetPlan, grid: list[list[str]]) -> list[list[str]]:
    """Apply in order, as one atomic batch would."""
    rows = [list(row) for row in grid]
    for request in plan.requests({}):
        (kind, body), *_ = request.items()
        if kind == "deleteDimension":
            del rows[body["range"]["startIndex"] : body["range"]["endIndex"]]
        elif kind == "insertDimension":
            rows.insert(body["range"]["startIndex"], [""] * len(HEADER))
        elif kind == "updateCells":
            _update(rows, body)
        else:
            raise AssertionError(kind)
    return rows


def _update(rows: list[list[str]], body: dict[str, Any]) -> None:
    row, column = body["start"]["rowIndex"], body["start"]["columnIndex"]
    for offset, value in enumerate(body["rows"][0]["values"]):
        rows[row][column + offset] = value.get("userEnteredValue", {}).get("stringValue", "")


def make_grid(rows: list[Wanted]) -> list[list[str]]:
    return [list(HEADER), *([*row.cells, row.uid, row.status] for row in rows)]


def read_grid(grid: list[list[str]]) -> list[SheetRowRead]:
    return [
        SheetRowRead(TAB, index, (r[0], r[1], r[2], r[3], r[4], r[5]), r[6], r[7])
        for index, r in enumerate(grid)
        if index
    ]


def run(before: list[Wanted], after: list[Wanted]) -> list[list[str]]:
    grid = make_grid(before)
    gone = {row.uid for row in before} - {row.uid for row in after}
    plan = build(wanted={row.uid: row for row in after}, gone=gone, read=read_grid(grid))
    return apply(plan, grid)


@given(
    before=st.sets(st.integers(1, 28), max_size=8),
    after=st.sets(st.integers(1, 28), max_size=8),
    renamed=st.booleans(),
)
def test_any_change_of_the_visits_ends_in_rows_ordered_by_time(
    before: set[int], after: set[int], renamed: bool
) -> None:
    wanted = [make_wanted(day, "Haircut" if renamed else "Manicure") for day in sorted(after)]
    found = run([make_wanted(day) for day in sorted(before)], wanted)
    assert [row for row in found if any(row)] == make_grid(wanted)


def test_rows_of_staff_without_our_id_are_never_touched() -> None:
    grid = [*make_grid([make_wanted(3)]), ["note", "", "", "", "lunch", "", "", ""]]
    plan = build(wanted={}, gone={"b-3"}, read=read_grid(grid))
    assert apply(plan, grid) == [list(HEADER), [""] * 8, ["note", "", "", "", "lunch", "", "", ""]]


def test_nothing_to_do_is_no_request() -> None:
    rows = [make_wanted(day) for day in (1, 2)]
    plan = build(wanted={row.uid: row for row in rows}, gone=set(), read=read_grid(make_grid(rows)))
    assert plan.requests({}) == []


def test_a_name_that_looks_like_a_formula_is_written_as_text() -> None:
    plan = build(wanted={"b-4": make_wanted(4, '=IMPORTXML("http://x/")')}, gone=set(), read=[])
    values = [
        value
        for request in plan.requests({})
        for value in request.get("updateCells", {}).get("rows", [{}])[0].get("values", [])
    ]
    assert all(set(value.get("userEnteredValue", {})) <= {"stringValue"} for value in values)
    assert values[5]["userEnteredValue"]["stringValue"].startswith("=")


def test_a_row_that_moves_to_another_tab_is_blanked_and_written_in_one_batch_or_in_none() -> None:
    moved = [replace(make_wanted(day), sheet_id=TAB + 1) for day in (1, 2)]
    read = read_grid(make_grid([make_wanted(1), make_wanted(2)]))
    plan = build(wanted={row.uid: row for row in moved}, gone=set(), read=read, most=3)
    assert sorted((write.uid, write.kind) for write in plan.writes) == [("b-1", "blank"), ("b-1", "new")]
    assert sorted((write.uid, write.kind) for write in plan.cut) == [("b-2", "blank"), ("b-2", "new")]
