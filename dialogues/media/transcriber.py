"""The one seam to a transcriber: any service that speaks OpenAI's `/v1/audio/transcriptions`."""

import json

from django.conf import settings

from botbackend.lib.text import canonical
from dialogues.inbound.values import clean
from dialogues.media.errors import TryLater, Unavailable
from dialogues.media.kinds import SUFFIXES
from dialogues.sendpulse.wire import Answer, LostAnswerError, NotSentError, exchange

LONGEST_TEXT = 8000


def is_there() -> bool:
    """Is a transcriber configured?"""
    return bool(settings.TRANSCRIPTION_URL)


def hear(content: bytes, mime_type: str) -> str:
    """What is said in a recording. Raises Unavailable, also where nothing is said, and TryLater.

    Not to be called inside a transaction. A repeat costs, but does no harm.
    """
    seconds = float(settings.TRANSCRIPTION_SECONDS)
    form = {
        "file": (f"voice.{SUFFIXES[mime_type]}", content, mime_type),
        "model": (None, settings.TRANSCRIPTION_MODEL),
        "response_format": (None, "json"),
    }
    url, key = settings.TRANSCRIPTION_URL, settings.TRANSCRIPTION_KEY
    try:
        answer = exchange("POST", url, token=key, form=form, seconds=seconds, silence=seconds)
    except (NotSentError, LostAnswerError) as error:
        raise TryLater(f"transcriber: {error}") from error
    if answer.status in {408, 409, 429} or answer.status >= 500:
        raise TryLater(f"transcriber: HTTP {answer.status}")
    if answer.status != 200:
        raise Unavailable(f"transcriber: HTTP {answer.status}")
    return _words(answer)


def _words(answer: Answer) -> str:
    try:
        text = json.loads(answer.body)["text"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unavailable("transcriber: no text in the answer") from None
    words = clean(text).strip()[:LONGEST_TEXT] if isinstance(text, str) else ""
    if not canonical(words):
        raise Unavailable("nothing was heard in it")
    return words
