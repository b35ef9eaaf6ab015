"""What the pages of one's own account share: they belong to a person, not to a salon."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from botbackend.office.home import for_staff
from botbackend.staff.models import language_of

View = Callable[..., HttpResponse]


def own_page(page: View) -> View:
    """Open a page for whoever is signed in, in their language; no cache keeps it."""

    @wraps(page)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = language_of(person(request)) or translation.get_language() or "en"
        with translation.override(language):
            answer = page(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return cast(View, for_staff(sensitive_post_parameters()(opened)))


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast(User, request.user)


def wanted_address(request: HttpRequest) -> str:
    """Where somebody was going when the door was shut; only addresses of ours count."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return safe_address(request, wanted)


def safe_address(request: HttpRequest, wanted: str) -> str:
    """The address if it is one of ours, otherwise the way in."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and is_ours else reverse("office:home")
