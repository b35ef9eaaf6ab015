"""Whether the answer to a write shows what was planned. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sheets.cycle.verifying.flights import Flight
from sheets.rows.cells import read_row
from sheets.rows.layout import STANDARD, Layout
from sheets.rows.writes import BLANK, Kind, RowWrite, SheetPlan, texts_of

MOST_TRIES = 12  # four cycles of three rounds


def rows_to_show(plan: SheetPlan) -> dict[int, list[tuple[int, int]]]:
    """Return {sheet id: [(first, last row)]} of the rows written and one neighbour on either side."""
    shown: dict[int, list[tuple[int, int]]] = {}
    for sheet_id in plan.expected:
        indexes = sorted({i for w in plan.writes if w.sheet_id == sheet_id for i in _near(w)})
        spans = shown.setdefault(sheet_id, [])
        for index in indexes:
            if spans and index <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], index)
            else:
                spans.append((index, index))
    return shown


def _near(write: RowWrite) -> Iterator[int]:
    if write.kind != Kind.DROP:
        yield write.after
    if write.kind in (Kind.BLANK, Kind.DROP):
        yield max(0, write.after - 1)
        yield write.after + (write.kind == Kind.BLANK)


def tabs_astray(
    plan: SheetPlan, answer: Mapping[int, Mapping[int, Sequence[object]]], layouts: Mapping[int, Layout]
) -> set[int]:
    """Return the tabs of which the answer shows a row that is not as planned."""
    return {
        sheet_id
        for sheet_id, rows in answer.items()
        for index, values in rows.items()
        if index >= layouts.get(sheet_id, STANDARD).first_row
        and _texts(values, sheet_id, index, layouts) != plan.expected[sheet_id].get(index, BLANK)
    }


def stubborn_tabs(flights: Sequence[Flight], astray: Iterable[int]) -> set[int]:
    """Return those of the tabs in which batch after batch failed to come to stand: nobody works so fast."""
    answered = [{write.sheet_id for write in flight.writes} for flight in flights if flight.is_answered]
    return {sheet_id for sheet_id in astray if sum(sheet_id in tabs for tabs in answered) >= MOST_TRIES}


def _texts(
    values: Sequence[object], sheet_id: int, index: int, layouts: Mapping[int, Layout]
) -> tuple[str, ...]:
    layout = layouts.get(sheet_id, STANDARD)
    return texts_of(read_row(sheet_id=sheet_id, index=index, values=layout.pick(values)))
