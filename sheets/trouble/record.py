"""A mirror that does not keep up: since when and why. Bookings go on without it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from botbackend.outbox.claims import Claim, held
from dialogues.models import StaffTask
from dialogues.staff.handoff import open_staff_task
from projects.models import Project
from sheets.models import SheetLink
from sheets.trouble.selectors import mirrored

TASK_KIND = "sheet_down"
TOLD_AFTER = timedelta(minutes=10)


def note_change(project: Project) -> None:
    """A visit changed that the spreadsheet does not show yet."""
    SheetLink.objects.filter(project=project, waiting_since=None).update(waiting_since=timezone.now())


def begin(link: SheetLink, claim: Claim, *, advice: str) -> None:
    """A cycle failed: the first failure since a success is when the trouble began. Raises LeaseLost."""
    link.failing_since = link.failing_since or timezone.now()
    link.advice = advice[:500]
    with held(claim):
        link.save(update_fields=["failing_since", "advice"])


def catch_up(link: SheetLink, claim: Claim, *, began: datetime) -> None:
    """The cycle that began then wrote all that could be written: rows of frozen tabs wait for a person."""
    if link.waiting_since is not None and link.waiting_since <= began:
        link.waiting_since = None
        with held(claim):
            link.save(update_fields=["waiting_since"])


def end(link: SheetLink, claim: Claim, *, began: datetime) -> None:
    """The cycle that began then came to its end; costs nothing where there was nothing to end."""
    catch_up(link, claim, began=began)
    if link.failing_since is not None:
        link.failing_since, link.advice = None, ""
        with held(claim):
            link.save(update_fields=["failing_since", "advice"])
            _close(StaffTask.objects.filter(project_id=link.project_id))


def tell_staff() -> None:
    """Leave one task for each trouble that lasts; those whose trouble is over are closed."""
    failing = mirrored().filter(failing_since__isnull=False)
    _close(StaffTask.objects.exclude(Exists(failing.filter(project=OuterRef("project")))))
    for link in failing.filter(failing_since__lte=timezone.now() - TOLD_AFTER):
        tasks = StaffTask.objects.filter(project=link.project, kind=TASK_KIND)
        if not tasks.filter(created_at__gte=link.failing_since).exists():
            open_staff_task(project=link.project, dialogue=None, kind=TASK_KIND, reason=_words(link))


def _close(tasks: QuerySet[StaffTask]) -> None:
    tasks.filter(kind=TASK_KIND, state=StaffTask.State.OPEN).update(
        state=StaffTask.State.DONE, done_at=timezone.now()
    )


def _words(link: SheetLink) -> str:
    zone = ZoneInfo(link.project.timezone)
    since = f"{link.failing_since.astimezone(zone):%H:%M}" if link.failing_since else ""
    return f"Since {since} the spreadsheet does not follow: {link.reason}.\n{link.advice}\nBookings go on."
