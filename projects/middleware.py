"""What holds for every request before a view sees it, and for every answer below /projects/."""

from collections.abc import Callable
from io import BytesIO
from typing import cast

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
    UnreadablePostError,
)
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from botbackend.lib import request_ids
from projects.access import visible_projects
from projects.errors import envelope

API_PREFIX = "/projects/"
ADMIN_PREFIX = "/admin/"
EVENTS_PREFIX = "/webhook/"
Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives each request an id, or takes the one of a proxy; the answer and all log lines carry it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request_ids.well_formed(request.META.get("HTTP_X_REQUEST_ID")) or request_ids.new()
        with request_ids.following(given):
            response = self.get_response(request)
        response.headers[request_ids.HEADER] = given
        return response


class BodyLimitMiddleware:
    """Refuses a body over the limit with 413, also one that comes in chunks without a length.

    One whose chunks are none is refused with 400.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            code = 413 if self._is_too_large(request) else 0
        except UnreadablePostError:
            code = 400
        return JsonResponse(envelope(code), status=code) if code else self.get_response(request)

    @staticmethod
    def _is_too_large(request: HttpRequest) -> bool:
        limit = settings.MAX_BODY_BYTES
        announced = str(request.META.get("CONTENT_LENGTH") or "")
        if announced.isascii() and announced.isdigit():
            return len(announced) > 18 or int(announced) > limit
        if not request.META.get("wsgi.input_terminated") or "HTTP_TRANSFER_ENCODING" not in request.META:
            return False
        # Django takes a body without a length for an empty one: read it here and say how long it is.
        try:
            body = request.META["wsgi.input"].read(limit + 1)
        except Exception as error:  # each server has errors of its own for what is no chunk
            raise UnreadablePostError("The body cannot be read.") from error
        request.META["CONTENT_LENGTH"] = str(len(body))
        request._stream = BytesIO(body)  # what HttpRequest.read() reads from
        return len(body) > limit


class ApiAnswersMiddleware:
    """Below /projects/ every answer is `no-store`, and every error the JSON envelope, whoever made it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(API_PREFIX):
            return response
        is_json = response.get("Content-Type", "").startswith("application/json")
        if response.status_code >= 400 and not is_json:
            response = _as_json(response)
        response["Cache-Control"] = "no-store"
        return response


class SlashMiddleware:
    """Leads from a page's address with a slash too few or too many to the page; people type either."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code not in (302, 404) or request.method not in ("GET", "HEAD"):
            return response
        path = request.path_info
        other = path[:-1] if path.endswith("/") else f"{path}/"
        if _is_page(path) or not _is_page(other):
            return response
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{other}?{query}" if query else other)


def _is_page(path: str) -> bool:
    """Is there a page? What takes all other addresses, as the admin has it, bears no name."""
    try:
        return resolve(path).url_name is not None
    except Resolver404:
        return False


class _ForPeople(MiddlewareMixin):
    """Lets events pass: what serves people with browsers costs a third of taking one in."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(EVENTS_PREFIX):
            return cast(HttpResponseBase, self.get_response(request))
        return cast(HttpResponseBase, super().__call__(request))  # there are no coroutines here


class PeoplesSessionMiddleware(_ForPeople, SessionMiddleware):
    """Django's."""


class PeoplesLocaleMiddleware(_ForPeople, LocaleMiddleware):
    """Django's."""


class PeoplesCsrfMiddleware(_ForPeople, CsrfViewMiddleware):
    """Django's."""


class PeoplesAuthenticationMiddleware(_ForPeople, AuthenticationMiddleware):
    """Django's."""


class PeoplesMessageMiddleware(_ForPeople, MessageMiddleware):
    """Django's."""


class StaffClockMiddleware:
    """The admin shows and takes times on the clock of the person's salon.

    Somebody who sees salons in several zones, such as the operator, is shown UTC, until a page is one
    salon's: ProjectScopedAdmin then turns the clock to it, and this turns it back.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ADMIN_PREFIX) or not request.user.is_authenticated:
            return self.get_response(request)
        zones = list(visible_projects(request.user).order_by().values_list("timezone", flat=True).distinct())
        with timezone.override(zones[0] if len(zones) == 1 else None):
            return self.get_response(request)


def _as_json(response: HttpResponseBase) -> HttpResponse:
    answer = JsonResponse(envelope(response.status_code), status=response.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            answer[name] = response[name]
    return answer
