"""Leave, and other hours on one date. Visits that they hit are seen by a person before they are stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.db import transaction

from bookings.engine.closures import Closure, visits_hit
from bookings.engine.minutes import Interval
from bookings.errors import InvalidRequest, VisitsInTheWay
from bookings.models import DateOverride, DayOff, Specialist
from bookings.models.checks import end_of_day
from bookings.operations.setup.hours import Span, mistakes_in
from bookings.operations.setup.saving import Editor, begin, checked, found, note, renew
from projects.models import Project

TWICE = "This date has other hours already: change those."


@dataclass(frozen=True, slots=True)
class LeaveValues:
    """Whole dates, both included; `specialist_id` None = the salon."""

    specialist_id: int | None
    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OverrideValues:
    """The hours of one date; none = closed. `fields` are what mistakes of the ranges are called by."""

    specialist_id: int | None
    day: date
    ranges: tuple[Interval, ...]
    fields: tuple[str, ...] = ()


def leave_shown(row: DayOff) -> Any:
    """Return what a page shows of a leave, for its digest."""
    return [row.specialist_id, row.date_from, row.date_to, row.reason]


def override_shown(row: DateOverride) -> Any:
    """Return what a page shows of other hours, for its digest."""
    return [row.specialist_id, row.date, row.ranges]


@transaction.atomic
def save_leave(
    *, project: Project, leave_id: int | None, values: LeaveValues, accepts: Collection[int], editor: Editor
) -> DayOff:
    """Add a leave, or change one. `accepts` are the visits of which the person knows that they are hit.

    Raises VisitsInTheWay while it hits others, InvalidRequest with all mistakes, ChangedMeanwhile,
    RowNotFound.
    """
    begin(project, _affected(values.specialist_id))
    row = DayOff(project=project) if leave_id is None else found(DayOff.objects, project, leave_id)
    if leave_id is not None:
        editor.expect(leave_shown(row))
    row.specialist = _owner(project, values.specialist_id)
    row.date_from, row.date_to, row.reason = values.first, values.last, values.reason
    checked(row)
    _ask(project, Closure.of_leave(row), accepts)
    row.save()
    _touch(project, row.specialist)
    flag = ADDITION if leave_id is None else CHANGE
    note(editor, row, flag, "specialist", "date_from", "date_to", "reason")
    return row


@transaction.atomic
def remove_leave(*, project: Project, leave_id: int, editor: Editor) -> None:
    """Take a leave back: its dates are open again. Raises ChangedMeanwhile, RowNotFound."""
    begin(project, [])
    row = found(DayOff.objects, project, leave_id)
    editor.expect(leave_shown(row))
    note(editor, row, DELETION)
    row.delete()


@transaction.atomic
def save_override(
    *,
    project: Project,
    override_id: int | None,
    values: OverrideValues,
    accepts: Collection[int],
    editor: Editor,
) -> DateOverride:
    """Give a date other hours, or change them; like `save_leave`."""
    begin(project, _affected(values.specialist_id))
    stored = DateOverride.objects
    row = DateOverride(project=project) if override_id is None else found(stored, project, override_id)
    if override_id is not None:
        editor.expect(override_shown(row))
    row.specialist, row.date = _owner(project, values.specialist_id), values.day
    _refuse_twice(row, _mistakes(values))
    row.ranges = sorted([start, end_of_day(end)] for start, end in values.ranges)
    checked(row)
    _ask(project, Closure.of_override(row), accepts)
    row.save()
    _touch(project, row.specialist)
    note(editor, row, ADDITION if override_id is None else CHANGE, "specialist", "date", "ranges")
    return row


@transaction.atomic
def remove_override(*, project: Project, override_id: int, accepts: Collection[int], editor: Editor) -> None:
    """Let the week hold on that date again; who came on an extra day is told of, too.

    Raises VisitsInTheWay, ChangedMeanwhile, RowNotFound.
    """
    row = found(DateOverride.objects, project, override_id)
    begin(project, _affected(row.specialist_id))
    row = found(DateOverride.objects, project, override_id)
    editor.expect(override_shown(row))
    note(editor, row, DELETION)
    day = Closure.of_override(row)
    row.delete()
    _refuse_hit(_hit_on(project, day), accepts)
    _touch(project, row.specialist)


def _hit_on(project: Project, day: Closure) -> list[int]:
    """Return the visits of a date that lost its other hours: the rules that are stored decide now."""
    return list(visits_hit(project=project, closures=[day], is_stored=True).values_list("pk", flat=True))


def _mistakes(values: OverrideValues) -> dict[str, list[str]]:
    names = values.fields or tuple("ranges" for _ in values.ranges)
    spans: Sequence[Span] = [Span(0, *ends, name) for ends, name in zip(values.ranges, names, strict=True)]
    return mistakes_in(hours=spans, breaks=())


def _refuse_twice(row: DateOverride, said: dict[str, list[str]]) -> None:
    same = DateOverride.objects.filter(project=row.project, specialist=row.specialist, date=row.date)
    if same.exclude(pk=row.pk).exists():
        said.setdefault("date", []).append(TWICE)
    if said:
        raise InvalidRequest("Not everything is right.", fields=said)


def _affected(specialist_id: int | None) -> list[int] | None:
    return None if specialist_id is None else [specialist_id]


def _owner(project: Project, specialist_id: int | None) -> Specialist | None:
    return None if specialist_id is None else found(Specialist.objects, project, specialist_id)


def _ask(project: Project, closure: Closure, accepts: Collection[int]) -> None:
    _refuse_hit(list(visits_hit(project=project, closures=[closure]).values_list("pk", flat=True)), accepts)


def _refuse_hit(hit: list[int], accepts: Collection[int]) -> None:
    if set(hit) - set(accepts):
        raise VisitsInTheWay("Clients are booked then.", booking_ids=hit)


def _touch(project: Project, specialist: Specialist | None) -> None:
    rows = Specialist.objects.filter(project=project)
    renew(rows if specialist is None else rows.filter(pk=specialist.pk))
