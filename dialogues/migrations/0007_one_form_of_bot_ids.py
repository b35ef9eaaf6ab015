"""Bot ids that were pasted with something invisible or in capitals, in the form in which events name the bot.

An id that another salon has already stays as it is; it never met an event. Old code beside it goes on.
"""

from typing import Any

from django.db import migrations

from dialogues.identities import id_in


def read_anew(apps: Any, schema_editor: Any) -> None:
    """Store what the reader of today makes of each id that it can read."""
    channels = apps.get_model("dialogues", "ChannelSettings").objects
    taken = set(channels.exclude(sendpulse_bot_id="").values_list("sendpulse_bot_id", flat=True))
    for pk, stored in channels.exclude(sendpulse_bot_id="").order_by("pk").values_list("pk", "sendpulse_bot_id"):
        try:
            found = id_in(stored)
        except ValueError:
            continue
        if found not in taken:
            channels.filter(pk=pk).update(sendpulse_bot_id=found)
            taken.add(found)


class Migration(migrations.Migration):
    dependencies = [("dialogues", "0006_verified_contacts")]

    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop)]
