"""API keys: made once in clear text, kept as a hash, scoped to one project."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from projects.models import ApiKey, Project

PREFIX_LENGTH = 11  # "bb_" and eight characters: enough to tell keys apart, useless for guessing
TOUCH_EVERY = timedelta(minutes=1)


def hash_key(key: str) -> str:
    """Return what is stored of a key. It has 256 random bits, so a plain hash cannot be reversed."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    """Return a key nobody has: "bb_", eight readable characters, 256 random bits."""
    return f"bb_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def create_api_key(
    *, project: Project, label: str = "", scope: ApiKey.Scope = ApiKey.Scope.WRITE
) -> tuple[ApiKey, str]:
    """Store a new key; returns the row and the key itself, which cannot be had again."""
    key = new_key()
    row = ApiKey.objects.create(
        project=project, label=label, scope=scope, prefix=key[:PREFIX_LENGTH], key_hash=hash_key(key)
    )
    return row, key


def revoke_api_key(*, api_key: ApiKey) -> None:
    """End a key for good; the row stays, so that it is known whose it was."""
    ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=timezone.now())
    api_key.refresh_from_db(fields=["revoked_at"])


def find_api_key(key: str) -> ApiKey | None:
    """Return the live key of an active project, with its project; None for every other string."""
    if not key or len(key) > 200:
        return None
    wanted = hash_key(key)
    row = ApiKey.objects.select_related("project").filter(key_hash=wanted, revoked_at=None).first()
    if row is None or not hmac.compare_digest(row.key_hash, wanted) or not row.project.is_active:
        return None
    return row


def touch_api_key(api_key: ApiKey) -> None:
    """Remember that the key was used, at most once a minute: a busy key must not write on every read."""
    now = timezone.now()
    if api_key.last_used_at is not None and api_key.last_used_at > now - TOUCH_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - TOUCH_EVERY)
    ApiKey.objects.filter(stale, pk=api_key.pk).update(last_used_at=now)
