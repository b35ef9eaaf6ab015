"""What a page of the office answers: a whole page, a part of one, or that something was done."""

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from botbackend.lib.plain_json import json_text
from botbackend.office import navigation, parts
from botbackend.office.desk import OfficeRequest

REFUSED = 422
CONFLICT = 409
_PANEL = b'id="panel-title"'  # every panel has this heading, which names the dialog


class Link(NamedTuple):
    """An address and the words that lead to it."""

    href: str
    text: str


def page(request: OfficeRequest, template: str, /, *, room: str = "", **context: Any) -> HttpResponse:
    """Return a whole page; `room` is the entry of the menu that it belongs to."""
    desk = request.desk
    asked = parts.panel_address(request.GET.get(parts.ASKED, ""), desk.salon)
    frame = {"desk": desk, "room": room, "entries": list(navigation.entries(desk)), "panel": asked}
    answer = render(request, template, {**frame, **context})
    answer[parts.HEADER] = parts.WHOLE
    return answer


def part(request: OfficeRequest, template: str, /, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return a part that takes its place in the page which asked for it; 422 for a form with mistakes.

    Opened by itself - in a new tab, from a link that was sent - it leads to its room, where it opens.
    """
    answer = render(request, template, {"desk": request.desk, **context}, status=status)
    has_panel = _PANEL in answer.content
    answer[parts.HEADER] = parts.PANEL if has_panel else parts.PART
    return _room_of(request, has_panel=has_panel) if _is_opened_by_itself(request) else answer


def data(values: Any) -> HttpResponse:
    """Return what a script of ours reads."""
    return HttpResponse(json_text(values), content_type="application/json")


def _is_opened_by_itself(request: OfficeRequest) -> bool:
    """Does somebody's browser ask for a page, and not a script for a part of one?"""
    wants_page = "text/html" in request.headers.get("Accept", "")
    return request.method == "GET" and wants_page and "HX-Request" not in request.headers


def _room_of(request: OfficeRequest, *, has_panel: bool) -> HttpResponse:
    """Lead to the room that an address lies in, with the panel of the address open."""
    calendar = reverse("office:calendar", args=[request.desk.salon.slug])
    salon = calendar.removesuffix("calendar/")
    room = salon + request.path.removeprefix(salon).partition("/")[0] + "/"
    return redirect(f"{room}?{urlencode({parts.ASKED: request.get_full_path()})}" if has_panel else room)


def done(said: str, *, changed: str = "", warning: bool = False, link: Link | None = None) -> HttpResponse:
    """Say what happened, close the panel, and let the parts of the page that show it look again.

    `changed` is an event of the page, such as `bookings-changed`: whoever shows these rows waits for it.
    `link` leads to where it is seen.
    """
    events = {**_events(said, changed, warning, link), "office:close": True}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})


def saying(
    answer: HttpResponse, said: str, *, changed: str = "", warning: bool = False, link: Link | None = None
) -> HttpResponse:
    """Let a part that takes its place say what happened, too."""
    answer["HX-Trigger"] = json.dumps(_events(said, changed, warning, link))
    return answer


def _events(said: str, changed: str, warning: bool, link: Link | None) -> dict[str, Any]:
    linked = {} if link is None else {"link": link._asdict()}
    events: dict[str, Any] = {"office:said": {"text": said, "warning": warning, **linked}}
    return {**events, changed: True} if changed else events


def moved_on(address: str) -> HttpResponse:
    """Lead the whole page to another address."""
    return HttpResponse(status=204, headers={"HX-Redirect": address})
