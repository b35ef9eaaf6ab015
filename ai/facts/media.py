"""Pictures, voice and the rest: what the model may see and what we honestly cannot read."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from dialogues.media.selectors import address_of, pictures
from dialogues.media.walls import is_ours
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
    """Return where a photo is: kept by us for staff, or at an address that the channel gave; "" for none."""
    if message.kind not in PICTURES or not isinstance(message.media, dict):
        return ""
    url = str(message.media.get("url") or "")
    # What wants the channel's token Claude could not open, and it would refuse the whole request.
    is_public = urlsplit(url).scheme == "https" and len(url) <= 2000 and not is_ours(url)
    return address_of(message.media) or (url if is_public else "")


def picture_urls(messages: Sequence[Message]) -> list[str]:
    """Return the addresses of the newest photos, oldest first."""
    return [url for url in map(picture_url, messages) if url][-MAX_IMAGES:]


def image_blocks(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return the newest photos as blocks of the request."""
    newest = [message for message in messages if picture_url(message)][-MAX_IMAGES:]
    return [{"type": "image", "source": source} for source in _sources(newest)]


def _sources(messages: Sequence[Message]) -> Iterator[dict[str, str]]:
    """What was fetched goes along as bytes; an address only where it is not one of ours."""
    kept = pictures(message.pk for message in messages if address_of(message.media))
    for message in messages:
        if message.pk in kept:
            media_type, content = kept[message.pk]
            yield {"type": "base64", "media_type": media_type, "data": b64encode(content).decode("ascii")}
        elif not address_of(message.media):
            yield {"type": "url", "url": picture_url(message)}


def is_readable(message: Message) -> bool:
    """Say whether there is anything to understand: words, or a picture that can be looked at."""
    return bool(message.text.strip()) or bool(picture_url(message))


def unreadable_key(messages: Sequence[Message]) -> str:
    """Return the text that says honestly why none of these messages could be read."""
    kinds = {message.kind for message in messages}
    if kinds & RECORDINGS:
        return "voice_note"
    return "photo_note" if kinds & PICTURES else "unsupported_media"
