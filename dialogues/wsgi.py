"""The webhook's short cut past Django's handler."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse

from dialogues.inbound import webhook
from projects.middleware import BodyLimitMiddleware

PREFIX = "/webhook/sendpulse"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WebhookShortcut:
    """A WSGI application that answers events itself and leaves everything else to the one behind it.

    Session, user, language, forms, static files, routes, signals and the headers that bridle a browser cost
    more than storing an event does, and an event needs none of them. The view is the one of the routes.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        answer = convert_exception_to_response(BodyLimitMiddleware(_view))
        self._answer = cast(Callable[[HttpRequest], HttpResponse], answer)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or path[len(PREFIX) :][:1] not in ("", "/"):
            return self._application(environ, start_response)
        response = self._answer(WSGIRequest(environ))
        content = response.content
        response["Content-Length"] = str(len(content))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [content]


def _view(request: HttpRequest) -> HttpResponse:
    drop_old_connection()
    return webhook.sendpulse(request, request.path_info[len(PREFIX) + 1 :])


def drop_old_connection() -> None:
    """Drop a connection that is too old, broken or left in a transaction, as signals around a request do."""
    connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
