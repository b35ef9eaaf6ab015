"""A form that is pressed twice is taken once: each that makes something new carries a key of its own.

The keys are in Redis, for as long as somebody could still press; without it every press counts.
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
LONGEST = 64


def taken_once(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Return the page's answer; of a form that was taken already, or is being taken, only that it was.

    What was refused, or failed, may be pressed again.
    """
    key = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if not 0 < len(key) <= LONGEST:
        return answer()
    name = f"office:once:{request.user.pk}:{key}"
    if not _claim(name):
        said = {"office:said": {"text": _("This was stored already."), "warning": False}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(said)})
    is_taken = False
    try:
        response = answer()
        is_taken = response.status_code < 400
    finally:
        if not is_taken:
            _release(name)
    return response


def _claim(name: str) -> bool:
    try:
        return bool(redis_client(timeout=TIMEOUT).set(name, "1", nx=True, ex=SECONDS))
    except redis.RedisError:
        return True


def _release(name: str) -> None:
    try:
        redis_client(timeout=TIMEOUT).delete(name)
    except redis.RedisError:
        return
