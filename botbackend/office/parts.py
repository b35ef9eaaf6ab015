"""What may be put into a page that is open: parts that say so themselves, and panels that a list names.

htmx makes elements of whatever it was answered and runs what their attributes say, with the person's rights.
What people wrote stands escaped in our templates, and as it is in JSON, tables and pictures: those never
become elements.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse

from projects.models import Project

HEADER = "X-Office-Part"
PART, PANEL, WHOLE = "part", "panel", "page"
ASKED = "panel"  # what an address of a page calls the panel that is open over it
_PUT_IN = (200, 409, 422)  # what `responseHandling` of the frame puts into a page
_NOT_ACCEPTABLE = 406
# By the names of their addresses; a test asks all addresses and holds this list against the answers.
PANELS = frozenset(
    {
        "assistant-fact",
        "assistant-fact-new",
        "assistant-scenario",
        "assistant-scenario-new",
        "assistant-wording",
        "calendar-feed",
        "client-edit",
        "client-forget",
        "client-merge",
        "client-merge-with",
        "client-new",
        "message-why",
        "settings-invite",
        "settings-member",
        "settings-new-key",
        "team-day",
        "team-leave",
        "team-leave-new",
        "team-override",
        "team-override-new",
        "team-room",
        "team-room-aside",
        "team-room-new",
        "team-service",
        "team-service-aside",
        "team-service-new",
        "team-specialist",
        "team-specialist-aside",
        "team-specialist-new",
        "visit",
        "visit-cancel",
        "visit-give",
        "visit-move",
        "visit-price",
        "visit-new",
        "visit-restore",
        "visit-services",
    }
)


def panel_address(asked: str, salon: Project) -> str:
    """Return the address, if it is one of a panel of this salon; "" for every other one."""
    try:
        parts = urlsplit(asked)
        found = resolve(parts.path) if not (parts.scheme or parts.netloc) else None
    except (ValueError, Resolver404):
        return ""
    is_panel = found is not None and found.app_names == ["office"] and found.url_name in PANELS
    if found is None or not is_panel or found.kwargs.get("salon") != salon.slug:
        return ""
    path = reverse(f"office:{found.url_name}", kwargs=found.kwargs)
    return f"{path}?{parts.query}" if parts.query else path


def only_parts(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer, unless a page asks to put into itself what is no part: that is refused."""
    is_put_in = "HX-Request" in request.headers and response.status_code in _PUT_IN
    if not is_put_in or HEADER in response or response.headers.get("HX-Reswap") == "none":
        return response
    return HttpResponse(status=_NOT_ACCEPTABLE)
