"""Reads of the room: who the salon's clients are."""

from bookings import finding
from bookings.models import Client
from projects.models import Project


def find_clients(*, salon: Project, text: str, limit: int = 20) -> list[Client]:
    """Return the salon's clients whom somebody means by beginnings of a name, figures of a phone, or both.

    Those seen last come first. `notes` are deferred: who shows them asks for the row once more.
    """
    return finding.find(salon=salon, text=text, limit=limit)
