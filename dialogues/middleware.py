"""The webhook's short cut through Django."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dialogues import webhook

PREFIX = "/webhook/sendpulse"


class WebhookMiddleware:
    """Takes events straight to their view, past what is only there for people with browsers.

    Session, user, language, forms and static files cost as much as storing an event does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        head, prefix, rest = request.path_info.partition(PREFIX)
        if head or not prefix or (rest and not rest.startswith("/")):
            return self.get_response(request)
        response = webhook.sendpulse(request, rest[1:])
        response["Content-Length"] = str(len(response.content))
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response
