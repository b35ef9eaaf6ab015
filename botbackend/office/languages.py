"""The language that somebody works in: kept with the account, and in a cookie for pages before signing in."""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpResponse

from botbackend.staff.models import Preferences

A_YEAR = 365 * 86400


def remember(user: User, answer: HttpResponse, code: str) -> None:
    """Keep the language that a person chose."""
    Preferences.objects.update_or_create(user=user, defaults={"language": code})
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
