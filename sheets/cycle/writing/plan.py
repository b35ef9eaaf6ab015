"""From what should stand in the tabs and what stands there to one batch of rows to write. Pure.

A row that stands there is changed in place or blanked, never deleted: its index may be old by the time Google
applies the batch, and a wrong blank can be put right while a wrong deletion moves everything below it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from sheets.adoption.rows import is_free
from sheets.adoption.words import says_nothing
from sheets.cycle.matching.quiet import QuietRow
from sheets.rows.cells import CLIENT_ID, NAME, SERVICE, STATUS_COLUMN, UID_COLUMN, SheetRowRead
from sheets.rows.layout import STANDARD, Layout
from sheets.rows.notes import split
from sheets.rows.writes import BLANK, Kind, Place, RowWrite, SheetPlan, Wanted, texts_of

MOST_ROWS = 1000
Standing = tuple[int, int, tuple[str, ...]]  # sheet id, row index, the eight texts


def build(
    *,
    wanted: Mapping[str, Wanted],
    gone: Iterable[str],
    read: Sequence[SheetRowRead],
    quiet: Sequence[QuietRow] = (),
    seen: Mapping[Place, SheetRowRead] | None = None,
    loose: Mapping[Place, Mapping[int, str]] | None = None,
    layouts: Mapping[int, Layout] | None = None,
    drops: Iterable[Place] = (),
    slots: Collection[int] = (),
    left: Collection[str] = (),
    most: int = MOST_ROWS,
) -> SheetPlan:
    """Return the batch that turns what was read into what is wanted.

    `gone` are ids of ours that must not stand anywhere. `read` holds the rows with true ids, `seen` the same
    rows as they stand, where that differs; `quiet` are rows that stay. Of rows without one of our ids only
    what `loose` names is touched, and an id that is not theirs. `drops` are rows blanked earlier; in the tabs
    `slots` a line without a client is a free slot, and stays; of the rows `left` only the client goes.
    """
    seen, loose, layouts = seen or {}, loose or {}, layouts or {}
    writes, placed = _changed_rows(wanted, set(gone), read, seen, loose, layouts, slots, left)
    orders = {uid: row.order for uid, row in wanted.items()}
    ours = [(row.sheet_id, row.index, orders.get(row.uid)) for row in read]
    places = _Places([*ours, *((row.sheet_id, row.index, row.order) for row in quiet)])
    for target in wanted.values():
        if target.uid not in placed:
            layout = layouts.get(target.sheet_id, STANDARD)
            writes.append(_new(target, places.of(target, layout)))
    standing = {(row.sheet_id, row.index) for row in read} | {(row.sheet_id, row.index) for row in quiet}
    writes += [
        RowWrite(Kind.DROP, sheet_id, index, "", {})
        for sheet_id, index in drops
        if (sheet_id, index) not in standing
    ]
    there = [(row.sheet_id, row.index, texts_of(row)) for row in list(seen.values()) or read]
    there += [(row.sheet_id, row.index, row.texts) for row in quiet]
    kept, cut = _parted(writes, most)
    return _with_view(kept, there, cut=cut)


def _parted(writes: Sequence[RowWrite], most: int) -> tuple[list[RowWrite], list[RowWrite]]:
    """What goes with this batch and with the next: a row that moves goes whole, or it would seem deleted."""
    by_row: dict[object, list[RowWrite]] = defaultdict(list)
    for write in writes:
        by_row[write.uid or (write.sheet_id, write.index)].append(write)
    kept: list[RowWrite] = []
    cut: list[RowWrite] = []
    for own in by_row.values():
        (cut if cut or len(kept) + len(own) > most else kept).extend(own)
    return kept, cut


def _changed_rows(
    wanted: Mapping[str, Wanted],
    gone: set[str],
    read: Sequence[SheetRowRead],
    seen: Mapping[Place, SheetRowRead],
    loose: Mapping[Place, Mapping[int, str]],
    layouts: Mapping[int, Layout],
    slots: Collection[int],
    left: Collection[str],
) -> tuple[list[RowWrite], set[str]]:
    """Return what is to be written into rows that stand there, and the ids that found their row."""
    writes: list[RowWrite] = []
    placed: set[str] = set()
    for row in read:
        place = (row.sheet_id, row.index)
        as_seen, target = seen.get(place, row), wanted.get(row.uid)
        is_free_again = row.uid in gone and row.sheet_id in slots and is_free(row.cells)
        if is_free_again or row.uid in left:
            texts = _freed(as_seen)
        elif target and target.sheet_id == row.sheet_id and row.uid not in placed:
            placed.add(row.uid)
            texts = _changes(row, as_seen, target, layouts.get(row.sheet_id, STANDARD))
        elif row.uid and (row.uid in gone or target):
            texts = dict(enumerate(BLANK))
        else:
            texts = dict(loose.get(place, {}))
            if as_seen.uid:
                texts.setdefault(UID_COLUMN, "")
        if texts:
            writes.append(_write_of(row, as_seen, texts))
    return writes, placed


def _write_of(row: SheetRowRead, as_seen: SheetRowRead, texts: Mapping[int, str]) -> RowWrite:
    is_blank = len(texts) == len(BLANK) and not any(texts.values())
    kind = Kind.BLANK if is_blank else Kind.CELLS
    return RowWrite(kind, row.sheet_id, row.index, row.uid, texts, texts_of(as_seen))


def _freed(row: SheetRowRead) -> dict[int, str]:
    """What makes a free slot of a line: the client goes, and what is ours."""
    of_client = (column for column in (CLIENT_ID, NAME, SERVICE) if not says_nothing(row.cells[column]))
    return dict.fromkeys(of_client, "") | {UID_COLUMN: "", STATUS_COLUMN: split(row.status)[1]}


def _new(target: Wanted, index: int) -> RowWrite:
    texts = dict(enumerate((*target.cells, target.uid, target.status)))
    return RowWrite(Kind.NEW, target.sheet_id, index, target.uid, texts, order=target.order.timestamp())


def _changes(row: SheetRowRead, seen: SheetRowRead, target: Wanted, layout: Layout) -> dict[int, str]:
    # Whoever laid out the tab wrote dates and times in a way of their own: equal is equal there.
    raw = seen.raw if seen.raw and layout == STANDARD else seen.cells
    texts: dict[int, str] = {}
    for column, text in enumerate(target.cells):
        if column not in target.left and raw[column] != text:
            texts[column] = text
        elif column in target.left and seen.cells[column] != row.cells[column]:
            texts[column] = texts_of(row)[column]  # staff's own word, over which a stray write of ours stands
    if seen.uid != target.uid:
        texts[UID_COLUMN] = target.uid
    if seen.status != target.status:
        texts[STATUS_COLUMN] = target.status
    return texts


class _Places:
    """Where a new row goes in each tab: before the first of ours that is later, else at the end."""

    def __init__(self, rows: Iterable[tuple[int, int, datetime | None]]) -> None:
        self._last: dict[int, int] = {}
        by_order: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for sheet_id, index, order in rows:
            self._last[sheet_id] = max(index, self._last.get(sheet_id, index))
            if order is not None:
                by_order[sheet_id].append((order.timestamp(), index))
        self._orders = {sheet_id: sorted(pairs) for sheet_id, pairs in by_order.items()}
        # Of each row in the order of time: the topmost of it and of all later ones.
        self._topmost = {
            sheet_id: list(accumulate((index for _, index in reversed(pairs)), min))[::-1]
            for sheet_id, pairs in self._orders.items()
        }

    def of(self, target: Wanted, layout: Layout) -> int:
        """Return the index before which it goes."""
        pairs = self._orders.get(target.sheet_id, [])
        first_later = bisect_right(pairs, (target.order.timestamp(), float("inf")))
        if first_later < len(pairs):
            return self._topmost[target.sheet_id][first_later]
        return self._last.get(target.sheet_id, layout.header_row) + 1


def _with_view(writes: Sequence[RowWrite], there: Sequence[Standing], *, cut: list[RowWrite]) -> SheetPlan:
    """Work out where each row stands after the batch, and what stands there."""
    plan = SheetPlan(cut=cut)
    by_tab: dict[int, list[RowWrite]] = defaultdict(list)
    for write in writes:
        by_tab[write.sheet_id].append(write)
    for sheet_id, here in by_tab.items():
        shifts = _Shifts(here)
        view = plan.expected.setdefault(sheet_id, {})
        for write in shifts.placed_new():
            plan.writes.append(write)
            view[write.after] = tuple(write.texts[column] for column in range(len(BLANK)))
        changed = {write.index: write for write in here if write.kind != Kind.NEW}
        for index, before in ((index, texts) for tab, index, texts in there if tab == sheet_id):
            texts = changed[index].texts if index in changed else {}
            view[shifts.after(index)] = (
                tuple(texts.get(column, text) for column, text in enumerate(before)) if texts else before
            )
        plan.writes += [replace(write, after=shifts.after(write.index)) for write in changed.values()]
    return plan


class _Shifts:
    """How the rows of one tab move when a batch is applied."""

    def __init__(self, writes: Sequence[RowWrite]) -> None:
        new = (write for write in writes if write.kind == Kind.NEW)
        self._new = sorted(new, key=lambda write: (write.index, write.order))
        self._added = [write.index for write in self._new]
        self._dropped = sorted(write.index for write in writes if write.kind == Kind.DROP)

    def placed_new(self) -> Iterator[RowWrite]:
        """The new rows with the place that each has in the end."""
        for number, write in enumerate(self._new):
            yield replace(write, after=write.index + number - bisect_left(self._dropped, write.index))

    def after(self, index: int) -> int:
        """Where a row that stands at `index` is in the end."""
        return index + bisect_right(self._added, index) - bisect_left(self._dropped, index)
