"""What is stored between cycles: the base of the merge, batches in flight, notes.

Every function that writes is one transaction under the claim of the cycle: whoever lost it stores nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bookings.models import Booking
from botbackend.outbox.claims import Claim, held
from sheets import selectors
from sheets.cycle.matching.match import Snapshot
from sheets.cycle.matching.quiet import Hashes
from sheets.cycle.outcome import TakenOver
from sheets.cycle.verifying.verify import Flight
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rows.cells import CONTRACT_WIDTH, SPECIALIST, UID_COLUMN, SheetRowRead, read_row
from sheets.rows.layout import Layout
from sheets.rows.moments import clean
from sheets.rows.notes import split
from sheets.rows.writes import Kind, RowWrite, SheetPlan, Wanted
from sheets.trouble.vanished import close_if_settled

MOST_FLIGHTS = 20
UNSEEN = timedelta(seconds=60)  # so long a row must not have been read before it is believed to be gone
STILL_POSSIBLE = timedelta(seconds=180)  # for so long Google may work on a request that we gave up


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
    rows: Mapping[str, SheetRow],
    read: Sequence[SheetRowRead],
    flights: Sequence[Flight],
    layouts: Mapping[int, Layout],
) -> list[Snapshot]:
    """Return the base of the merge: what each row of these tabs held when it was last in line.

    A column that a tab has lost since says nothing there, or no row would be known by its content. A write
    whose answer was lost may have been applied: a cell that reads as it was to be counts as written, or our
    own write would be taken for an edit of staff.
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
        layout = layouts.get(base.sheet_id) if base else None
        if base and layout:
            bases.append(replace(base, cells=layout.mask(base.cells)))
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
    """Return {booking id: its row}; ids are stored before they are written, so a crash cannot make two."""
    rows = {row.booking_id: row for row in stored}
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


@dataclass(frozen=True)
class Landing:
    """What now stands in the tabs.

    `texts` are by row id, as the next reading will give them; `made_of` hashes by row id; `gone` are ids of
    rows that must not stand anywhere, `forgotten` of old ones that do not. Only of tabs that were `read` is
    anything known.
    """

    rows: Collection[SheetRow]
    wanted: Mapping[str, Wanted]
    taken_over: TakenOver
    plan: SheetPlan
    texts: Mapping[str, Sequence[str]]
    made_of: Mapping[str, str]
    gone: Collection[str]
    forgotten: Collection[str]
    read: Collection[int]


def land(link: SheetLink, claim: Claim, landing: Landing, hashes: Hashes) -> None:
    """Store what now stands there as the base of the next merge, and the notes beside it."""
    now, pending = datetime.now(UTC), {write.uid for write in landing.plan.cut}
    standing = [row for row in landing.rows if row.row_uid in landing.wanted and row.row_uid not in pending]
    has_come_back = any(row.awaits_answer for row in standing)
    changed = {row.pk: _bring_up(row, landing, hashes, now) for row in standing}
    columns = {"seen_at"}.union(*changed.values())
    over, unseen = _over(landing, now)
    with held(claim):
        touched = [row for row in standing if changed[row.pk]]
        SheetRow.objects.bulk_update(touched, sorted(columns), batch_size=200)
        unread = link.own_tabs().exclude(sheet_id__in=landing.read)
        link.own_rows().filter(row_uid__in=over).exclude(sheet_id__in=unread.values("sheet_id")).delete()
        link.own_rows().filter(row_uid__in=unseen).update(missing_since=now)
        if has_come_back:
            close_if_settled(link)
        # What has no answer yet may still be applied; all else has been made good by now.
        oldest = ((link.last_read_at or now) - STILL_POSSIBLE).timestamp()
        flights = flights_of(link)
        if landing.plan.writes:
            flights.pop()  # this batch itself
        is_open = landing.taken_over.is_in_doubt
        open_ones = [f for f in flights if is_open or (not f.is_answered and f.sent_at > oldest)]
        link.flights = [f.as_json() for f in open_ones] or None
        link.state, link.reason, link.failures, link.last_ok_at = SheetLink.State.OK, "", 0, now
        link.save(update_fields=["state", "reason", "failures", "last_ok_at", "flights"])


def _over(landing: Landing, now: datetime) -> tuple[set[str], set[str]]:
    """Return ids of rows that can be forgotten, and of those that were not seen for the first time.

    One that was not read may stand all the same: without its id in our memory staff would have typed it.
    """
    blanked = {write.uid for write in landing.plan.writes if write.texts.get(UID_COLUMN) == ""}
    over, unseen = blanked & set(landing.gone) | set(landing.forgotten), set[str]()
    pending = {write.uid for write in landing.plan.cut}
    for row in landing.rows:
        if row.row_uid not in landing.gone or row.row_uid in over or row.row_uid in pending:
            continue
        if not row.cells or (row.missing_since and now - row.missing_since >= UNSEEN):
            over.add(row.row_uid)
        elif row.missing_since is None:
            unseen.add(row.row_uid)
    return over, unseen


def _bring_up(row: SheetRow, landing: Landing, hashes: Hashes, now: datetime) -> list[str]:
    """Let the row remember what stands there; return the names of the fields that changed."""
    target, refusal = landing.wanted[row.row_uid], landing.taken_over.refusals.get(row.row_uid)
    before = [getattr(row, name) for name in _REMEMBERED]
    left = target.left if row.cells else frozenset[int]()
    if SPECIALIST not in left:
        row.sheet_id = target.sheet_id
    row.cells = [row.cells[column] if column in left else text for column, text in enumerate(target.cells)]
    row.place, row.missing_since, row.awaits_answer = None, None, False
    row.note = split(target.status)[0]
    row.refused = list(refusal.cells) if refusal and refusal.cells else None
    row.refused_at = refusal.since if refusal and refusal.cells else None
    texts = landing.texts.get(row.row_uid, ())
    row.seen_hash = hashes.seen(texts) if _agrees(texts, target) else ""
    row.made_of = landing.made_of.get(row.row_uid, "")
    changed = [name for name, was in zip(_REMEMBERED, before, strict=True) if getattr(row, name) != was]
    row.seen_at = now if changed else row.seen_at
    return changed


_REMEMBERED = [
    "cells",
    "sheet_id",
    "place",
    "missing_since",
    "awaits_answer",
    "note",
    "refused",
    "refused_at",
    "seen_hash",
    "made_of",
]


def _agrees(texts: Sequence[str], wanted: Wanted) -> bool:
    row = read_row(sheet_id=wanted.sheet_id, index=0, values=texts)
    return (row.cells, row.uid, row.status) == (wanted.cells, wanted.uid, wanted.status)


def freeze(link: SheetLink, claim: Claim, tab: SheetTab, reason: str) -> None:
    """Leave a tab alone until a person decides."""
    tab.state, tab.reason = SheetTab.State.FROZEN, reason[:500]
    with held(claim):
        tab.save(update_fields=["state", "reason"])
