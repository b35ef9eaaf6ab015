"""What the Messages API says of images whose bytes are not what their type says, or too many."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from botbackend.workshop.sandbox.wire import Json

MOST = 5 * 1024 * 1024  # of the base64 text
_BEGINNINGS = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}


def image_problems(messages: list[Json]) -> Iterator[str]:
    """Every image that would be refused."""
    for index, message in enumerate(messages):
        content = message["content"] if isinstance(message["content"], list) else []
        for number, block in enumerate(content):
            if block["type"] == "image" and block["source"]["type"] == "base64":
                place = f"messages.{index}.content.{number}.image.source.base64"
                yield from (f"{place}: {problem}" for problem in _problems(block["source"]))


def _problems(source: Json) -> Iterator[str]:
    if len(source["data"]) > MOST:
        yield f"image exceeds 5 MB maximum: {len(source['data'])} bytes > {MOST} bytes"
    try:
        content = base64.b64decode(source["data"], validate=True)
    except binascii.Error:
        yield "invalid base64 data"
        return
    if not content.startswith(_BEGINNINGS[source["media_type"]]):
        yield f"The image was specified using the {source['media_type']} media type, but it is another"
