"""Whoever just changed something is shown it: pages come from the primary until a replica has it."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from botbackend.lib.postgres import replica
from projects.middleware import API_PREFIX, EVENTS_PREFIX, Handler

COOKIE = "changed"
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class OwnChangesMiddleware:
    """Marks a browser for some seconds when it changed something, whatever page that was.

    The mark needs no trust: it only costs the primary a page.
    """

    def __init__(self, get_response: Handler) -> None:
        if replica.REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith((API_PREFIX, EVENTS_PREFIX)):
            return self.get_response(request)
        if request.method in _SAFE and COOKIE not in request.COOKIES:
            return self.get_response(request)
        with replica.primary_only():
            response = self.get_response(request)
        if request.method not in _SAFE:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=replica.OWN_CHANGE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response
