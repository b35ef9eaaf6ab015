"""What is stored when the columns of a tab were found elsewhere, or found again."""

from collections.abc import Mapping

from botbackend.outbox.claims import Claim, held
from sheets.cycle.reading import Reading
from sheets.models import SheetRow, SheetTab


def store_moved(claim: Claim, reading: Reading, stored: Mapping[str, SheetRow]) -> None:
    """Keep where the columns are; what stands in one that came back is no edit, however old it is."""
    if not reading.moved:
        return
    changed = []
    for read in reading.rows:
        own, back = stored.get(read.uid), reading.back.get(read.sheet_id)
        if own is not None and own.cells and back:
            own.cells = [
                read.cells[column] if column in back else text for column, text in enumerate(own.cells)
            ]
            changed.append(own)
    with held(claim):
        SheetTab.objects.bulk_update(reading.moved, ["layout"])
        SheetRow.objects.bulk_update(changed, ["cells"], batch_size=200)
