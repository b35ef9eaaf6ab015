"""Who changed what of a salon's set-up, in the log that the technical pages show.

The log is clear text: it gets numbers and field names, never the name of a client.
"""

import json
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def note_change(*, user_id: int, row: Model, flag: int, message: Any) -> LogEntry:
    """Write down that somebody added, changed or deleted a row, in the caller's transaction."""
    from_type = ContentType.objects.get_for_model(row, for_concrete_model=False)
    entry = LogEntry(
        user_id=user_id,
        content_type_id=from_type.pk,
        object_id=str(row.pk),
        object_repr=f"{row._meta.verbose_name_raw} {row.pk}",
        action_flag=flag,
    )
    entry.change_message = message if isinstance(message, str) else json.dumps(message)
    entry.save()
    return entry
