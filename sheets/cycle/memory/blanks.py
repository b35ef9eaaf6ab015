"""Rows that we blanked: they are taken out once their tab was left alone for a while."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from botbackend.outbox.claims import Claim, held
from sheets.models import SheetTab
from sheets.rows.cells import UID_COLUMN
from sheets.rows.writes import Kind, Place, SheetPlan

QUIET = timedelta(seconds=60)
Ids = Mapping[int, Mapping[int, str]]  # sheet id -> row index -> the id in it, of rows that hold anything


def note_tabs(claim: Claim, tabs: Iterable[SheetTab], ids: Ids, plan: SheetPlan) -> None:
    """Remember which ids stand where, and which rows we blanked: they may go once all stayed as it is."""
    now, changed = datetime.now(UTC), []
    for tab in tabs:
        view = plan.expected.get(tab.sheet_id)
        if view is None:
            hashed = order_hash(ids.get(tab.sheet_id, {}))
        else:
            hashed = order_hash({index: texts[UID_COLUMN] for index, texts in view.items() if any(texts)})
        blanks = _blanks(tab, ids, plan)
        if (hashed, blanks) != (tab.order_hash, tab.blanks):
            tab.order_hash, tab.blanks, tab.quiet_since = hashed, blanks, now
            changed.append(tab)
    if changed:
        with held(claim):
            SheetTab.objects.bulk_update(changed, ["order_hash", "blanks", "quiet_since"])


def _blanks(tab: SheetTab, ids: Ids, plan: SheetPlan) -> list[int]:
    here = [write for write in plan.writes if write.sheet_id == tab.sheet_id]
    new = [write.index for write in here if write.kind == Kind.NEW]
    dropped = [write.index for write in here if write.kind == Kind.DROP]
    kept = [
        index + sum(i <= index for i in new) - sum(i < index for i in dropped)
        for index in (tab.blanks if tab.blanks and is_as_left(tab, ids) else [])
        if index not in dropped
    ]
    return sorted({*kept, *(write.after for write in here if write.kind == Kind.BLANK)})


def order_hash(ids: Mapping[int, str]) -> str:
    """Return a hash of which id stands in which row."""
    return hashlib.sha256(repr(sorted(ids.items())).encode()).hexdigest()


def is_as_left(tab: SheetTab, ids: Ids) -> bool:
    """Whether the rows of the tab stand where they did at the end of the last cycle."""
    return order_hash(ids.get(tab.sheet_id, {})) == tab.order_hash


def rows_to_take_out(tabs: Iterable[SheetTab], ids: Ids) -> list[Place]:
    """Return the rows that we blanked, of tabs in which nothing moved since, for a while."""
    limit = datetime.now(UTC) - QUIET
    return [
        (tab.sheet_id, index)
        for tab in tabs
        if tab.blanks and tab.quiet_since and tab.quiet_since <= limit and is_as_left(tab, ids)
        for index in tab.blanks
        if index < max(ids.get(tab.sheet_id, {}), default=0)
    ]
