"""Files of Telegram's, by their id and the bot's token. Nothing here may be called inside a transaction."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from dialogues.media.errors import TryLater, Unavailable
from dialogues.sendpulse.wire import Answer, LostAnswerError, NotSentError, TooLongError, exchange

_REAL = "https://api.telegram.org"
_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_PATH = re.compile(r"\w[\w-]*(?:/[\w-]+)*(?:\.\w+)?", re.ASCII)


def file_of(*, token: str, file_id: str, most_bytes: int, seconds: float) -> bytes:
    """The bytes of a file. Raises Unavailable and TryLater, neither with the token in it."""
    if not _TOKEN.fullmatch(token):
        raise Unavailable("SendPulse gives no token of the bot")
    answer = _ask(f"/bot{token}/getFile", seconds, params={"file_id": file_id})
    path = _path_in(answer.body)
    if not _PATH.fullmatch(path):
        raise Unavailable("Telegram names no file")
    return _ask(f"/file/bot{token}/{path}", seconds, most_bytes=most_bytes).body


def _base() -> str:
    """Beside a stand-in of SendPulse nothing goes to the real Telegram: the stand-in plays it, too."""
    if settings.TELEGRAM_BASE_URL:
        return str(settings.TELEGRAM_BASE_URL)
    is_real = urlsplit(settings.SENDPULSE_BASE_URL).scheme == "https"
    return _REAL if is_real else str(settings.SENDPULSE_BASE_URL)


def _ask(path: str, seconds: float, **options: Any) -> Answer:
    try:
        answer = exchange("GET", _base() + path, seconds=seconds, silence=seconds, **options)
    except TooLongError:
        raise Unavailable("larger than allowed") from None
    except (NotSentError, LostAnswerError) as error:
        raise TryLater(f"Telegram: {error}") from None
    if answer.status == 429 or answer.status >= 500:
        raise TryLater(f"Telegram: HTTP {answer.status}")
    if answer.status != 200:
        raise Unavailable(f"Telegram: HTTP {answer.status}")
    return answer


def _path_in(body: bytes) -> str:
    try:
        path = json.loads(body)["result"]["file_path"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return path if isinstance(path, str) else ""
