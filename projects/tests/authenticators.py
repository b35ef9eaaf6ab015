"""An app for one-time codes, as a test holds it in its hand."""

from base64 import b32decode
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django_otp.oath import TOTP

from projects.security import second_factor


def code_of(secret: str, *, at: datetime | None = None) -> str:
    """What an app with this secret shows."""
    clock = TOTP(b32decode(secret))
    clock.time = (at or timezone.now()).timestamp()
    return f"{clock.token():06}"


def with_second_factor(user: User) -> tuple[str, list[str]]:
    """Set a second step up for somebody; returns the secret and the recovery codes."""
    secret = second_factor.new_secret()
    return secret, second_factor.set_up(user=user, secret=secret, typed=code_of(secret))
