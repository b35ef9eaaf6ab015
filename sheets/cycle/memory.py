"""What is stored between cycles: the base of the merge, batches in flight, notes, blanked rows.

Every function that writes is one transaction under the claim of the cycle: whoever lost it stores nothing.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bookings.models import Booking
from botbackend.outbox.claims import Claim, held
from sheets import selectors
from sheets.cells import CONTRACT_WIDTH, UID_COLUMN, SheetRowRead
from sheets.cycle.match import Snapshot
from sheets.cycle.merge import SPECIALIST
from sheets.cycle.outcome import Refusal, TakenOver
from sheets.cycle.plan import Kind, Place, RowWrite, SheetPlan, Wanted, texts_of
from sheets.cycle.verify import Flight
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.moments import clean
from sheets.notes import split
from sheets.vanished import close_if_settled

MOST_FLIGHTS = 20
STILL_POSSIBLE = timedelta(seconds=180)  # for so long Google may work on a request that we gave up
QUIET = timedelta(seconds=60)  # so long a tab must have been left alone before rows are taken out


def flights_of(link: SheetLink) -> list[Flight]:
    """Return the batches whose outcome is open, however long ago: no reading has made them good yet."""
    return [Flight.from_json(stored) for stored in link.flights or []]


def take_off(
    link: SheetLink, claim: Claim, writes: Sequence[RowWrite], loose: Sequence[tuple[str, ...]]
) -> None:
    """Note what is about to be sent, for the case that the answer gets lost or shows something else."""
    flight = Flight(tuple(writes), tuple(loose), sent_at=datetime.now(UTC).timestamp())
    _store_flights(link, claim, [*flights_of(link), flight][-MOST_FLIGHTS:])


def mark_answered(link: SheetLink, claim: Claim) -> None:
    """The last batch was applied, though not as planned."""
    *others, last = flights_of(link)
    _store_flights(link, claim, [*others, replace(last, is_answered=True)])


def not_sent(link: SheetLink, claim: Claim) -> None:
    """The last batch was refused as a whole."""
    _store_flights(link, claim, flights_of(link)[:-1])


def _store_flights(link: SheetLink, claim: Claim, flights: Sequence[Flight]) -> None:
    link.flights = [flight.as_json() for flight in flights] or None
    with held(claim):
        link.save(update_fields=["flights"])


def snapshots(
    rows: Mapping[str, SheetRow], read: Sequence[SheetRowRead], flights: Sequence[Flight]
) -> list[Snapshot]:
    """Return the base of the merge: what each row held when it was last in line.

    A write whose answer was lost may have been applied: a cell that reads as it was to be counts as written,
    or our own write would be taken for an edit of staff.
    """
    shown: dict[str, list[SheetRowRead]] = {}
    for row in read:
        shown.setdefault(row.uid, []).append(row)
    written: dict[str, list[RowWrite]] = {}
    for write in (write for flight in flights for write in flight.writes):
        written.setdefault(write.uid, []).append(write)
    bases = []
    for uid, own in rows.items():
        base = _base(own, shown.get(uid, []), written.get(uid, []))
        if base is not None:
            bases.append(base)
    return bases


def _base(row: SheetRow, shown: Sequence[SheetRowRead], written: Sequence[RowWrite]) -> Snapshot | None:
    cells = list(row.cells)
    sheet_id = row.sheet_id
    for write in written:
        there = next((r for r in shown if r.sheet_id == write.sheet_id), None)
        if there is None or write.kind in (Kind.BLANK, Kind.DROP):
            continue
        if write.kind == Kind.NEW:
            cells, sheet_id = [write.texts[column] for column in range(CONTRACT_WIDTH)], write.sheet_id
            continue
        for column in range(len(cells)):
            text = write.texts.get(column)
            if text is not None and there.cells[column] == clean(text):
                cells[column] = text
    if not cells and shown:  # put back by us and by staff at once: as it stands it counts for no edit
        cells, sheet_id = list(shown[0].cells), shown[0].sheet_id
    if not cells:
        return None
    return Snapshot(row.row_uid, sheet_id, selectors.as_cells(cells), row.place)


def rows_for(
    link: SheetLink,
    claim: Claim,
    bookings: Sequence[Booking],
    sheet_ids: Mapping[int, int],
    stored: Iterable[SheetRow],
) -> dict[int, SheetRow]:
    """Return {booking id: its row}; ids are stored before they are written, so a crash cannot make two.

    `stored` are the rows that the cycle began with; only those of walk-ins taken over since are read anew.
    """
    rows = {row.booking_id: row for row in stored}
    last = max((row.pk for row in rows.values()), default=0)
    rows |= {row.booking_id: row for row in link.own_rows().filter(pk__gt=last)}
    new = [
        SheetRow(
            link=link,
            booking=booking,
            spreadsheet_id=link.spreadsheet_id,
            row_uid=SheetRow.new_uid(),
            sheet_id=sheet_ids[booking.specialist_id],
            cells=[],
        )
        for booking in bookings
        if booking.pk not in rows and booking.specialist_id in sheet_ids
    ]
    if new:
        with held(claim):
            SheetRow.objects.bulk_create(new)
    return rows | {row.booking_id: row for row in new}


def land(
    link: SheetLink,
    claim: Claim,
    *,
    rows: Iterable[SheetRow],
    wanted: Mapping[str, Wanted],
    taken_over: TakenOver,
    plan: SheetPlan,
    believed: Collection[int],
) -> None:
    """Store what now stands there as the base of the next merge, and the notes beside it.

    `believed` are the tabs that take part; of rows in others nothing is known.
    """
    now, changed, has_come_back = datetime.now(UTC), [], False
    pending = {write.uid for write in plan.cut}
    for row in (row for row in rows if row.row_uid in wanted and row.row_uid not in pending):
        before = [getattr(row, name) for name in _REMEMBERED]
        has_come_back |= row.awaits_answer
        _bring_up(row, wanted[row.row_uid], taken_over.refusals.get(row.row_uid))
        if [getattr(row, name) for name in _REMEMBERED] != before:
            row.seen_at = now
            changed.append(row)
    with held(claim):
        SheetRow.objects.bulk_update(changed, [*_REMEMBERED, "seen_at"], batch_size=200)
        over = link.own_rows().filter(sheet_id__in=believed).exclude(booking__status__in=selectors.SHOWN)
        over.exclude(row_uid__in=[*wanted, *taken_over.waiting, *pending]).delete()
        if has_come_back:
            close_if_settled(link)
        # What has no answer yet may still be applied; all else has been made good by now.
        oldest = ((link.last_read_at or now) - STILL_POSSIBLE).timestamp()
        open_ones = [f for f in flights_of(link) if not f.is_answered and f.sent_at > oldest]
        if plan.writes:
            open_ones.pop()  # this batch itself
        link.flights = [f.as_json() for f in open_ones] or None
        link.state, link.reason, link.failures, link.last_ok_at = SheetLink.State.OK, "", 0, now
        link.save(update_fields=["state", "reason", "failures", "last_ok_at", "flights"])


_REMEMBERED = [
    "cells",
    "sheet_id",
    "place",
    "missing_since",
    "awaits_answer",
    "note",
    "refused",
    "refused_at",
]


def _bring_up(row: SheetRow, target: Wanted, refusal: Refusal | None) -> None:
    left = target.left if row.cells else frozenset[int]()
    if SPECIALIST not in left:
        row.sheet_id = target.sheet_id
    row.cells = [row.cells[column] if column in left else text for column, text in enumerate(target.cells)]
    row.place, row.missing_since, row.awaits_answer = None, None, False
    row.note = split(target.status)[0]
    row.refused = list(refusal.cells) if refusal and refusal.cells else None
    row.refused_at = refusal.since if refusal and refusal.cells else None


def note_tabs(
    link: SheetLink, claim: Claim, tabs: Iterable[SheetTab], read: Sequence[SheetRowRead], plan: SheetPlan
) -> None:
    """Remember which ids stand where, and which rows we blanked: they may go once all stayed as it is."""
    now, changed = datetime.now(UTC), []
    for tab in tabs:
        view = plan.expected.get(tab.sheet_id)
        if view is None:
            view = {row.index: texts_of(row) for row in read if row.sheet_id == tab.sheet_id}
        hashed = order_hash({index: texts[UID_COLUMN] for index, texts in view.items() if any(texts)})
        blanks = _blanks(tab, read, plan)
        if (hashed, blanks) != (tab.order_hash, tab.blanks):
            tab.order_hash, tab.blanks, tab.quiet_since = hashed, blanks, now
            changed.append(tab)
    if changed:
        with held(claim):
            SheetTab.objects.bulk_update(changed, ["order_hash", "blanks", "quiet_since"])


def _blanks(tab: SheetTab, read: Sequence[SheetRowRead], plan: SheetPlan) -> list[int]:
    here = [write for write in plan.writes if write.sheet_id == tab.sheet_id]
    new = [write.index for write in here if write.kind == Kind.NEW]
    dropped = [write.index for write in here if write.kind == Kind.DROP]
    kept = [
        index + sum(i <= index for i in new) - sum(i < index for i in dropped)
        for index in (tab.blanks if is_as_left(tab, read) else [])
        if index not in dropped
    ]
    return sorted({*kept, *(write.after for write in here if write.kind == Kind.BLANK)})


def order_hash(ids: Mapping[int, str]) -> str:
    """Return a hash of which id stands in which row."""
    return hashlib.sha256(repr(sorted(ids.items())).encode()).hexdigest()


def is_as_left(tab: SheetTab, read: Sequence[SheetRowRead]) -> bool:
    """Whether the rows of the tab stand where they did at the end of the last cycle."""
    ids = {row.index: row.uid for row in read if row.sheet_id == tab.sheet_id and any(texts_of(row))}
    return order_hash(ids) == tab.order_hash


def rows_to_take_out(tabs: Iterable[SheetTab], read: Sequence[SheetRowRead]) -> list[Place]:
    """Return the rows that we blanked, of tabs in which nothing moved since, for a while."""
    limit = datetime.now(UTC) - QUIET
    return [
        (tab.sheet_id, index)
        for tab in tabs
        if tab.blanks and tab.quiet_since and tab.quiet_since <= limit and is_as_left(tab, read)
        for index in tab.blanks
        if index < max((row.index for row in read if row.sheet_id == tab.sheet_id), default=0)
    ]


def freeze(link: SheetLink, claim: Claim, tab: SheetTab, reason: str) -> None:
    """Leave a tab alone until a person decides."""
    tab.state, tab.reason = SheetTab.State.FROZEN, reason[:500]
    with held(claim):
        tab.save(update_fields=["state", "reason"])
