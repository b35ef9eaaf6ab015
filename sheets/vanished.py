"""Rows that vanished so many at a time that nobody believed it: a person says what becomes of the visits."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Booking
from bookings.operations import Origin, reject_booking
from dialogues.models import StaffTask
from dialogues.staff.handoff import open_staff_task
from dialogues.staff.tasks import close_task
from sheets.hints import mark_dirty
from sheets.models import SheetLink, SheetRow, SheetTab

TASK = "sheet_vanished"
QUESTION = "Rows of these visits vanished from the spreadsheet at once. Cancel them or put them back:"
REASON = "its row was deleted from the spreadsheet"


def vanished_rows(link: SheetLink) -> QuerySet[SheetRow]:
    """The rows of visits ahead that a frozen tab waits for, by start."""
    frozen = link.own_tabs().filter(state=SheetTab.State.FROZEN).values("sheet_id")
    return (
        link.own_rows()
        .filter(sheet_id__in=frozen, missing_since__isnull=False, booking__start__gt=timezone.now())
        .filter(booking__status=Booking.Status.BOOKED)
        .select_related("booking__specialist", "booking__service", "booking__client")
        .order_by("booking__start", "pk")
    )


@transaction.atomic
def note_vanished(link: SheetLink, row_uids: Collection[str]) -> None:
    """Keep which rows are gone and give staff one task that lists their visits."""
    link.own_rows().filter(row_uid__in=row_uids, missing_since__isnull=True).update(
        missing_since=timezone.now()
    )
    tasks = StaffTask.objects.filter(project=link.project, kind=TASK, state=StaffTask.State.OPEN)
    if tasks.exists():
        return
    rows = (
        link.own_rows()
        .filter(row_uid__in=row_uids)
        .select_related("booking__specialist", "booking__service", "booking__client")
    )
    listed = "\n".join(line_of(link, row) for row in rows.order_by("booking__start", "pk"))
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
    """Cancel the visits of these rows, as somebody meant who deleted them. Returns how many."""
    origin = Origin(source=Booking.Source.ADMIN, actor=who, for_staff=True)
    with transaction.atomic():
        rows = list(vanished_rows(link).filter(pk__in=row_ids))
        for row in rows:
            reject_booking(project=link.project, booking_id=row.booking_id, origin=origin, reason=REASON)
        _go_on(link, rows)
    return len(rows)


def put_back(link: SheetLink, *, row_ids: Collection[int]) -> int:
    """Have the rows written again by the next cycle: deleting them was an accident. Returns how many."""
    with transaction.atomic():
        rows = list(vanished_rows(link).filter(pk__in=row_ids))
        for row in rows:
            row.missing_since, row.cells, row.place = None, [], None
        SheetRow.objects.bulk_update(rows, ["missing_since", "cells", "place"])
        _go_on(link, rows)
    return len(rows)


def _go_on(link: SheetLink, rows: Collection[SheetRow]) -> None:
    """A tab rests until each of its visits was decided: a cycle would find the others gone again."""
    left = set(vanished_rows(link).values_list("sheet_id", flat=True))
    settled = {row.sheet_id for row in rows} - left
    link.own_tabs().filter(sheet_id__in=settled).update(state=SheetTab.State.OK, reason="")
    if not left:
        for task in StaffTask.objects.filter(project=link.project, kind=TASK, state=StaffTask.State.OPEN):
            close_task(task_id=task.pk)
    mark_dirty(link.project, seconds=0, when_waiting="earlier")
