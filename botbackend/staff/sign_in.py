"""Passwords in the admin: who guesses is stopped before one is hashed.

Hashing is meant to be slow. Whoever may ask for it as often as he likes guesses passwords, and takes the web
threads from the webhook meanwhile. That holds for a stranger at the door and for a session that was stolen.
Django-axes would count failures after the hash, in a table: it keeps nobody from asking for hashes.
"""

import hashlib
import math
import threading
import unicodedata
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

from botbackend.lib.text import comparable
from botbackend.staff.models import language_of
from projects.throttles import client_address, seconds_to_wait, wait_after_wrong

# Attempts a minute. One salon sits behind one address; an account is also guessed at from many addresses.
FROM_ONE_ADDRESS = 20
FOR_ONE_ACCOUNT = 10
DOOR, CODE_PAGE = "login", "sign-in-code"
HASHES_PASSWORDS = (
    DOOR,
    "password_change",
    "auth_user_add",
    "auth_user_password_change",
    "invitation",
    "password-reset-set",
    "security-second-step",
)
CHECKS_CODES = (CODE_PAGE, "security-remove", "security-recovery-codes")
SENDS_MAIL = ("password-reset",)
# Links by mail within an hour.
LINKS_FROM_ONE_ADDRESS = 20
LINKS_FOR_ONE_ACCOUNT = 4
AN_HOUR = 3600.0
TOLD_IN_SECONDS = 120
HALF_SIGNED_IN = "half_signed_in"
PAGES_OF_PEOPLE = ("admin", "office")
AT_ONCE = 1  # of all threads of a web process; the others stay free for messages of clients
_places = threading.BoundedSemaphore(AT_ONCE)


class PasswordBrakeMiddleware:
    """Answers 429 instead of a page of the admin that would hash a password once too often.

    Nobody waits for a place to hash in: whoever waits holds a thread, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            _leave(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Count the attempt; the page is known by the name of its address."""
        found = request.resolver_match
        if request.method != "POST" or found is None or found.app_name not in PAGES_OF_PEOPLE:
            return None
        if found.url_name in SENDS_MAIL:
            return _refused(request, _links_wait(request))
        if found.url_name in CHECKS_CODES:
            return _refused(request, _seconds_to_wait(request))
        if found.url_name not in HASHES_PASSWORDS:
            return None
        if not _enter(request):
            return _refused(request, 1.0, is_busy=True)
        return _refused(request, _seconds_to_wait(request))


def _enter(request: HttpRequest) -> bool:
    has_place = _places.acquire(blocking=False)
    request.__dict__["has_place_to_hash"] = has_place
    return has_place


def _leave(request: HttpRequest) -> None:
    if request.__dict__.pop("has_place_to_hash", False):
        _places.release()


def _refused(request: HttpRequest, wait: float, *, is_busy: bool = False) -> HttpResponse | None:
    """Return a page that says when to try again, in the language of the person; None if nobody waits."""
    if not wait:
        return None
    seconds = math.ceil(wait)
    minutes = math.ceil(seconds / 60) if seconds > TOLD_IN_SECONDS else 0
    shown = {"seconds": seconds, "minutes": minutes, "is_busy": is_busy}
    known = language_of(request.user) if isinstance(request.user, User) else ""
    with translation.override(known or translation.get_language()):
        page = render_to_string("429.html", shown, request)
    return HttpResponse(page, status=429, headers={"Retry-After": str(seconds), "Cache-Control": "no-store"})


def _seconds_to_wait(request: HttpRequest) -> float:
    wait = seconds_to_wait(f"sign-in:address:{client_address(request)}", limit=FROM_ONE_ADDRESS)
    guessed_at = _guessed_at(request)
    if not guessed_at:
        return wait
    return max(wait, seconds_to_wait(f"sign-in:{guessed_at}", limit=FOR_ONE_ACCOUNT))


def _guessed_at(request: HttpRequest) -> str:
    """Return whose secret the page is asked to check, "" for nobody's.

    At the door that is the name which is typed, whoever is signed in there: else every account would bring
    ten more guesses at another. Who has proved something is counted by a number that nobody types: else
    strangers who guess at the name would shut out its owner, who is past the door.
    """
    found = request.resolver_match
    page = found.url_name if found is not None else ""
    proved = request.user.pk
    if page == CODE_PAGE:
        half = request.session.get(HALF_SIGNED_IN)  # the password was right, the code is asked for
        proved = half["user"] if half else None
    if proved is not None and page != DOOR:
        return f"person:{proved}"
    typed = str(request.POST.get("username", ""))
    return f"account:{_account(typed)}" if typed else ""


def hold_back(request: HttpRequest, answer: HttpResponse) -> None:
    """Make a 429 of the page that tells of a link leading nowhere, for whoever tries many."""
    if wait := wait_after_wrong(request, "link"):
        answer.status_code = 429
        answer["Retry-After"] = str(wait)


def _links_wait(request: HttpRequest) -> float:
    account, address = _account(str(request.POST.get("email", ""))), client_address(request)
    return max(
        seconds_to_wait(f"reset:address:{address}", limit=LINKS_FROM_ONE_ADDRESS, within=AN_HOUR),
        seconds_to_wait(f"reset:account:{account}", limit=LINKS_FOR_ONE_ACCOUNT, within=AN_HOUR),
    )


def _account(typed: str) -> str:
    # Django looks for the NFKC form of what was typed: `ａnna` and `anna` are guesses at one account.
    name = comparable(unicodedata.normalize("NFKC", typed))
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]  # no names in Redis
