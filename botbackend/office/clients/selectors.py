"""Reads of the room: who the salon's clients are."""

from django.db.models import Q

from bookings.models import Client
from bookings.models.clients import name_index, phone_index_in
from projects.models import Project


def find_clients(*, salon: Project, text: str, limit: int = 20) -> list[Client]:
    """Return the salon's clients whom somebody means by this name or phone, those seen last first."""
    asked = text.strip()
    if not asked:
        return []
    known = Q(name_index=name_index(asked)) | Q(phone_index=phone_index_in(salon, asked))
    rows = Client.objects.filter(known, project=salon).exclude(name_index="", phone_index="")
    return list(rows.order_by("-last_seen_at", "-pk")[:limit])
