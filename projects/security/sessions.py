"""A person's sessions: noted when they come in, looked at now and then, ended at a word.

Django ends them too: after SESSION_COOKIE_AGE without a request, and all others when the password changes.
What is noted here therefore only tells of sessions; which of them live, their own table knows.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, login
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from projects.models.sign_in import SignIn
from projects.security.devices import browser_and_system, shortened
from projects.throttles import client_address

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOTED, FACTOR = "sign_in", "second_factor"
SEEN_EVERY_SECONDS = 300.0  # one write in five minutes, however much somebody does
KEPT = timedelta(days=180)


def come_in(request: HttpRequest, user: User, *, factor: SignIn.Factor) -> None:
    """Begin a session for somebody who has proved who they are."""
    for name in (NOTED, FACTOR):
        request.session.pop(name, None)
    login(request, user, backend=BACKEND)
    if factor != SignIn.Factor.PASSWORD:
        request.session[FACTOR] = factor.value


def note(request: HttpRequest, user: User, *, by_itself: bool) -> None:
    """Note that somebody is here: a row when they came in, later only the moment.

    What a page asks by itself is no sign of a person and keeps no session alive.
    """
    noted: dict[str, Any] = request.session.get(NOTED) or {}
    now = time.time()
    if noted.get("user") != user.pk:
        _begin(request, user, now)
        return
    moved = noted["key"] != request.session.session_key
    if moved or (not by_itself and not 0 <= now - noted["seen"] < SEEN_EVERY_SECONDS):
        key = str(request.session.session_key)
        SignIn.objects.filter(pk=noted["row"]).update(session_key=key, seen_at=timezone.now())
        request.session[NOTED] = {**noted, "key": key, "seen": now}


def _begin(request: HttpRequest, user: User, now: float) -> None:
    if request.session.session_key is None:
        request.session.save()
    key = str(request.session.session_key)
    browser, system = browser_and_system(request.headers.get("User-Agent", ""))
    row = SignIn.objects.create(
        user=user,
        session_key=key,
        seen_at=timezone.now(),
        browser=browser,
        system=system,
        address=shortened(client_address(request)),
        factor=request.session.get(FACTOR) or SignIn.Factor.PASSWORD,
    )
    request.session[NOTED] = {"row": row.pk, "user": user.pk, "key": key, "seen": now}


def living(user: User) -> Sequence[SignIn]:
    """Return the sign-ins whose sessions are open, last seen first; a changed password has ended others."""
    rows = {row.session_key: row for row in SignIn.objects.filter(user=user)}
    stored = Session.objects.filter(session_key__in=rows, expire_date__gt=timezone.now())
    right = user.get_session_auth_hash()
    open_ones = [rows[one.session_key] for one in stored if one.get_decoded().get(HASH_SESSION_KEY) == right]
    return sorted(open_ones, key=lambda row: row.seen_at, reverse=True)


def history(user: User, *, most: int) -> Sequence[SignIn]:
    """Return the last times that the person came in."""
    return list(SignIn.objects.filter(user=user)[:most])


def sign_out(*, user: User, sign_in: SignIn) -> None:
    """End one session of the person's own."""
    if sign_in.user_id == user.pk:
        Session.objects.filter(session_key=sign_in.session_key).delete()


@transaction.atomic
def sign_out_everywhere(*, user: User, but: str | None = None) -> None:
    """End all sessions of the person, except the one with this key."""
    keys = SignIn.objects.filter(user=user).exclude(session_key=but or "").values("session_key")
    Session.objects.filter(session_key__in=keys).delete()


def end_all() -> int:
    """End the sessions of everybody; returns how many there were."""
    return Session.objects.all().delete()[0]


def forget_old() -> None:
    """Delete sign-ins after half a year, and the sessions that are over."""
    SignIn.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
