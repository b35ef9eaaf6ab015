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
from projects.throttles import client_address, seconds_to_wait

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
        message = "Too many wrong webhook secrets."
        raise Refusal(429, "throttled", message, headers={"Retry-After": str(math.ceil(left))})


def count_wrong(request: HttpRequest) -> None:
    """Count a request whose secret opened nothing."""
    name = _name(request)
    wait = seconds_to_wait(name, limit=settings.ANONYMOUS_REQUESTS_PER_MINUTE)
    if wait:
        with _lock:
            if len(_held_until) >= MAX_HELD:
                _held_until.clear()  # a flood of addresses must not eat the memory
            _held_until[name] = time.monotonic() + wait


def _name(request: HttpRequest) -> str:
    return f"webhook:{settings.THROTTLE_PREFIX}{client_address(request)}"


def _could_be_good(presented: Presented) -> bool:
    global _keys, _keys_until
    with _lock:
        if time.monotonic() >= _keys_until:
            rows = ChannelSettings.objects.filter(project__is_active=True).exclude(webhook_key="")
            _keys = frozenset(rows.values_list("webhook_key", flat=True))
            _keys_until = time.monotonic() + KEYS_SECONDS
    shown = {webhook_key(secret) for secret in presented.secrets}
    return presented.shows(settings.SENDPULSE_WEBHOOK_SECRET) or not _keys.isdisjoint(shown)
