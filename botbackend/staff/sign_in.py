"""Passwords in the admin: who guesses is stopped before one is hashed.

Hashing is meant to be slow. Whoever may ask for it as often as he likes guesses passwords, and takes the web
threads from the webhook meanwhile. That holds for a stranger at the door and for a session that was stolen.
"""

import hashlib
import math
import unicodedata
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from botbackend.lib.text import comparable
from projects.throttles import client_address, seconds_to_wait

# Attempts a minute. One salon sits behind one address; an account is also guessed at from many addresses.
FROM_ONE_ADDRESS = 20
FOR_ONE_ACCOUNT = 10
HASHES_PASSWORDS = ("login", "password_change", "auth_user_add", "auth_user_password_change", "invitation")
PAGES_OF_PEOPLE = ("admin", "office")


class PasswordBrakeMiddleware:
    """Answers 429 instead of a page of the admin that would hash a password once too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Count the attempt; the page is known by the name of its address."""
        found = request.resolver_match
        if request.method != "POST" or found is None or found.app_name not in PAGES_OF_PEOPLE:
            return None
        wait = _seconds_to_wait(request) if found.url_name in HASHES_PASSWORDS else 0.0
        if not wait:
            return None
        seconds = math.ceil(wait)
        said = f"Too many attempts. Go back and try again in {seconds} seconds."
        return HttpResponse(
            said, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": str(seconds)}
        )


def _seconds_to_wait(request: HttpRequest) -> float:
    """The account is the session's, or the one that somebody wants to come in with."""
    known = request.user.get_username() if request.user.is_authenticated else ""
    typed = known or str(request.POST.get("username", ""))
    # Django looks for the NFKC form of what was typed: `ａnna` and `anna` are guesses at one account.
    name = comparable(unicodedata.normalize("NFKC", typed))
    account = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]  # no names in Redis
    return max(
        seconds_to_wait(f"sign-in:address:{client_address(request)}", limit=FROM_ONE_ADDRESS),
        seconds_to_wait(f"sign-in:account:{account}", limit=FOR_ONE_ACCOUNT),
    )
