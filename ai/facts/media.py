"""Pictures, voice and the rest: what the model may see and what we honestly cannot read."""

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from dialogues.models import Message

PICTURES = frozenset({"photo", "image"})
RECORDINGS = frozenset({"voice", "audio", "video", "video_note"})
MAX_IMAGES = 3


class Sent(Protocol):
    """Anything with the kind and the medium of a message."""

    @property
    def kind(self) -> str: ...
    @property
    def media(self) -> dict[str, Any] | None: ...


def picture_url(message: Sent) -> str:
    """Return the address of a photo that the channel gave, "" if there is none the model could fetch."""
    if message.kind not in PICTURES or not isinstance(message.media, dict):
        return ""
    url = str(message.media.get("url") or "")
    return url if urlsplit(url).scheme == "https" and len(url) <= 2000 else ""


def picture_urls(messages: Sequence[Message]) -> list[str]:
    """Return the addresses of the newest photos, oldest first."""
    return [url for url in map(picture_url, messages) if url][-MAX_IMAGES:]


def image_blocks(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return the photos as blocks of the request."""
    return [{"type": "image", "source": {"type": "url", "url": url}} for url in picture_urls(messages)]


def is_readable(message: Message) -> bool:
    """Say whether there is anything to understand: words, or a picture that can be looked at."""
    return bool(message.text.strip()) or bool(picture_url(message))


def unreadable_key(messages: Sequence[Message]) -> str:
    """Return the text that says honestly why none of these messages could be read."""
    kinds = {message.kind for message in messages}
    if kinds & RECORDINGS:
        return "voice_note"
    return "photo_note" if kinds & PICTURES else "unsupported_media"
