"""What a Telegram message inside an event carries: words, media, buttons, and what nobody here can read."""

from typing import Any

from botbackend.lib.text import canonical
from dialogues.inbound.values import clean

Json = dict[str, Any]
MEDIA_KINDS = (
    "photo",
    "voice",
    "video",
    "video_note",
    "audio",
    "document",
    "sticker",
    "animation",
    "location",
)
_MEDIA_FIELDS = (
    "file_id",
    "file_unique_id",
    "file_url",
    "url",
    "mime_type",
    "file_name",
    "file_size",
    "duration",
    "width",
    "height",
    "emoji",
    "latitude",
    "longitude",
)


def node(parent: Any, name: str) -> Json:
    """A child object, {} for anything else: `variables` is [] when empty, `info` may be null."""
    child = parent.get(name) if isinstance(parent, dict) else None
    return child if isinstance(child, dict) else {}


def message_nodes(event: Json) -> tuple[Json, Json]:
    """The Telegram Message object and the object around it that carries `message_id`.

    Only what is in the message itself counts. `last_message` and `last_message_data` of the contact are what
    was said last, maybe an older "yes": nothing of them may stand in for a message that cannot be read.
    """
    message = node(node(event, "info"), "message")
    outer = node(message, "channel_data")
    for inner, around in (
        (node(outer, "message"), outer),
        (outer, outer),
        (node(message, "message"), message),
        (message, message),
    ):
        if any(name in inner for name in ("text", "caption", "callback_query", "contact", *MEDIA_KINDS)):
            return inner, (around if "message_id" in around else message)
    return (node(outer, "message"), outer) if outer else (message, message)


def text_of(message: Json) -> str:
    """The words of a message, or those beside its picture; "" where nothing of them shows."""
    for name in ("text", "caption"):
        value = message.get(name)
        for words in (value, node(message, name).get("body")):
            if isinstance(words, str) and canonical(words):
                return clean(words)
    return ""


def content_of(message: Json) -> tuple[str, Json | None]:
    """Kind and facts of what a Message object carries besides text."""
    for kind in MEDIA_KINDS:
        value = message.get(kind)
        if isinstance(value, list):
            value = value[-1] if value else None  # sizes of a photo: the last is the largest
        if isinstance(value, str) and value:
            return kind, {"url": clean(value)[:2000]}
        if isinstance(value, dict):
            return kind, {name: _plain(value[name]) for name in _MEDIA_FIELDS if name in value}
    shared = node(message, "contact")
    if shared:
        told: Json = {
            name: _plain(shared[name]) for name in ("phone_number", "first_name", "user_id") if name in shared
        }
        return "contact", told
    return "text", None


def _plain(value: Any) -> Any:
    """A scalar that JSON and PostgreSQL can hold."""
    if isinstance(value, str):
        return clean(value)[:2000]
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def button_text(button: Json) -> str:
    """What stands on a button, or the data behind it unless that only names a flow."""
    for name in ("text", "title", "data", "payload"):
        value = button.get(name)
        if isinstance(value, str) and value.strip() and not value.lstrip().startswith("{"):
            return clean(value)
    return ""


def unread(message: Json) -> Json | None:
    """What the parts of a message that nobody here can read are called: a poll, a dice, a story."""
    parts = [clean(name)[:64] for name, value in message.items() if isinstance(value, dict | list)]
    return {"parts": parts[:8]} if parts else None


def edit_date(message: Json, outer: Json) -> Any:
    """Telegram's date of the last edit, beside the text or beside the number of the message."""
    return message.get("edit_date") or outer.get("edit_date")
