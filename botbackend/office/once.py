"""A form that is pressed twice is taken once: each that makes something new carries a key of its own.

The keys are in Redis, for as long as somebody could still press; without it every press counts. While
the first press is being answered the second is not told that anything is stored: it may yet be refused.
"""

import json
from collections.abc import Callable

import redis
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from botbackend.lib.redis_client import redis_client

FIELD = "form_key"
TIMEOUT = 0.3
SECONDS = 3600
SECONDS_AT_WORK = 60  # the server ends whoever takes longer, and then nothing says how it went
_AT_WORK, _STORED = b"at work", b"stored"
CONFLICT = 409
LONGEST = 64


def taken_once(
    request: HttpRequest,
    answer: Callable[[], HttpResponseBase],
    *,
    again: Callable[[], HttpResponseBase] | None = None,
) -> HttpResponseBase:
    """Return the page's answer; of a form that was taken already, only that it was; 409 while it is.

    What was refused, or failed, may be pressed again. `again` answers for what is stored, where the words
    alone leave somebody without what the first answer said.
    """
    key = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if not 0 < len(key) <= LONGEST:
        return answer()
    name = f"office:once:{request.user.pk}:{request.path}:{key}"
    found = _claim(name)
    if found is not None:
        return again() if again is not None and found == _STORED else _said_of(found)
    is_taken = False
    try:
        response = answer()
        is_taken = response.status_code < 400
    finally:
        _settle(name, is_taken=is_taken)
    return response


def _said_of(found: bytes) -> HttpResponse:
    if found == _STORED:
        text, status = _("This was stored already."), 204
    else:
        text, status = (
            _("This is being stored at this moment. Look again before you press once more."),
            CONFLICT,
        )
    said = {"office:said": {"text": text, "warning": status == CONFLICT}}
    # The page keeps what stands in the form; a browser without scripts shows the words.
    return HttpResponse(
        text if status == CONFLICT else "",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"HX-Trigger": json.dumps(said), "HX-Reswap": "none"},
    )


def _claim(name: str) -> bytes | None:
    """Take the key; returns what is known of it if somebody has it."""
    try:
        client = redis_client(timeout=TIMEOUT)
        if client.set(name, _AT_WORK, nx=True, ex=SECONDS_AT_WORK):
            return None
        return _STORED if client.get(name) == _STORED else _AT_WORK
    except redis.RedisError:
        return None


def _settle(name: str, *, is_taken: bool) -> None:
    try:
        client = redis_client(timeout=TIMEOUT)
        if is_taken:
            client.set(name, _STORED, ex=SECONDS)
        else:
            client.delete(name)
    except redis.RedisError:
        return
