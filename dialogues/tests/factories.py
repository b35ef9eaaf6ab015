"""Small makers of the rows that dialogue tests start from."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bookings.models import Client
from botbackend.outbox.claims import Claim
from botbackend.outbox.models import Task
from dialogues.models import Dialogue, Message
from dialogues.outbound.texts import text_hash
from projects.models import Project
from projects.tests.factories import make_project as make_any_project

BOT_ID = "6671465ac84ab24b4702fa25"
CONTACT_ID = "6a4969158278b1482a02e7f6"
SECRET = "a-secret-of-this-salon"
_numbers = itertools.count(1)


def make_project(**values: Any) -> Project:
    """A salon with a bot and credentials of the stand-in."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "slug": f"salon-{number}",
        "name": f"Salon {number}",
        "sendpulse_bot_id": BOT_ID,
        "sendpulse_client_id": "sp_id_demo",
        "sendpulse_client_secret": "sp_sk_demo",
        "webhook_secret": SECRET,
    }
    return make_any_project(**{**defaults, **values})


def make_dialogue(*, project: Project | None = None, contact_id: str = CONTACT_ID, **values: Any) -> Dialogue:
    """A client with a dialogue."""
    project = project or make_project()
    client = Client.objects.create(project=project, contact_id=contact_id, name="Olena")
    return Dialogue.objects.create(project=project, client=client, **values)


def make_incoming(
    dialogue: Dialogue, text: str = "Hello", *, at: datetime | None = None, **values: Any
) -> Message:
    """An unanswered message of the client."""
    now = timezone.now()
    return Message.objects.create(
        project_id=dialogue.project_id,
        dialogue=dialogue,
        direction=Message.Direction.IN,
        author=Message.Author.CLIENT,
        text=text,
        text_hash=text_hash(text),
        state=Message.State.RECEIVED,
        channel_date=at or now,
        **values,
    )


def make_claim(key: str, *, handler: str = "test.turn") -> Claim:
    """A running task and the claim that holds it, as a worker would have."""
    now = timezone.now()
    task = Task.objects.create(
        topic="test",
        handler=handler,
        key=key,
        state=Task.State.RUNNING,
        due_at=now,
        lease_until=now + timedelta(seconds=60),
        lease_token=1,
    )
    return Claim(
        task_id=task.pk,
        token=1,
        handler=handler,
        topic="test",
        key=key,
        project_id=None,
        payload={},
        attempts=1,
        deadline=now + timedelta(seconds=60),
        _ends=float("inf"),
    )


def make_event(title: str = "incoming_message", *, text: str = "Hello", **values: Any) -> dict[str, Any]:
    """A native event in the captured shape; `number` makes its ids, other values replace whole parts."""
    number = values.pop("number", None) or next(_numbers)
    contact_id = values.pop("contact_id", CONTACT_ID)
    sent_by = values.pop("sent_by", None)
    event: dict[str, Any] = {
        "service": "telegram",
        "title": title,
        "date": int(timezone.now().timestamp()),
        "bot": {"id": BOT_ID, "external_id": 6934241673, "channel": "TELEGRAM", "name": "Salon Bot"},
        "contact": {
            "id": contact_id,
            "name": "Olena Koval",
            "username": None,
            "telegram_id": "380485157",
            "tags": [],
            "variables": [],
            "last_message": text,
        },
        "info": {
            "message": {
                "id": f"6a496b4f67a824bf{number:08x}",
                "sent_by": sent_by,
                "channel_data": {"message_id": number, "chat_id": 380485157, "message": {"text": text}},
            }
        },
    }
    return {**event, **values}
