"""Holds back an address that shows wrong secrets, before the database is asked about one more.

A good secret passes from any address: SendPulse posts for all salons from the same few. So an address that is
held back is not closed; what it shows is first looked up among the good keys, which are read once a second.
"""

import math
import threading
import time

from django.conf import settings
from django.http import HttpRequest

from dialogues.inbound.credentials import Presented, Refusal
from dialogues.models import ChannelSettings, webhook_key
from projects.throttles import client_address, wait_after_wrong

KEYS_SECONDS = 1.0
MAX_HELD = 10_000
_lock = threading.Lock()
_held_until: dict[str, float] = {}
_keys: frozenset[str] = frozenset()
_keys_until = 0.0


def hold_back(request: HttpRequest, presented: Presented) -> None:
    """Raise a 429 for an address that was told off often enough and shows nothing that could be good."""
    if not _held_until:
        return
    left = _held_until.get(_name(request), 0.0) - time.monotonic()
    if left > 0 and not presented.signature and not _could_be_good(presented):
        raise _too_many(math.ceil(left))


def judge_wrong(request: HttpRequest, refusal: Refusal) -> Refusal:
    """Count a request whose secret opened nothing; returns the 401 for it, or a 429 beyond so many a minute.

    A signature is judged only here: whose it could be is known by the body, and takes the database.
    """
    wait = wait_after_wrong(request, "webhook")
    if not wait:
        return refusal
    with _lock:
        if len(_held_until) >= MAX_HELD:
            _held_until.clear()  # a flood of addresses must not eat the memory
        _held_until[_name(request)] = time.monotonic() + wait
    return _too_many(wait)


def _too_many(seconds: int) -> Refusal:
    message = "Too many wrong webhook secrets."
    return Refusal(429, "throttled", message, headers={"Retry-After": str(seconds)})


def _name(request: HttpRequest) -> str:
    return f"{settings.THROTTLE_PREFIX}{client_address(request)}"


def _could_be_good(presented: Presented) -> bool:
    global _keys, _keys_until
    with _lock:
        if time.monotonic() >= _keys_until:
            rows = ChannelSettings.objects.filter(project__is_active=True).exclude(webhook_key="")
            _keys = frozenset(rows.values_list("webhook_key", flat=True))
            _keys_until = time.monotonic() + KEYS_SECONDS
    shown = {webhook_key(secret) for secret in presented.secrets}
    return presented.shows(settings.SENDPULSE_WEBHOOK_SECRET) or not _keys.isdisjoint(shown)
