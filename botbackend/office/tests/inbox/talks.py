"""Talks for the tests of the room."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from bookings.models import Client
from dialogues.models import Dialogue, Message
from dialogues.outbound.texts import text_hash
from projects.models import Project

_numbers = count(1)


def make_talk(salon: Project, name: str = "Olena", *, minutes_ago: float = 5, **values: Any) -> Dialogue:
    """A client with a talk that moved some minutes ago."""
    contact_id = values.pop("contact_id", f"{next(_numbers):024x}")
    phone = values.pop("phone", "")
    client = Client.objects.create(project=salon, contact_id=contact_id, name=name, phone=phone)
    moved = timezone.now() - timedelta(minutes=minutes_ago)
    return Dialogue.objects.create(project=salon, client=client, last_message_at=moved, **values)


def make_said(talk: Dialogue, text: str = "Hello", *, by: str = "client", **values: Any) -> Message:
    """A message of the talk: of the client, the bot or staff."""
    is_client = by == "client"
    at = values.pop("at", None) or timezone.now()
    return Message.objects.create(
        project_id=talk.project_id,
        dialogue=talk,
        direction="in" if is_client else "out",
        author=by,
        text=text,
        text_hash=text_hash(text),
        state=values.pop("state", "received" if is_client else "sent"),
        channel_date=at,
        created_at=at,
        **values,
    )
