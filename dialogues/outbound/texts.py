"""Texts as the channel and the model see them: pieces, comparison, cutting."""

import re
import unicodedata

from botbackend.lib import crypto

CHANNEL_LIMIT = 4096  # UTF-16 code units of one Telegram message
MODEL_LIMIT = 4000  # characters of one client message that the model is given
_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])[\"'»”)]*\s+"),
    re.compile(r"\s+"),
)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the measure of Telegram: an emoji counts two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _longest_prefix(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` UTF-16 units."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > limit:
            return index
    return len(text)


def _cut_at(text: str, fits: int) -> int:
    """Where to end the first piece: a paragraph, line, sentence or word end in its second half, else hard."""
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text, 0, fits) if found.start() >= fits // 2]
        if ends:
            return ends[-1]
    hard = fits
    while hard > fits - 16 and _joins_previous(text[hard]):
        hard -= 1
    return hard


def _joins_previous(character: str) -> bool:
    """Does the character belong to the one before it (accent, variation, skin tone, joiner)?"""
    return (
        unicodedata.category(character) in {"Mn", "Me", "Cf", "Sk"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def split_text(text: str, *, limit: int = CHANNEL_LIMIT) -> list[str]:
    """Cut a text into pieces of at most `limit` UTF-16 units, at sentence ends where there are any.

    White space around a cut is dropped; nothing else is. A blank text gives no pieces.
    """
    rest = printable(text).strip()
    pieces: list[str] = []
    while rest:
        fits = _longest_prefix(rest, limit)
        end = fits if fits == len(rest) else _cut_at(rest, fits)
        pieces.append(rest[:end].strip())
        rest = rest[end:].lstrip()
    return [piece for piece in pieces if piece]


def printable(text: str) -> str:
    """The text without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates."""
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")


def text_hash(text: str) -> str:
    """A keyed hash that is equal for texts that differ in white space and Unicode form only."""
    normal = " ".join(unicodedata.normalize("NFC", printable(text)).split())
    return crypto.blind_index(normal, purpose="message_text")


def cut_for_model(text: str, *, limit: int = MODEL_LIMIT) -> str:
    """The text, or its beginning with a mark that says how much is missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]} [… {len(text) - limit} more characters were cut off]"
