"""What a cycle leaves behind: the base of the next merge, and the notes beside the rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from botbackend.outbox.claims import Claim, held
from sheets.cycle.matching.quiet import Hashes
from sheets.cycle.memory.flights import flights_of
from sheets.cycle.outcome import TakenOver
from sheets.models import SheetLink, SheetRow
from sheets.rows.cells import SPECIALIST, UID_COLUMN, read_row
from sheets.rows.notes import split
from sheets.rows.writes import Kind, SheetPlan, Wanted
from sheets.trouble.vanished import close_if_settled

UNSEEN = timedelta(seconds=60)  # so long a row must not have been read before it is believed to be gone
STILL_POSSIBLE = timedelta(seconds=180)  # for so long Google may work on a request that we gave up


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

    @cached_property
    def new(self) -> set[str]:
        """Ids of rows whose lines are ours from now on."""
        return {write.uid for write in self.plan.writes if write.kind == Kind.NEW}

    @cached_property
    def typed(self) -> set[str]:
        """Ids of rows that stand in lines in which staff typed them."""
        return {uid for _, uid in self.taken_over.adopted}


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
    row.is_theirs = row.row_uid in landing.typed or (row.is_theirs and row.row_uid not in landing.new)
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
    "is_theirs",
    "note",
    "refused",
    "refused_at",
    "seen_hash",
    "made_of",
]


def _agrees(texts: Sequence[str], wanted: Wanted) -> bool:
    row = read_row(sheet_id=wanted.sheet_id, index=0, values=texts)
    return (row.cells, row.uid, row.status) == (wanted.cells, wanted.uid, wanted.status)
