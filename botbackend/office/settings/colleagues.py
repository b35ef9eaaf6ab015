"""Who works in the salon, as the page of people lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bookings.models import Specialist
from botbackend.staff.names import name_of
from projects.models import Membership, Project


@dataclass(frozen=True)
class Colleague:
    """A member, and whose calendar they have."""

    membership: Membership
    calendar: str

    @property
    def name(self) -> str:
        """How colleagues know them."""
        return name_of(self.membership.user)


def colleagues_of(salon: Project) -> Sequence[Colleague]:
    """Two queries."""
    rows = Membership.objects.filter(project=salon).select_related("user")
    owners_first = rows.order_by("role", "user__first_name", "pk")
    calendars = dict(
        Specialist.objects.filter(project=salon, user__isnull=False).values_list("user_id", "name")
    )
    return [Colleague(row, calendars.get(row.user_id, "")) for row in owners_first]
