"""Rows that vanished so many at a time that nobody believed it: a person says what becomes of the visits."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Booking
from bookings.operations import Origin, reject_booking
from botbackend.outbox.claims import held
from dialogues.models import StaffTask
from dialogues.staff.handoff import open_staff_task
from dialogues.staff.tasks import close_task
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.lane import ANSWER_PATIENCE_SECONDS, own_lane

TASK = "sheet_vanished"
QUESTION = "Rows of these visits vanished from the spreadsheet at once. Cancel them or put them back:"
REASON = "its row was deleted from the spreadsheet"


def vanished_rows(link: SheetLink) -> QuerySet[SheetRow]:
    """The rows of visits ahead that wait for an answer, by start; a tab set going again decides nothing."""
    return (
        link.own_rows()
        .filter(awaits_answer=True, booking__start__gt=timezone.now())
        .filter(booking__status=Booking.Status.BOOKED)
        .select_related("booking__specialist", "booking__service", "booking__client")
        .order_by("booking__start", "pk")
    )


@transaction.atomic
def note_vanished(link: SheetLink, row_uids: Collection[str]) -> None:
    """Keep which rows are gone and give staff one task that lists their visits."""
    rows = link.own_rows().filter(row_uid__in=row_uids)
    rows.update(awaits_answer=True)
    rows.filter(missing_since=None).update(missing_since=timezone.now())
    tasks = StaffTask.objects.filter(project=link.project, kind=TASK, state=StaffTask.State.OPEN)
    if tasks.exists():
        return
    shown = rows.select_related("booking__specialist", "booking__service", "booking__client")
    listed = "\n".join(line_of(link, row) for row in shown.order_by("booking__start", "pk"))
    open_staff_task(
        project=link.project,
        dialogue=None,
        kind=TASK,
        reason=f"{QUESTION}\n{listed}",
    )


def line_of(link: SheetLink, row: SheetRow) -> str:
    """How staff know the visit of a row."""
    visit = row.booking
    start = visit.start.astimezone(ZoneInfo(link.project.timezone))
    return (
        f"{start:%d.%m.%Y %H:%M} {visit.specialist}, {visit.service}, {visit.guest_name or visit.client.name}"
    )


def cancel_vanished(link: SheetLink, *, row_ids: Collection[int], who: str) -> int:
    """Cancel the visits of these rows, as somebody meant who deleted them. Returns how many.

    Raises BusySheet while a cycle runs on and on: it would store what it saw before the answer. LeaseLost.
    """
    origin = Origin(source=Booking.Source.ADMIN, actor=who, for_staff=True)
    with own_lane(link.project, patience=ANSWER_PATIENCE_SECONDS) as claim, held(claim):
        rows = list(vanished_rows(link).filter(pk__in=row_ids))
        for row in rows:
            reject_booking(project=link.project, booking_id=row.booking_id, origin=origin, reason=REASON)
        _go_on(link, rows)
    return len(rows)


def put_back(link: SheetLink, *, row_ids: Collection[int]) -> int:
    """Have the rows written again by the next cycle: deleting them was an accident. Returns how many.

    Raises as `cancel_vanished`.
    """
    with own_lane(link.project, patience=ANSWER_PATIENCE_SECONDS) as claim, held(claim):
        rows = list(vanished_rows(link).filter(pk__in=row_ids))
        for row in rows:
            row.awaits_answer, row.missing_since, row.cells, row.place = False, None, [], None
        SheetRow.objects.bulk_update(rows, ["awaits_answer", "missing_since", "cells", "place"])
        _go_on(link, rows)
    return len(rows)


def _go_on(link: SheetLink, rows: Collection[SheetRow]) -> None:
    """A tab rests until each of its visits was decided: a cycle would find the others gone again."""
    left = set(vanished_rows(link).values_list("sheet_id", flat=True))
    settled = {row.sheet_id for row in rows} - left
    link.own_tabs().filter(sheet_id__in=settled).update(state=SheetTab.State.OK, reason="")
    close_if_settled(link)
    mark_dirty(link.project, seconds=0, when_waiting="earlier")


def close_if_settled(link: SheetLink) -> None:
    """End the task once nothing waits for an answer: all is decided, or staff brought the rows back."""
    if vanished_rows(link).exists():
        return
    for task in StaffTask.objects.filter(project=link.project, kind=TASK, state=StaffTask.State.OPEN):
        close_task(task_id=task.pk)
