"""Where clients came from who wrote before that was kept: the first payload among their stored /start messages.

Raw events need no migration: `replay_events` reads their payloads again. Old code beside it goes on.
"""

from typing import Any

from django.db import migrations

from botbackend.lib.text import canonical

BATCH = 500
LONGEST = 64


def remember(apps: Any, schema_editor: Any) -> None:
    """Give each client without a source that of the first /start that has one."""
    clients = apps.get_model("bookings", "Client").objects
    starts = apps.get_model("dialogues", "Message").objects.filter(
        direction="in", kind="start", dialogue__client__source=""
    )
    done: set[int] = set()
    rows = starts.order_by("channel_date", "pk").only("media", "dialogue__client_id").select_related("dialogue")
    for message in rows.iterator(chunk_size=BATCH):
        media, client_id = message.media, message.dialogue.client_id
        payload = media.get("payload") if isinstance(media, dict) else None
        source = canonical(payload)[:LONGEST] if isinstance(payload, str) else ""
        if source and client_id not in done:
            done.add(client_id)
            clients.filter(pk=client_id, source="").update(source=source)


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0010_stray_events"), ("bookings", "0006_source_of_client")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
