"""What is put right when columns of a tab are found again, or a tab that was left alone or copied is read."""

from collections.abc import Collection, Iterable, Mapping

from botbackend.outbox.claims import Claim, held
from sheets.cycle.matching.match import Matches
from sheets.cycle.memory import blanks
from sheets.cycle.reading import Reading
from sheets.cycle.verifying.settle import Settled
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rows.cells import HEADER, SheetRowRead


def store_moved(claim: Claim, reading: Reading, stored: Mapping[str, SheetRow]) -> None:
    """Keep where the columns are; what stands in one that came back is no edit, however old it is."""
    if not reading.moved:
        return
    changed = []
    for read in reading.rows:
        own, back = stored.get(read.uid), reading.back.get(read.sheet_id)
        if own is not None and own.cells and back:
            there = read.parsed().cells
            own.cells = [there[column] if column in back else text for column, text in enumerate(own.cells)]
            changed.append(own)
    with held(claim):
        SheetTab.objects.bulk_update(reading.moved, ["layout"])
        SheetRow.objects.bulk_update(changed, ["cells"], batch_size=200)


def store_rehomed(
    link: SheetLink,
    claim: Claim,
    read: Iterable[SheetRowRead],
    stored: Mapping[str, SheetRow],
    living: Collection[int],
) -> None:
    """Let rows of a tab that is gone be those of the copy in which they stand, if that took its place."""
    strays = {uid: own for uid, own in stored.items() if own.cells and own.sheet_id not in living}
    if not strays:
        return
    known = {*link.own_tabs().values_list("sheet_id", flat=True)}
    moved = []
    for row in read:
        own = strays.get(row.uid)
        if own is not None and own.sheet_id not in known and row.sheet_id in living:
            own.sheet_id = row.sheet_id
            moved.append(own)
    if moved:
        with held(claim):
            SheetRow.objects.bulk_update(moved, ["sheet_id"], batch_size=200)


def wipe_left_behind(
    matches: Matches,
    settled: Settled,
    stored: Mapping[str, SheetRow],
    tabs: Iterable[SheetTab],
    reading: Reading,
) -> None:
    """Blank rows of visits that moved to another tab while theirs was frozen: nobody typed them.

    Only where all ids stand as we left them; a row that staff copied to this tab changes that.
    """
    as_left = {tab.sheet_id for tab in tabs if blanks.is_as_left(tab, reading.ids)}
    for row in list(matches.fresh):
        own = stored.get(row.uid)
        if own is not None and own.sheet_id != row.sheet_id and row.sheet_id in as_left:
            matches.fresh.remove(row)
            settled.repairs[row.sheet_id, row.index] = dict.fromkeys(range(len(HEADER)), "")
