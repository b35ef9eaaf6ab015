"""What staff see of photos and recordings: a picture or a player, the words heard, and the bytes."""

import re

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dialogues.media.kinds import SUFFIXES
from dialogues.media.selectors import address_of
from dialogues.models import Attachment

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def show(attachment: Attachment, *, is_told: bool = False) -> SafeString:
    """The picture or the player, with the words heard unless they are told already, or why there are none."""
    parts = [_medium(attachment)]
    if attachment.heard and not is_told:
        parts.append(format_html("<div><em>heard, not typed:</em> {}</div>", attachment.heard))
    elif attachment.note:
        parts.append(format_html("<div>{}</div>", attachment.note))
    return format_html("{}" * len(parts), *parts)


def _medium(attachment: Attachment) -> SafeString:
    if not attachment.is_there:
        return format_html("<div>{}: {}</div>", attachment.get_kind_display(), attachment.get_state_display())
    address = address_of({"attachment": attachment.pk})
    if attachment.kind == Attachment.Kind.RECORDING:
        player = '<div><audio controls preload="none" src="{}" style="{}"></audio></div>'
        return format_html(player, address, "width: 15rem; max-width: 100%")
    picture = '<div><a href="{0}"><img src="{0}" alt="photo" loading="lazy" style="{1}"></a></div>'
    return format_html(picture, address, "max-width: min(15rem, 100%); max-height: 15rem")


def content_response(attachment: Attachment, asked_range: str) -> HttpResponse:
    """The bytes under the type that they themselves show, which is never one that a browser runs.

    `asked_range` is the Range header: players of some browsers play nothing without an answer to it.
    """
    content, size = attachment.content, attachment.size
    first, last = _bounds(asked_range, size)
    is_part = (first, last) != (0, size - 1)
    response = HttpResponse(content[first : last + 1], content_type=attachment.mime_type)
    name = f"{attachment.kind}-{attachment.pk}.{SUFFIXES[attachment.mime_type]}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Accept-Ranges"] = "bytes"
    if is_part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bounds(asked: str, size: int) -> tuple[int, int]:
    """First and last byte; of a range that makes no sense, or of several, everything."""
    found = _RANGE.fullmatch(asked)
    if found is None or found[0] == "bytes=-":
        return 0, size - 1
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    first = int(found[1])
    last = min(int(found[2] or size - 1), size - 1)
    return (first, last) if first <= last else (0, size - 1)
