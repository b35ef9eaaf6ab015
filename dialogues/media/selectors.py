"""Reads of what was kept of photos and recordings."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from dialogues.models import Attachment

# Claude refuses an image of more than 5 MB in base64.
MOST_BYTES_SHOWN = 3_700_000


def address_of(media: dict[str, Any] | None) -> str:
    """Where staff open what was kept of a message, by its `media`; "" if nothing was."""
    number = (media or {}).get("attachment")
    return reverse("admin:dialogues_attachment_content", args=[number]) if isinstance(number, int) else ""


def pictures(message_ids: Iterable[int]) -> dict[int, tuple[str, bytes]]:
    """Type and bytes of the photos of messages, as far as they are there and fit for a model."""
    rows = Attachment.objects.defer(None).filter(
        message__in=list(message_ids),
        kind=Attachment.Kind.PICTURE,
        state=Attachment.State.DONE,
        size__range=(1, MOST_BYTES_SHOWN),
    )
    return {row.message_id: (row.mime_type, row.content) for row in rows}
