"""What names and tabs of a spreadsheet stand for in its salon, read from the database."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bookings.models import Service
from projects.models import Project
from sheets.cycle.edits.merge import Salon


def read_salon(project: Project, sheet_of: Mapping[int, int]) -> Salon:
    """Return the salon; `sheet_of` is the tab of each specialist."""
    services = Service.objects.filter(project=project, is_active=True)
    return Salon(
        zone=ZoneInfo(project.timezone),
        # From the last to the first, so that of namesakes the one with the key is kept.
        services={service.key: service.pk for service in services.order_by("-name_key")},
        specialists={sheet_id: specialist_id for specialist_id, sheet_id in sheet_of.items()},
    )
