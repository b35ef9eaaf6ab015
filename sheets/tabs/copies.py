"""Copies that staff make of our tabs, beside the originals: nobody reads what is typed there."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from botbackend.outbox.claims import Claim, held
from dialogues.models import StaffTask
from dialogues.staff.handoff import open_staff_task
from sheets import google
from sheets.adoption.contact import left_alone
from sheets.models import SheetLink, SheetTab

TASK = "sheet_copy"
LIST_AGAIN = timedelta(minutes=15)


def look_for_copies(link: SheetLink, claim: Claim, *, now: datetime) -> None:
    """Tell staff of each copy once; two reads at most, once in LIST_AGAIN. Raises GoogleError, LeaseLost.

    No part of a cycle, which has one read.
    """
    if link.listed_at is not None and now - link.listed_at < LIST_AGAIN:
        return
    tabs = {tab.sheet_id: tab for tab in link.own_tabs()}
    ours = {*tabs, *left_alone(link), link.archive_id}
    titles = {number: title for title, number in google.tabs_of(link.spreadsheet_id).items()}
    originals = _originals(link, tabs.values(), [number for number in titles if number not in ours])
    told, link.copies, link.listed_at = set(link.copies), sorted(originals), now
    lines = [
        f'"{titles[number]}" is a copy of the tab "{tabs[original].title}".'
        for number, original in originals.items()
        if number not in told and original in tabs
    ]
    with held(claim):
        link.save(update_fields=["copies", "listed_at"])
        if lines:
            advice = "What is typed in a copy is not read. Type it in the tab itself, and delete the copy."
            open_staff_task(
                project=link.project, dialogue=None, kind=TASK, reason="\n".join([*lines, advice])
            )
        elif not originals:
            tasks = StaffTask.objects.filter(project=link.project, kind=TASK, state=StaffTask.State.OPEN)
            tasks.update(state=StaffTask.State.DONE, done_at=timezone.now())


def _originals(link: SheetLink, tabs: Collection[SheetTab], others: Collection[int]) -> dict[int, int]:
    """Return {sheet id of a copy: that of the tab it was made of}, among worksheets that are not ours."""
    if not tabs or not others:
        return {}
    width = max(tab.columns.width for tab in tabs)
    standing = link.own_rows().filter(missing_since=None)
    homes = dict(standing.values_list("row_uid", "sheet_id"))
    found = {}
    for number, rows in google.read_tabs(link.spreadsheet_id, list(others), width).items():
        if (original := _original(rows, homes)) is not None:
            found[number] = original
    return found


def _original(rows: Collection[Collection[object]], homes: Mapping[str, int]) -> int | None:
    """The tab most of whose ids stand here too: in a copy most rows bear one, a pasted row makes none."""
    filled = sum(any(str(value).strip() for value in row) for row in rows)
    ids = [value for row in rows for value in row if isinstance(value, str) and value in homes]
    if not ids or 2 * len(ids) < filled - 1:
        return None
    return Counter(homes[uid] for uid in ids).most_common(1)[0][0]
