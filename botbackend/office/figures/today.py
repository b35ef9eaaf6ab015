"""The day at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from bookings.models import Booking
from bookings.occupancy import free_minutes
from bookings.visit_figures import VisitSum, visit_figures
from botbackend.lib.postgres import replica
from botbackend.office.inbox.selectors import count_waiting
from dialogues.models import StaffTask
from projects.models import Project
from projects.periods import Period, whole_days

MOST_NEXT = 5


@dataclass(frozen=True)
class Today:
    """What is on the salon's date of now; `free_share` is of the working time that is left."""

    visits: VisitSum
    ahead: int
    coming: Sequence[Booking]
    free_minutes: int
    free_share: float | None
    talks_waiting: int
    open_tasks: int


def today_of(salon: Project, *, now: datetime | None = None) -> Today:
    """Return the day; a fixed number of queries. What waits for people is read from the primary."""
    moment = now or timezone.now()
    local = timezone.localtime(moment).date()
    day = whole_days(salon, local, local)
    visits = visit_figures(
        project=salon, start=day.start, end=day.end, now=moment, using=replica.alias()
    ).total
    rows = Booking.objects.using(replica.alias()).filter(project=salon, status=Booking.Status.BOOKED)
    coming = rows.filter(start__gte=moment, start__lt=day.end).with_names().order_by("start", "pk")
    free, part = _free(salon, day, moment)
    return Today(
        visits=visits,
        ahead=visits.planned - visits.done - visits.no_show,
        coming=list(coming[:MOST_NEXT]),
        free_minutes=free,
        free_share=part,
        talks_waiting=count_waiting(salon=salon),
        open_tasks=StaffTask.objects.filter(project=salon, state=StaffTask.State.OPEN).count(),
    )


def _free(salon: Project, day: Period, moment: datetime) -> tuple[int, float | None]:
    """What is left of today's working time: free minutes, and their share."""
    begins = max(day.start, moment.replace(second=0, microsecond=0))
    if begins >= day.end - timedelta(minutes=1):
        return 0, None
    found = free_minutes(project=salon, start=begins, end=day.end, using=replica.alias())
    free = sum(one.free for one in found)
    works = sum(one.minutes for one in found)
    return free, free / works if works else None
