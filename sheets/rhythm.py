"""How often a spreadsheet is looked at unasked: often while somebody works in it, seldom at night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.models import BookingRules
from projects.models import Project
from sheets.models import SheetLink

BUSY_SECONDS = 300.0  # Drive tells of an edit up to three minutes late: until then it is read, not asked for
OPEN, CLOSED, NIGHT, STOPPED = 60.0, 300.0, 1800.0, 600.0
DAY_BEGINS, DAY_ENDS = 7 * 60, 22 * 60
AROUND_WORK = 60  # minutes before opening and after closing in which people still sit at the sheet
MISSING_AGAIN_SECONDS = 61.0
REFUSED_AGAIN_SECONDS = 601.0


def seconds_until_next_look(link: SheetLink, now: datetime) -> float:
    """How long the spreadsheet of an active salon can be left alone; `link.project` comes with its rules."""
    if link.state == SheetLink.State.ERROR:
        return STOPPED
    local = now.astimezone(ZoneInfo(link.project.timezone))
    minute, rules = local.hour * 60 + local.minute, _rules_of(link.project)
    if rules.work_start_minute - AROUND_WORK <= minute < rules.work_end_minute + AROUND_WORK:
        return OPEN
    if is_busy(link, now):
        return OPEN
    return CLOSED if DAY_BEGINS <= minute < DAY_ENDS else NIGHT


def is_busy(link: SheetLink, now: datetime) -> bool:
    """Tell whether somebody works in it."""
    return link.busy_until is not None and now < link.busy_until


def note_busy(link: SheetLink, now: datetime) -> None:
    """Somebody works in the spreadsheet: look at it often for a while."""
    SheetLink.objects.filter(pk=link.pk).update(
        busy_until=now + timedelta(seconds=BUSY_SECONDS), look_at=now + timedelta(seconds=OPEN)
    )


def read_due(link: SheetLink, now: datetime, *, rejected: int) -> datetime | None:
    """When it has to be read again though nobody changes it: rows that are missing, edits refused."""
    if link.own_rows().filter(missing_since__isnull=False).exists():
        return now + timedelta(seconds=MISSING_AGAIN_SECONDS)
    return now + timedelta(seconds=REFUSED_AGAIN_SECONDS) if rejected else None


def _rules_of(project: Project) -> BookingRules:
    try:
        return project.booking_rules
    except BookingRules.DoesNotExist:
        return BookingRules(project=project)
