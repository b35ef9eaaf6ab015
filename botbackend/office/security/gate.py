"""Where a second step is required, nothing else opens before somebody has one."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from projects.middleware import ADMIN_PREFIX
from projects.security import second_factor, sessions

OPEN = ("login", "sign-in-code", "logout", "language", "security-second-step", "jsi18n")


class SecondFactorMiddleware:
    """Leads owners and operators without a second step to the page that sets it up.

    Who has one is asked for it at the door. A session that passed there is let through as long as the step is
    there, which costs one query, and none where no step is required.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Stand in the way of every page for people but those that help to get through."""
        found = request.resolver_match
        if not request.path_info.startswith(ADMIN_PREFIX) or found is None or found.url_name in OPEN:
            return None
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        user = request.user
        has_passed = request.session.get(sessions.FACTOR) and second_factor.has_second_factor(user)
        if has_passed or not second_factor.is_required_of(user):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("office:security-second-step")})
        return redirect("office:security-second-step")
