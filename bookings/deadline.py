"""Until when a client may change or cancel a visit by themselves."""

from datetime import datetime, timedelta

from bookings.models import Booking, rules_of
from projects.models import Project


def is_too_late(*, project: Project, booking: Booking, now: datetime) -> bool:
    """Say whether the salon's deadline has passed; exactly at the deadline is in time."""
    return now > booking.start - timedelta(hours=rules_of(project).cancel_deadline_hours)
