"""The pages of the calendar, and what it asks for while it is open."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bookings.models import rules_of
from botbackend.office import answers, asked
from botbackend.office.calendar import listing, paper
from botbackend.office.calendar.absence import absence_in
from botbackend.office.calendar.selectors import (
    MOST_DAYS,
    Range,
    calendar_of,
    mark_of,
    naive_text,
    offset_of,
    rules_of_range,
)
from botbackend.office.calendar.showing import Showing
from botbackend.office.desk import EVERYBODY, OfficeRequest, office_page


@require_GET
@office_page(EVERYBODY, may_lag=True)
def calendar(request: OfficeRequest) -> HttpResponse:
    """A day, a week or a list of visits."""
    desk = request.desk
    showing = Showing.of(desk, request.GET)
    context: dict[str, Any] = {"showing": showing, "room": "calendar"}
    if showing.view == "list":
        return answers.page(request, "office/calendar/list_page.html", **context, **listing.of(desk, showing))
    data = calendar_of(desk, showing.range, columns=showing.view == "day")
    now = naive_text(timezone.localtime())
    setup = showing.setup(first=data, now=now, snap=min(rules_of(desk.salon).slot_minutes, 30))
    people = data["specialists"]
    context |= {
        "setup": setup,
        "people": people,
        "turn": neighbours(people, data["begin"], showing.specialist),
    }
    return answers.page(request, "office/calendar/calendar.html", **context)


def neighbours(people: list[dict[str, Any]], begin: str, only: int | None) -> dict[str, str]:
    """Return the names in the bar of a phone, as its script writes them: names that came later moved it."""
    numbers = [str(one["id"]) for one in people]
    at = next((numbers.index(one) for one in (str(only), begin) if one in numbers), 0)
    titles = [str(one["title"]) for one in people]
    away = [str(one["away"]) for one in people]
    alone = only is not None
    return {
        "before": titles[at - 1] if at > 0 and not alone else "",
        "shown": titles[at] if titles else "",
        "away": away[at] if away else "",
        "after": titles[at + 1] if at + 1 < len(titles) and not alone else "",
    }


@require_GET
@office_page(EVERYBODY, may_lag=True)
def visits_list(request: OfficeRequest) -> HttpResponse:
    """The list alone, as it is now."""
    showing = Showing.of(request.desk, request.GET)
    context = listing.of(request.desk, showing)
    return answers.part(request, "office/calendar/list.html", showing=showing, **context)


@require_GET
@office_page(EVERYBODY, may_lag=True)
def on_paper(request: OfficeRequest) -> HttpResponse:
    """The same days as a sheet to print."""
    showing = Showing.of(request.desk, request.GET)
    has_notes = request.GET.get("notes") == "1"
    days = paper.of(request.desk, showing, has_notes=has_notes)
    context: dict[str, Any] = {"days": days, "has_notes": has_notes, "now": timezone.now()}
    return answers.page(request, "office/calendar/paper.html", room="calendar", showing=showing, **context)


@require_GET
@office_page(EVERYBODY, may_lag=True)
def events(request: OfficeRequest) -> HttpResponse:
    """What the calendar draws of a range."""
    columns = request.GET.get("columns") == "1"
    return answers.data(calendar_of(request.desk, asked_range(request), columns=columns))


@require_GET
@office_page(EVERYBODY, may_lag=True)
def pulse(request: OfficeRequest) -> HttpResponse:
    """Whether anything in a range is another than a moment ago: three queries, and no visit."""
    asked = asked_range(request)
    rules = rules_of_range(request.desk, asked)
    mark = mark_of(request.desk, asked, rules, absence_in(request.desk, asked.first, asked.until, rules))
    return answers.data({"mark": mark, "offset": offset_of(request.desk)})


def asked_range(request: HttpRequest) -> Range:
    """Return the range of the query, else today. Raises BadRequest for one that is none, or too long."""
    found = asked.range_in(request.GET, today=timezone.localdate(), longest=MOST_DAYS)
    if found is None:
        raise BadRequest(f"A range is 1 to {MOST_DAYS} days, each a date.")
    return Range(*found, asked.number_in(request.GET.get("specialist", "")))
