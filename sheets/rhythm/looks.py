"""How often a spreadsheet is looked at unasked: often while somebody works in it, seldom at night.

A look asks Drive for the file's version and reads only where that is another one. Drive tells of an edit up
to some three minutes late. The first edit in a sheet that nobody worked in arrives at worst DRIVE_LAG + OPEN
+ the clock's own 30 s later, about four and a half minutes, in working hours; CLOSED or NIGHT stand in the
place of OPEN at other times. From then on the sheet is read, not asked for, every OPEN seconds until it was
left alone for BUSY_SECONDS. A hint of the spreadsheet's own script, and a client who is about to be offered
times, have it read at once. Should Drive be wrong for good, UNREAD_SECONDS is the worst case. With hundreds
of spreadsheets the looks of one round follow each other for SPREAD seconds.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.models import Booking, rules_of
from sheets.models import SheetLink, SheetTab

DRIVE_LAG = 180.0
BUSY_SECONDS = DRIVE_LAG + 120.0
OPEN = 45.0  # with a clock of 30 s: once a minute
CLOSED, NIGHT, STOPPED = 120.0, 600.0, 600.0
APART, SPREAD = 0.1, 20.0  # looks that one round of the clock asks for: so far apart, all within so long
UNREAD_SECONDS = 3600.0  # for so long Drive is believed that nothing changed
DAY_BEGINS, DAY_ENDS = 7 * 60, 22 * 60
AROUND_WORK = 60  # minutes before opening and after closing in which people still sit at the sheet
SOON = timedelta(seconds=61)
REFUSED_AGAIN = timedelta(seconds=601)
LATE = timedelta(seconds=60)


def seconds_until_next_look(link: SheetLink, now: datetime) -> float:
    """How long the spreadsheet of an active salon can be left alone; `link.project` comes with its rules."""
    if link.state == SheetLink.State.ERROR:
        return STOPPED
    local = now.astimezone(ZoneInfo(link.project.timezone))
    minute, rules = local.hour * 60 + local.minute, rules_of(link.project)
    if rules.work_start_minute - AROUND_WORK <= minute < rules.work_end_minute + AROUND_WORK:
        return OPEN
    return CLOSED if DAY_BEGINS <= minute < DAY_ENDS else NIGHT


def must_be_read(link: SheetLink, now: datetime) -> bool:
    """Tell whether a look reads without asking Drive first."""
    if link.state != SheetLink.State.OK or link.last_read_at is None:
        return True
    if now - link.last_read_at >= timedelta(seconds=UNREAD_SECONDS) or is_busy(link, now):
        return True
    # Failures are tried again by their own task; a change of ours whose task died is not.
    is_late = not link.failing_since and link.waiting_since and now - link.waiting_since >= LATE
    return bool(is_late) or (link.read_due_at is not None and link.read_due_at <= now)


def is_busy(link: SheetLink, now: datetime) -> bool:
    """Tell whether somebody works in it."""
    return link.busy_until is not None and now < link.busy_until


def note_busy(link: SheetLink, now: datetime) -> None:
    """Somebody works in the spreadsheet: read it often for a while."""
    SheetLink.objects.filter(pk=link.pk).update(busy_until=now + timedelta(seconds=BUSY_SECONDS))


def read_due(link: SheetLink, now: datetime, *, is_unanswered: bool) -> datetime | None:
    """When it has to be read again though nobody changes it; `is_unanswered` = a batch may still be applied.

    A missing row is looked for twice, a blanked one goes from a tab that stayed quiet, a refused cell is put
    back when it was left alone. Nothing is due in a frozen tab, nor of rows that wait for a person's answer.
    """
    tabs = link.own_tabs().exclude(state=SheetTab.State.FROZEN)
    rows = link.own_rows().exclude(awaits_answer=True)
    rows = rows.filter(sheet_id__in=tabs.values("sheet_id"))
    missing = rows.filter(
        missing_since__isnull=False, booking__status=Booking.Status.BOOKED, booking__start__gt=now
    )
    blanked = tabs.filter(quiet_since__gte=now - 2 * SOON).exclude(blanks=[])
    if is_unanswered or missing.exists() or blanked.exists():
        return now + SOON
    # One that was not put back long after that has nowhere to stand.
    refused = rows.filter(refused_at__gte=now - 2 * REFUSED_AGAIN).order_by("refused_at")
    first = refused.values_list("refused_at", flat=True).first()
    return max(first + REFUSED_AGAIN, now + SOON) if first else None
