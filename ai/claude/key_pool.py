"""Which key answers a project: warm caches, organisations that cool, keys that died. Shared by all workers.

Limits belong to an organisation, so its keys cool together. What the workers know stands in PostgreSQL and
is read anew every few seconds; a change is written at once.
"""

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from ai.claude.errors import Cooling, NoKey
from ai.models import KeyState

CACHE_SECONDS = 2.0
PROBE_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Key:
    """One configured key with what is known of it. `secret` stays out of repr, logs and rows."""

    fingerprint: str
    label: str
    organization: str
    cools_until: datetime | None
    retired_at: datetime | None
    probe_at: datetime | None
    reason: str

    @property
    def secret(self) -> str:
        return _secrets()[self.fingerprint]

    @property
    def group(self) -> str:
        """Keys of one organisation share limits; a key that never answered stands alone."""
        return self.organization or self.fingerprint

    def is_dead(self, now: datetime) -> bool:
        return self.retired_at is not None and (self.probe_at is None or self.probe_at > now)

    def cools(self, now: datetime) -> bool:
        return self.cools_until is not None and self.cools_until > now


def fingerprint(secret: str) -> str:
    """Return what identifies a key in rows and traces without giving it away."""
    return hashlib.sha256(f"claude key {secret}".encode()).hexdigest()[:16]


def _secrets() -> dict[str, str]:
    return {fingerprint(secret): secret for secret in settings.CLAUDE_API_KEYS}


class _Snapshot:
    """The last reading of the rows, per process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.keys: tuple[Key, ...] = ()
        self.read_at = float("-inf")
        self.changes = 0
        self.configured: tuple[str, ...] = ()


_snapshot = _Snapshot()


def forget_cache() -> None:
    """Read the rows anew at the next question; for the admin's actions and for tests."""
    with _snapshot.lock:
        _snapshot.read_at = float("-inf")
        _snapshot.changes += 1


def known() -> tuple[Key, ...]:
    """Return the configured keys in their order, as known at most CACHE_SECONDS ago."""
    configured = tuple(settings.CLAUDE_API_KEYS)
    with _snapshot.lock:
        fresh = time.monotonic() - _snapshot.read_at < CACHE_SECONDS
        if fresh and _snapshot.configured == configured:
            return _snapshot.keys
        changes = _snapshot.changes
    # Without the lock: who reads may have to wait for a connection that somebody at the lock holds.
    keys = _read(configured)
    with _snapshot.lock:
        if changes == _snapshot.changes:
            _snapshot.keys, _snapshot.configured = keys, configured
            _snapshot.read_at = time.monotonic()
    return keys


def _read(configured: Sequence[str]) -> tuple[Key, ...]:
    prints = [fingerprint(secret) for secret in configured]
    rows = {row.fingerprint: row for row in KeyState.objects.filter(fingerprint__in=prints)}
    missing = [
        KeyState(fingerprint=mark, label=f"key {number}")
        for number, mark in enumerate(prints, start=1)
        if mark not in rows
    ]
    if missing:
        KeyState.objects.bulk_create(missing, ignore_conflicts=True)
        rows |= {row.fingerprint: row for row in missing}
    return tuple(
        Key(
            row.fingerprint,
            row.label,
            row.organization,
            row.cools_until,
            row.retired_at,
            row.probe_at,
            row.reason,
        )
        for row in (rows[mark] for mark in dict.fromkeys(prints))
    )


def _weight(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def choose(project: str, *, refused: Sequence[str] = ()) -> Key:
    """Return the project's key: always the same organisation while it lives, so that its cache stays warm.

    `refused` are fingerprints that failed in this very call. Raises NoKey when none is left for good, and
    Cooling when waiting would help.
    """
    now = timezone.now()
    alive = [key for key in known() if not key.is_dead(now) and key.fingerprint not in refused]
    if not alive:
        raise NoKey("no key" if not known() else "no living key")
    usable = [key for key in alive if not key.cools(now)]
    if not usable:
        soonest = min(key.cools_until or now for key in alive)
        raise Cooling("rate limit", max((soonest - now).total_seconds(), 0.1))
    return max(usable, key=lambda key: (_weight(project, key.group), _weight(project, key.fingerprint)))


def has_living_key() -> bool:
    """Say whether any key could answer, now or after it cooled."""
    now = timezone.now()
    return any(not key.is_dead(now) for key in known())


def learn(key: Key, organization: str) -> None:
    """Remember whose key it is, and that it works: a probe that succeeded revives it."""
    if key.organization == organization and key.retired_at is None:
        return
    KeyState.objects.filter(fingerprint=key.fingerprint).update(
        organization=organization, retired_at=None, probe_at=None, reason="", updated_at=timezone.now()
    )
    forget_cache()


def cool(key: Key, seconds: float) -> None:
    """Leave the key's whole organisation alone for so long; a longer rest that was set before stays."""
    until = timezone.now() + timedelta(seconds=min(seconds, 7 * 86400))
    shorter = Q(cools_until__isnull=True) | Q(cools_until__lt=until)
    _members(key).filter(shorter).update(cools_until=until, reason="rate limit", updated_at=timezone.now())
    forget_cache()


def retire(key: Key, reason: str, *, whole_organization: bool = False) -> None:
    """Take a key out of service; money troubles take its organisation along and are probed again."""
    now = timezone.now()
    members = _members(key) if whole_organization else KeyState.objects.filter(fingerprint=key.fingerprint)
    members.update(
        retired_at=now,
        probe_at=now + PROBE_AFTER if whole_organization else None,
        reason=reason[:200],
        updated_at=now,
    )
    forget_cache()


def revive(fingerprints: Sequence[str]) -> int:
    """Put keys back into service: a person says that the trouble is over. Returns how many."""
    count = KeyState.objects.filter(fingerprint__in=fingerprints).update(
        retired_at=None, probe_at=None, cools_until=None, reason="", updated_at=timezone.now()
    )
    forget_cache()
    return count


def _members(key: Key) -> QuerySet[KeyState]:
    if not key.organization:
        return KeyState.objects.filter(fingerprint=key.fingerprint)
    return KeyState.objects.filter(organization=key.organization)
