"""Which row is which booking, after staff sorted, cut, copied and typed. Pure.

The hidden id is a hint, the snapshot of the last sync is the authority: an id alone lies after a
partial sort or a copied row, content alone lies after an edit.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sheets.rows.cells import CLIENT_ID, CONTRACT_WIDTH, NAME, SERVICE, Cells, SheetRowRead
from sheets.rows.moments import as_date

ALIKE = 4  # of six cells, for a row without any id
ALIKE_WITH_FOREIGN_ID = 5
ALIKE_IN_PLACE = 2


@dataclass(frozen=True)
class Snapshot:
    """A row of ours as last synced; `index` is its place where it has no id in the sheet yet."""

    uid: str
    sheet_id: int
    cells: Cells
    index: int | None = None


@dataclass
class Matches:
    """Every read row with a true id in one of the lists; `rows` are all of them, ids corrected."""

    rows: list[SheetRowRead] = field(default_factory=list)
    edited: list[tuple[Snapshot, SheetRowRead]] = field(default_factory=list)
    cleared: list[tuple[Snapshot, SheetRowRead]] = field(default_factory=list)
    fresh: list[SheetRowRead] = field(default_factory=list)
    missing: list[Snapshot] = field(default_factory=list)
    repeats: list[SheetRowRead] = field(default_factory=list)
    dislodged: list[SheetRowRead] = field(default_factory=list)
    has_duplicate_ids: bool = False


def match(
    *,
    read: Sequence[SheetRowRead],
    snapshots: Sequence[Snapshot],
    today: date = date.min,
    is_repeat: Callable[[SheetRowRead], bool] = lambda row: False,
) -> Matches:
    """Assign rows to snapshots over all tabs at once; each row and each snapshot is used once.

    A row that repeats another one for the later half hours of its visit is never taken for a visit's own, nor
    is one of before `today` without an id: a client who comes often has many that look alike.
    """
    result = Matches()
    open_snapshots = {snapshot.uid: snapshot for snapshot in snapshots}
    known = set(open_snapshots)
    used_ids = [row.uid for row in read if row.uid in known]
    result.has_duplicate_ids = len(used_ids) != len(set(used_ids))
    left = _take_unchanged(read, open_snapshots, result)
    left = _take_repeats(left, is_repeat, result)
    left = _take_dislodged(left, open_snapshots, result)
    left, over = _without_past(left, today)
    left = _take_by_id(left, open_snapshots, result)
    left = _take_by_place(left, open_snapshots, result)
    left = _take_alike(left, open_snapshots, known, result)
    left = [*left, *over]
    result.fresh = [row for row in left if not row.is_blank]
    result.rows += [replace(row, uid="") for row in [*left, *result.repeats]]
    result.missing = list(open_snapshots.values())
    return result


def _same(row: SheetRowRead, snapshot: Snapshot) -> bool:
    return row.cells == snapshot.cells and row.sheet_id == snapshot.sheet_id


def _take_unchanged(
    rows: Sequence[SheetRowRead], open_snapshots: dict[str, Snapshot], result: Matches
) -> list[SheetRowRead]:
    left = []
    for row in rows:
        snapshot = open_snapshots.get(row.uid)
        if snapshot and _same(row, snapshot):
            del open_snapshots[row.uid]
            result.rows.append(row)
        else:
            left.append(row)
    return left


def _take_repeats(
    rows: Sequence[SheetRowRead], is_repeat: Callable[[SheetRowRead], bool], result: Matches
) -> list[SheetRowRead]:
    left: list[SheetRowRead] = []
    for row in rows:
        (result.repeats if not row.uid and is_repeat(row) else left).append(row)
    return left


def _without_past(rows: Sequence[SheetRowRead], today: date) -> tuple[list[SheetRowRead], list[SheetRowRead]]:
    left: list[SheetRowRead] = []
    over: list[SheetRowRead] = []
    for row in rows:
        is_over = not row.uid and (as_date(row.cells[1]) or date.max) < today
        (over if is_over else left).append(row)
    return left, over


def _take_dislodged(
    rows: Sequence[SheetRowRead], open_snapshots: dict[str, Snapshot], result: Matches
) -> list[SheetRowRead]:
    by_content: dict[tuple[int, Cells], list[Snapshot]] = defaultdict(list)
    for snapshot in open_snapshots.values():
        by_content[snapshot.sheet_id, snapshot.cells].append(snapshot)
    left = []
    for row in rows:
        candidates = by_content.get((row.sheet_id, row.cells), [])
        if len(candidates) == 1 and candidates[0].uid in open_snapshots and not row.is_blank:
            snapshot = open_snapshots.pop(candidates[0].uid)
            _settle(row, snapshot, result)
        else:
            left.append(row)
    return left


def _settle(row: SheetRowRead, snapshot: Snapshot, result: Matches) -> SheetRowRead:
    fixed = replace(row, uid=snapshot.uid)
    result.rows.append(fixed)
    if row.uid != snapshot.uid:
        result.dislodged.append(fixed)
    return fixed


def _take_by_id(
    rows: Sequence[SheetRowRead], open_snapshots: dict[str, Snapshot], result: Matches
) -> list[SheetRowRead]:
    left = []
    # A blank row gives its id away last: the content may have been cut and pasted elsewhere.
    for row in sorted(rows, key=lambda row: row.is_blank):
        snapshot = open_snapshots.get(row.uid)
        if snapshot is None or (row.is_blank and _alike_elsewhere(snapshot, rows)):
            left.append(row)
            continue
        if not row.is_blank and not row.has_error and _told(row, snapshot) < 2:
            left.append(row)  # another visit's content beside this id: a partial sort
            continue
        del open_snapshots[row.uid]
        fixed = _settle(row, snapshot, result)
        (result.cleared if row.is_blank else result.edited).append((snapshot, fixed))
    return left


def _take_by_place(
    rows: Sequence[SheetRowRead], open_snapshots: dict[str, Snapshot], result: Matches
) -> list[SheetRowRead]:
    """A walk-in is known by its place until its id stands there, also if staff went on typing in its row."""
    by_place = {(s.sheet_id, s.index): s for s in open_snapshots.values() if s.index is not None}
    left = []
    for row in rows:
        snapshot = by_place.get((row.sheet_id, row.index))
        if snapshot is None or row.uid or row.is_blank or _told(row, snapshot) < ALIKE_IN_PLACE:
            left.append(row)
            continue
        del open_snapshots[snapshot.uid]
        result.edited.append((snapshot, _settle(row, snapshot, result)))
    return left


def _shared(row: SheetRowRead, snapshot: Snapshot) -> int:
    return sum(row.cells[column] == snapshot.cells[column] for column in range(CONTRACT_WIDTH))


def _told(row: SheetRowRead, snapshot: Snapshot) -> int:
    """Cells in common that say something: a column that the tab does not have says nothing of a row."""
    return sum(bool(cell) and cell == known for cell, known in zip(row.cells, snapshot.cells, strict=True))


def _likeness(row: SheetRowRead, snapshot: Snapshot) -> int:
    """Cells in common; the same time is no sign of the same visit, the same client is."""
    same_id, same_name = (
        bool(row.cells[at]) and row.cells[at] == snapshot.cells[at] for at in (CLIENT_ID, NAME)
    )
    if same_id and same_name and row.cells[SERVICE] == snapshot.cells[SERVICE]:
        return max(ALIKE, _shared(row, snapshot))
    return _shared(row, snapshot) if same_id or same_name else 0


def _alike_elsewhere(snapshot: Snapshot, rows: Sequence[SheetRowRead]) -> bool:
    return any(not row.is_blank and not row.uid and _shared(row, snapshot) >= ALIKE for row in rows)


def _take_alike(
    rows: Sequence[SheetRowRead], open_snapshots: dict[str, Snapshot], known: set[str], result: Matches
) -> list[SheetRowRead]:
    left = []
    for row in rows:
        need = ALIKE_WITH_FOREIGN_ID if row.uid in known else ALIKE
        best = max(open_snapshots.values(), key=lambda snapshot: _likeness(row, snapshot), default=None)
        if best is None or row.is_blank or _likeness(row, best) < need:
            left.append(row)
            continue
        del open_snapshots[best.uid]
        result.edited.append((best, _settle(row, best, result)))
    return left
