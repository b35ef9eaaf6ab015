"""What a page of the office answers: a whole page, a part of one, or that something was done."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from botbackend.office import navigation
from botbackend.office.desk import OfficeRequest

REFUSED = 422
CONFLICT = 409


def page(request: OfficeRequest, template: str, /, *, room: str = "", **context: Any) -> HttpResponse:
    """Return a whole page; `room` is the entry of the menu that it belongs to."""
    desk = request.desk
    frame = {"desk": desk, "room": room, "entries": list(navigation.entries(desk))}
    return render(request, template, {**frame, **context})


def part(request: OfficeRequest, template: str, /, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return a part that takes its place in the page which asked for it; 422 for a form with mistakes."""
    return render(request, template, {"desk": request.desk, **context}, status=status)


def done(said: str, *, changed: str = "", warning: bool = False) -> HttpResponse:
    """Say what happened, close the panel, and let the parts of the page that show it look again.

    `changed` is an event of the page, such as `bookings-changed`: whoever shows these rows waits for it.
    """
    events: dict[str, Any] = {"office:said": {"text": said, "warning": warning}, "office:close": True}
    if changed:
        events[changed] = True
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})


def saying(answer: HttpResponse, said: str, *, changed: str = "", warning: bool = False) -> HttpResponse:
    """Let a part that takes its place say what happened, too."""
    events: dict[str, Any] = {"office:said": {"text": said, "warning": warning}}
    if changed:
        events[changed] = True
    answer["HX-Trigger"] = json.dumps(events)
    return answer


def moved_on(address: str) -> HttpResponse:
    """Lead the whole page to another address."""
    return HttpResponse(status=204, headers={"HX-Redirect": address})
