"""What staff changed in one row, field by field, against what was last in line and what is booked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bookings.models.catalogue import key_of
from bookings.values import VisitChange
from sheets.adoption.words import says_nothing
from sheets.cycle.matching.match import Snapshot
from sheets.rows.cells import (
    CLIENT_ID,
    NAME,
    SERVICE,
    SPECIALIST,
    WHEN,
    SheetRowRead,
    is_error_value,
    is_no_name,
    start_of,
)
from sheets.rows.moments import meant, when_of_edit


@dataclass(frozen=True)
class Problem:
    """Why cells were not taken; of a conflict the database wins at once, the rest waits for staff."""

    key: str
    code: str
    columns: frozenset[int]

    @property
    def is_conflict(self) -> bool:
        return self.key == "conflict"


@dataclass
class Merge:
    """What is to be changed in the visit, and what of the row cannot be."""

    change: VisitChange = field(default_factory=VisitChange)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Salon:
    """What names and places in a row stand for."""

    zone: ZoneInfo
    services: Mapping[str, int]
    specialists: Mapping[int, int]  # sheet id -> specialist


def merge(*, base: Snapshot, row: SheetRowRead, now: Snapshot, salon: Salon) -> Merge:
    """Compare field by field: what only staff changed is taken; of times that both changed ours stays.

    What reads as it is booked by now needs nothing, whoever wrote it.
    """
    broken = frozenset(
        column for column, text in enumerate(row.cells) if is_error_value(text) and text != base.cells[column]
    )
    if broken:
        changed = {c for c in range(len(row.cells)) if row.cells[c] != base.cells[c]}
        return Merge(problems=[Problem("rejected", "error_value", frozenset(changed))])
    result, found = Merge(), dict[str, Any]()
    _merge_when(base, row, now, salon, found, result)
    _merge_tab(base, row, now, salon, found, result)
    _merge_service(base, row, now, salon, found, result)
    _merge_client(base, row, now, found, result)
    result.change = VisitChange(**found)
    return result


def taken(base: Snapshot, row: SheetRowRead, change: VisitChange) -> Snapshot:
    """Return the base once this change is made: what of the row was taken is no edit any more."""
    columns = (WHEN if change.start else frozenset[int]()) | {
        *([NAME] if change.guest_name is not None else []),
        *([SERVICE] if change.service_id else []),
    }
    a, b, c, d, e, f = (row.cells[n] if n in columns else text for n, text in enumerate(base.cells))
    sheet_id = row.sheet_id if change.specialist_id else base.sheet_id
    return Snapshot(base.uid, sheet_id, (a, b, c, d, e, f))


def _merge_when(
    base: Snapshot, row: SheetRowRead, now: Snapshot, salon: Salon, found: dict[str, Any], result: Merge
) -> None:
    when = when_of_edit(base.cells[:3], row.cells[:3])
    wrong = when if isinstance(when, str) else "no_such_minute"
    before = meant(base.cells[:3])
    if row.cells[:3] == base.cells[:3] or when[1:] in (before, now.cells[1:3]):
        return
    start = None if isinstance(when, str) else start_of((*when, "", "", ""), salon.zone)
    if now.cells[1:3] != before:
        result.problems.append(Problem("conflict", "other", WHEN))
    elif start is None:
        result.problems.append(Problem("rejected", wrong, WHEN))
    else:
        found["start"] = start


def _merge_tab(
    base: Snapshot, row: SheetRowRead, now: Snapshot, salon: Salon, found: dict[str, Any], result: Merge
) -> None:
    if row.sheet_id in (base.sheet_id, now.sheet_id):
        return
    if now.sheet_id != base.sheet_id:
        result.problems.append(Problem("conflict", "other", frozenset({SPECIALIST})))
    else:
        found["specialist_id"] = salon.specialists[row.sheet_id]


def _merge_service(
    base: Snapshot, row: SheetRowRead, now: Snapshot, salon: Salon, found: dict[str, Any], result: Merge
) -> None:
    typed = row.cells[SERVICE]
    if typed in (base.cells[SERVICE], now.cells[SERVICE]):
        return
    service = salon.services.get(key_of(typed))
    if service is None:
        result.problems.append(Problem("rejected", "unknown_service", frozenset({SERVICE})))
    else:
        found["service_id"] = service


def _merge_client(
    base: Snapshot, row: SheetRowRead, now: Snapshot, found: dict[str, Any], result: Merge
) -> None:
    name = row.cells[NAME]
    if name not in (base.cells[NAME], now.cells[NAME]):
        if not says_nothing(name) and not is_no_name(name):
            found["guest_name"] = name
        else:
            wrong = "name_needed" if says_nothing(name) else "no_name"
            result.problems.append(Problem("rejected", wrong, frozenset({NAME})))
    if row.cells[CLIENT_ID] not in (base.cells[CLIENT_ID], now.cells[CLIENT_ID]):
        result.problems.append(Problem("rejected", "client_id_kept", frozenset({CLIENT_ID})))
