"""What a batch hit that did not come to stand where it was meant to, taken out of the next reading. Pure.

Between our reading and our writing staff may insert, delete, sort or cut rows, and an index then names
another row. The answer to the write shows the rows we wrote and their neighbours: as expected, or not. If
not, or if there was no answer at all, the next reading tells: a row that differs from what we know of it in
exactly the cells that we wrote, by exactly what we wrote, was hit by us. It is taken for what it was before;
nothing of it counts as an edit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from sheets.cycle.matching.match import Snapshot
from sheets.cycle.verifying.flights import Flight
from sheets.rows.cells import CONTRACT_WIDTH, NAME, UID_COLUMN, Cells, SheetRowRead, read_row
from sheets.rows.moments import clean
from sheets.rows.writes import BLANK, Kind, Place, RowWrite, texts_of


@dataclass
class Settled:
    """The reading as it would be without our stray writes.

    `rows` hold what rows were before we hit them; `repairs` the cells of rows without id that are to be put
    back; `lost`: so many rows that are missing now we may have emptied ourselves.
    """

    rows: list[SheetRowRead] = field(default_factory=list)
    repairs: dict[Place, dict[int, str]] = field(default_factory=dict)
    lost_loose: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    lost: int = 0


def settle(
    *, read: Sequence[SheetRowRead], flights: Sequence[Flight], known: Mapping[str, Snapshot]
) -> Settled:
    """Take our stray writes out of a reading."""
    result = Settled(rows=list(read))
    for flight in flights:
        for write in flight.writes:
            if write.kind == Kind.CELLS:
                _take_back(write, flight, known, result)
            elif write.kind == Kind.NEW:
                _drop_second(write, result)
        result.lost += flight.can_lose
        result.lost_loose += _lost_loose(flight, result)
    return result


def _written(write: RowWrite) -> dict[int, str]:
    return {column: text for column, text in write.texts.items() if column <= UID_COLUMN}


def _shows(row: SheetRowRead, texts: Mapping[int, str]) -> bool:
    there = texts_of(row)
    return all(there[column] == text for column, text in texts.items())


def _take_back(write: RowWrite, flight: Flight, known: Mapping[str, Snapshot], result: Settled) -> None:
    written = _written(write)
    if not any(column < CONTRACT_WIDTH for column in written):
        return  # an id alone: the comparison of contents puts it right
    if any(_is_its_own(row, write) and _shows(row, written) for row in result.rows):
        return
    for place, row in enumerate(result.rows):
        if row.sheet_id != write.sheet_id or not _shows(row, written) or _is_its_own(row, write):
            continue
        if _went_on(row, write, result):
            return
        before = _before(row, written, flight, known, result)
        if before is None:
            continue
        result.rows[place] = _as_before(row, before)
        if not before[UID_COLUMN]:
            there = texts_of(row)
            result.repairs[row.sheet_id, row.index] = {
                column: before[column] for column in written if before[column] != there[column]
            }
        return


def _is_its_own(row: SheetRowRead, write: RowWrite) -> bool:
    """Whether the row is the one that was meant: what we did not write is as it was read."""
    if write.before[UID_COLUMN] and UID_COLUMN not in write.texts:
        return row.uid == write.before[UID_COLUMN]
    there = texts_of(row)
    return all(
        there[column] == write.before[column] for column in range(CONTRACT_WIDTH) if column not in write.texts
    )


def _went_on(row: SheetRowRead, write: RowWrite, result: Settled) -> bool:
    """Whether it is the walk-in's own row, in which staff typed on since; it stands nowhere else."""
    there = texts_of(row)
    rest = [column for column in range(CONTRACT_WIDTH) if column not in write.texts]
    same = [column for column in rest if there[column] and there[column] == write.before[column]]
    is_alike = NAME in same or len(same) > 2
    return row.uid == write.uid and is_alike and not any(_is_its_own(other, write) for other in result.rows)


def _before(
    row: SheetRowRead,
    written: Mapping[int, str],
    flight: Flight,
    known: Mapping[str, Snapshot],
    result: Settled,
) -> tuple[str, ...] | None:
    """Return the eight texts of the row before we hit it; None = it was not we."""
    there = texts_of(row)
    if any(texts[:CONTRACT_WIDTH] == there[:CONTRACT_WIDTH] for texts in flight.loose):
        return None  # it read like that before
    standing = {texts_of(other)[:CONTRACT_WIDTH] for other in result.rows}
    read = [
        (*w.before[:UID_COLUMN], w.uid, "") for w in flight.writes if w.uid and any(w.before[:UID_COLUMN])
    ]
    candidates = [*read, *((*snapshot.cells, uid, "") for uid, snapshot in known.items()), *flight.loose]
    for texts in candidates:
        is_same_row = UID_COLUMN in written or texts[UID_COLUMN] == row.uid
        rest = (column for column in range(CONTRACT_WIDTH) if column not in written)
        if (
            is_same_row
            and texts[:CONTRACT_WIDTH] not in standing
            and all(there[column] == texts[column] for column in rest)
        ):
            return texts
    if row.uid and UID_COLUMN not in written:
        return None
    # Nobody we know: typed or inserted after we had read. What we wrote into it is not theirs.
    return tuple("" if column in written else text for column, text in enumerate(there))


def _as_before(row: SheetRowRead, texts: tuple[str, ...]) -> SheetRowRead:
    fixed = read_row(sheet_id=row.sheet_id, index=row.index, values=texts)
    return replace(fixed, status=row.status)


def _drop_second(write: RowWrite, result: Settled) -> None:
    """The row was put in twice: by a request that we had given up, and by the next one.

    Of one of them staff may have cut the cells meanwhile: its id is left behind, and neither is needed now.
    """
    twins = [place for place, row in enumerate(result.rows) if _shows(row, write.texts)]
    cells = tuple(write.texts[column] for column in range(CONTRACT_WIDTH))
    was_cut = any(row.is_blank and row.uid == write.uid for row in result.rows) and any(
        not row.uid and texts_of(row)[:CONTRACT_WIDTH] == cells for row in result.rows
    )
    for place in twins[0 if was_cut else 1 :]:
        row = result.rows[place]
        empty = read_row(sheet_id=row.sheet_id, index=row.index, values=[])
        result.rows[place] = empty
        result.repairs[row.sheet_id, row.index] = dict(enumerate(BLANK))


def _lost_loose(flight: Flight, result: Settled) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows without id that one of our blanks emptied: its own row still stands, and theirs is nowhere."""
    for write in flight.writes:
        if write.kind != Kind.BLANK:
            continue
        if not any(texts_of(row)[:CONTRACT_WIDTH] == write.before[:CONTRACT_WIDTH] for row in result.rows):
            continue
        for texts in flight.loose:
            cells = cast(Cells, tuple(clean(text) for text in texts[:CONTRACT_WIDTH]))
            if not any(_likeness(row, cells) >= 2 for row in result.rows):
                yield write.sheet_id, texts


def _likeness(row: SheetRowRead, cells: Cells) -> int:
    return sum(bool(there) and there == text for there, text in zip(row.cells, cells, strict=True))
