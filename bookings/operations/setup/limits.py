"""What one client may have ahead, and whether visits share the time of a processing gap."""

from django.db import transaction

from bookings.models import BookingRules
from projects.locking import lock_project
from projects.models import Project


@transaction.atomic
def set_limits(*, project: Project, max_active_visits: int, allow_nesting: bool) -> None:
    """Store both. Raises ValidationError by the names of the fields."""
    lock_project(project.pk)
    rules = BookingRules.objects.filter(project=project).first() or BookingRules(project=project)
    rules.max_active_visits, rules.allow_nesting = max_active_visits, allow_nesting
    rules.full_clean(exclude=["project"])
    rules.save()
