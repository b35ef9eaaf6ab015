"""Cells whose edit was not taken: a person takes the spreadsheet's side or ours, a row at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils import timezone

from bookings.models import Booking
from bookings.operations import change_bookings
from bookings.values import Origin, VisitChange
from botbackend.lib.errors import DomainError
from botbackend.outbox.claims import held
from sheets.cycle.edits.merge import Merge, merge
from sheets.cycle.edits.salon import read_salon
from sheets.cycle.matching.match import Snapshot
from sheets.models import SheetConflict, SheetLink, SheetTab
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.lane import ANSWER_PATIENCE_SECONDS, own_lane
from sheets.rows.cells import CONTRACT_WIDTH, SPECIALIST, WHEN, SheetRowRead, cells_of

_DAY = 0  # of date and time, which are one: the column by which a page shows them
REFUSED_STAYS = timedelta(minutes=10)  # so long staff may mend a cell before we write over it


class AlreadyDecided(DomainError):
    """Somebody took a side, or the visit is over: nothing waits any more."""

    code = "already_decided"


class StillRefused(DomainError):
    """The cells still say nothing that can be done; `reason` is a code of sheets.rows.notes."""

    code = "still_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The cells cannot be taken: {reason}.")
        self.reason = reason


@dataclass(frozen=True)
class Side:
    """One refused cell: what the spreadsheet says, and what the salon has."""

    column: int
    sheet: str
    ours: str


def undecided(link: SheetLink) -> QuerySet[SheetConflict]:
    """Return the refused edits of visits ahead that nobody has decided, the newest first."""
    visits = {"booking__status": Booking.Status.BOOKED, "booking__start__gt": timezone.now()}
    rows = SheetConflict.objects.filter(link=link, settled_at=None, rejected__isnull=False, **visits)
    named = rows.select_related("link__project", "booking__client", "booking__service", "booking__specialist")
    return named.exclude(columns=[]).order_by("-at", "-pk")


def waits(conflict: SheetConflict) -> bool:
    """Tell of a row that was read already whether it is undecided."""
    visit = conflict.booking
    is_ahead = visit and visit.status == Booking.Status.BOOKED and visit.start > timezone.now()
    return bool(is_ahead and conflict.settled_at is None and conflict.rejected and conflict.columns)


def sides_of(conflict: SheetConflict, tabs: Sequence[SheetTab]) -> list[Side]:
    """Return the refused cells in which spreadsheet and salon still differ."""
    visit = conflict.booking
    if visit is None:
        return []
    titles = {tab.sheet_id: tab.title for tab in tabs}
    home = next((tab.title for tab in tabs if tab.specialist_id == visit.specialist_id), "")
    ours = cells_of(visit, ZoneInfo(conflict.link.project.timezone))
    pairs = {column: (conflict.rejected[column], ours[column]) for column in range(CONTRACT_WIDTH)}
    pairs[_DAY] = (" ".join(conflict.rejected[1:3]), " ".join(ours[1:3]))
    pairs[SPECIALIST] = (titles.get(conflict.sheet_id or 0, ""), home)
    shown = sorted(_columns(conflict) - (WHEN - {_DAY}))
    return [Side(column, *pairs[column]) for column in shown if pairs[column][0] != pairs[column][1]]


def _columns(conflict: SheetConflict) -> frozenset[int]:
    columns = frozenset(conflict.columns)
    return columns | WHEN if columns & WHEN else columns


def take_sheets_side(link: SheetLink, *, conflict_id: int, origin: Origin) -> None:
    """Try the refused cells again, and no other cell of the row, by the rules of any visit.

    Raises AlreadyDecided, StillRefused, BookingError, BusySheet while a cycle runs on and on, LeaseLost.
    """
    with own_lane(link.project, patience=ANSWER_PATIENCE_SECONDS) as claim, held(claim):
        conflict = _waiting(link, conflict_id)
        visit = conflict.booking
        change = _wanted(link, conflict, visit).change if visit is not None else VisitChange()
        if visit is not None and change != VisitChange():
            change_bookings(project=link.project, changes={visit.pk: change}, origin=origin)
        _settle(link, conflict)


def take_our_side(link: SheetLink, *, conflict_id: int) -> None:
    """Have the next cycle write over the refused cells, however fresh they are. Raises as the other side."""
    with own_lane(link.project, patience=ANSWER_PATIENCE_SECONDS) as claim, held(claim):
        conflict = _waiting(link, conflict_id)
        rows = link.own_rows().filter(booking=conflict.booking, refused_at__isnull=False)
        rows.update(refused_at=F("refused_at") - REFUSED_STAYS)
        _settle(link, conflict)


def _waiting(link: SheetLink, conflict_id: int) -> SheetConflict:
    conflict = undecided(link).select_for_update(of=("self",)).filter(pk=conflict_id).first()
    if conflict is None:
        raise AlreadyDecided("Nothing waits for an answer here any more.")
    return conflict


def _wanted(link: SheetLink, conflict: SheetConflict, visit: Booking) -> Merge:
    """Hold the refused cells against the visit as it is now."""
    tabs = {tab.specialist_id: tab for tab in link.own_tabs()}
    home, columns = tabs.get(visit.specialist_id), _columns(conflict)
    if home is None:
        raise StillRefused("other")
    salon = read_salon(link.project, {specialist: tab.sheet_id for specialist, tab in tabs.items()})
    now = home.columns.mask(cells_of(visit, salon.zone))
    a, b, c, d, e, f = (
        conflict.rejected[column] if column in columns else text for column, text in enumerate(now)
    )
    sheet_id = (conflict.sheet_id or 0) if SPECIALIST in columns else home.sheet_id
    if sheet_id not in salon.specialists:
        raise StillRefused("other")
    own = Snapshot("", home.sheet_id, now)
    row = SheetRowRead(sheet_id, 0, (a, b, c, d, e, f), "", "")
    found = merge(base=own, row=row, now=own, salon=salon)
    if found.problems:
        raise StillRefused(found.problems[0].code)
    return found


def _settle(link: SheetLink, conflict: SheetConflict) -> None:
    """What was refused of this visit earlier is decided with it."""
    undecided(link).filter(booking=conflict.booking).update(settled_at=timezone.now())
    mark_dirty(link.project, seconds=0, when_waiting="earlier")
