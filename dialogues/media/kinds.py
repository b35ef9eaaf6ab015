"""Which messages carry something to fetch, and what bytes really are, whatever their sender calls them."""

from dialogues.models import Attachment, Message

Kind = Attachment.Kind
RECORDINGS = frozenset({"voice", "audio", "video_note"})
SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/webm": "webm",
    "audio/flac": "flac",
}
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "audio/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def kind_of(message: Message) -> Kind | None:
    """What is to be fetched of a message: a picture, also one sent as a file, or speech; None otherwise."""
    if message.kind in RECORDINGS:
        return Kind.RECORDING
    told = str((message.media or {}).get("mime_type") or "")
    if message.kind == "photo" or (message.kind == "document" and told.startswith("image/")):
        return Kind.PICTURE
    return None


def sniff(content: bytes, kind: str) -> str:
    """The type that the bytes themselves show; "" for all but pictures or sounds that a browser may open."""
    found = next((name for beginning, name in _BEGINNINGS if content.startswith(beginning)), "")
    if content.startswith(b"RIFF"):
        found = _RIFF.get(content[8:12], "")
    elif content[4:8] == b"ftyp":
        found = "audio/mp4"
    elif content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0 and not found:
        found = "audio/mpeg"
    wanted = "image/" if kind == Kind.PICTURE else "audio/"
    return found if found.startswith(wanted) else ""
