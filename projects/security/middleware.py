"""Who is signed in is noted on the way out of every page for people."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from projects.middleware import ADMIN_PREFIX
from projects.security import sessions

BY_ITSELF = "X-By-Itself"  # what a page sends with what it asks without anybody's doing


class SignInMiddleware:
    """Notes sign-ins, also those of sessions that began before this was here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PREFIX) and request.user.is_authenticated:
            sessions.note(request, request.user, by_itself=BY_ITSELF in request.headers)
        return response
