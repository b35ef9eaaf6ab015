"""Which rows need no look: they read as when sheet and visit agreed, and neither changed since.

What a cycle costs grows with the other rows: only those are put into canonical form, decrypted and compared.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from botbackend.lib import crypto
from sheets.cycle.reading import RawRow
from sheets.models import SheetTab
from sheets.rows.cells import SheetRowRead
from sheets.selectors import RowHead

MOST_ARCHIVED = 200  # rows that one batch moves


@dataclass(frozen=True, slots=True)
class QuietRow:
    """A row that stays as it is; `order` is the start of its visit."""

    sheet_id: int
    index: int
    uid: str
    texts: tuple[str, ...]
    order: datetime


@dataclass
class Sorted:
    """The rows of a reading by what they need.

    `restless` are ids of rows of ours that have to be compared, found or not; `old` are rows for the archive,
    `forgotten` ids of old rows that stand nowhere any more.
    """

    quiet: list[QuietRow] = field(default_factory=list)
    rows: list[RawRow] = field(default_factory=list)
    restless: set[str] = field(default_factory=set)
    old: list[SheetRowRead] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)


class Hashes:
    """Hashes of rows as they read, and of what they were made of."""

    def __init__(self, tabs: Iterable[SheetTab], *, timezone: str) -> None:
        digest = self._digest = crypto.digester("sheet-row")
        shapes = {tab.sheet_id: json.dumps([timezone, tab.sheet_id, tab.layout]) for tab in tabs}
        self._shapes = {sheet_id: digest(shape)[:12] for sheet_id, shape in shapes.items()}

    def seen(self, texts: Sequence[str]) -> str:
        """Of the eight texts of a row."""
        return self._digest("\x1f".join(texts))

    def made_of(self, source: str, sheet_id: int) -> str:
        """Of what the cells of a visit are made of in this tab; `source` as the selectors give it."""
        return source + self._shapes.get(sheet_id, "")


def sort(
    *,
    read: Sequence[RawRow],
    heads: Mapping[str, RowHead],
    sheet_of: Mapping[int, int],
    hashes: Hashes,
    oldest: datetime,
) -> Sorted:
    """Tell rows that agree from those to be compared; `sheet_of` maps specialists to their tabs."""
    result = Sorted()
    times, believed = Counter(row.uid for row in read), set(sheet_of.values())
    done: set[str] = set()
    for row in read:
        uid, head = row.uid, heads.get(row.uid)
        if head is None or times[uid] > 1 or row.sheet_id != head.sheet_id:
            result.rows.append(row)
        elif _is_old(head, oldest):
            done.add(uid)
            _take_old(row, head, result)
        elif _agrees(row, head, sheet_of, hashes):
            done.add(uid)
            result.quiet.append(QuietRow(row.sheet_id, row.index, uid, row.texts, head.start))
        else:
            result.rows.append(row)
    for uid in heads.keys() - done:
        head = heads[uid]
        if head.sheet_id not in believed and head.specialist_id not in sheet_of:
            continue  # of a closed or frozen tab nothing is read
        gone_for_good = _is_old(head, oldest) and head.sheet_id in believed and not times[uid]
        (result.forgotten if gone_for_good else result.restless).add(uid)
    return result


def all_restless(
    *,
    read: Sequence[RawRow],
    heads: Mapping[str, RowHead],
    blanked: Collection[str],
    appended: Collection[str],
    oldest: datetime,
) -> Sorted:
    """While the outcome of a batch of ours is open every row is compared: any may have been hit.

    An old row that a batch was to blank (`blanked`) and that stands nowhere went into the archive with it;
    one that is there for sure (`appended`) has but to go from its tab.
    """
    result = Sorted()
    for row in read:
        head = heads.get(row.uid) if row.uid in appended else None
        if head and _is_old(head, oldest):
            result.old.append(row.parsed())
        else:
            result.rows.append(row)
    there = {row.uid for row in read}
    result.forgotten = {uid for uid in blanked if uid in heads and _is_old(heads[uid], oldest)} - there
    result.restless = heads.keys() - result.forgotten - {row.uid for row in result.old}
    return result


def _is_old(head: RowHead, oldest: datetime) -> bool:
    return head.start < oldest and head.is_shown


def _take_old(row: RawRow, head: RowHead, result: Sorted) -> None:
    # What staff keep beside a row cannot be moved with it safely: such a row stays where it is.
    if len(result.old) < MOST_ARCHIVED and not row.has_more:
        result.old.append(row.parsed())
    else:
        result.quiet.append(QuietRow(row.sheet_id, row.index, head.uid, row.texts, head.start))


def _agrees(row: RawRow, head: RowHead, sheet_of: Mapping[int, int], hashes: Hashes) -> bool:
    return (
        bool(head.seen_hash)
        and head.is_shown
        and not head.has_question
        and sheet_of.get(head.specialist_id) == row.sheet_id
        and head.made_of == hashes.made_of(head.made_from, row.sheet_id)
        and head.seen_hash == hashes.seen(row.texts)
    )
