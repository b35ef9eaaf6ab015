"""Signing in to the admin: who guesses is stopped before a password is hashed.

Hashing is meant to be slow. Whoever may ask for it as often as he likes guesses passwords, and takes the web
threads from the webhook meanwhile.
"""

import hashlib
import math
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from projects.throttles import client_address, seconds_to_wait

# Attempts a minute. One salon sits behind one address; an account is also guessed at from many addresses.
FROM_ONE_ADDRESS = 20
FOR_ONE_ACCOUNT = 10


class SignInForm(AdminAuthenticationForm):
    """Django's own form with a brake in front of the password check."""

    def clean(self) -> dict[str, Any]:
        if self.request is not None:
            wait = _seconds_to_wait(self.request, str(self.cleaned_data.get("username") or ""))
            if wait:
                raise ValidationError(
                    f"Too many attempts. Try again in {math.ceil(wait)} seconds.", code="throttled"
                )
        return super().clean()


def _seconds_to_wait(request: HttpRequest, username: str) -> float:
    account = hashlib.sha256(username.strip().casefold().encode()).hexdigest()[:32]  # no names in Redis
    return max(
        seconds_to_wait(f"sign-in:address:{client_address(request)}", limit=FROM_ONE_ADDRESS),
        seconds_to_wait(f"sign-in:account:{account}", limit=FOR_ONE_ACCOUNT),
    )
