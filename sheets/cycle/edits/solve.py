"""Edits of one cycle belong together: staff swap two visits, or move three by half an hour, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bookings.errors import BookingError, SlotTaken
from bookings.models import Booking
from bookings.operations import change_bookings
from bookings.values import Origin, VisitChange
from botbackend.outbox.claims import Claim, held
from projects.models import Project
from sheets.cycle.matching.match import Snapshot
from sheets.models import SheetRow


@dataclass(frozen=True)
class Edit:
    """What a row wants of its visit."""

    uid: str
    booking: Booking
    change: VisitChange
    base: Snapshot  # what the row says once it is done

    @property
    def wish(self) -> tuple[int, datetime, datetime]:
        """Specialist, start and end as they would be."""
        start = self.change.start or self.booking.start
        end = start + (self.booking.end - self.booking.start)
        return (self.change.specialist_id or self.booking.specialist_id, start, end)

    def needs_place_of(self, other: "Edit") -> bool:
        """Whether the wish lies where the other visit still is."""
        specialist_id, start, end = self.wish
        there = other.booking
        return specialist_id == there.specialist_id and start < there.end and there.start < end


def solve(*, project: Project, claim: Claim, origin: Origin, edits: Sequence[Edit]) -> dict[str, str]:
    """Apply the edits in whatever order works; return {row id: code} of those refused.

    One that waits for another's place is tried again once that moved. Those that need each other's places
    move together in one transaction, or are refused together.
    """
    waiting, refused = list(edits), dict[str, str]()
    while waiting:
        left = []
        for edit in waiting:
            code = _apply(project, claim, origin, [edit])
            if code == SlotTaken.code:
                left.append(edit)
            elif code:
                refused[edit.uid] = code
        if len(left) == len(waiting):
            break
        waiting = left
    for group in _groups(waiting):
        code = _apply(project, claim, origin, group) if len(group) > 1 else SlotTaken.code
        if code:
            refused |= {edit.uid: code for edit in group}
    return refused


def _apply(project: Project, claim: Claim, origin: Origin, group: Sequence[Edit]) -> str:
    """Return why not, or "" when it is done."""
    changes = {edit.booking.pk: edit.change for edit in group}
    try:
        with held(claim):
            change_bookings(project=project, changes=changes, origin=origin)
            # Together: else what is typed next, before our write came out, is held against what was before.
            for base in (edit.base for edit in group):
                own = SheetRow.objects.filter(row_uid=base.uid)
                own.update(cells=list(base.cells), sheet_id=base.sheet_id)
    except BookingError as error:
        return error.code
    return ""


def _groups(edits: Sequence[Edit]) -> list[list[Edit]]:
    """Return the edits in groups that are connected by places they need of each other."""
    groups: list[list[Edit]] = []
    for edit in edits:
        joined = [edit]
        apart = []
        for group in groups:
            if any(edit.needs_place_of(other) or other.needs_place_of(edit) for other in group):
                joined += group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups
