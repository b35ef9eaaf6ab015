"""The week of a specialist and that of the salon."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings.models import Specialist
from bookings.operations.setup import SalonWeek, Week, set_salon_week, set_week
from bookings.operations.setup.hours import salon_week_shown, week_shown
from botbackend.office import answers
from botbackend.office.desk import FULL_STAFF, OfficeRequest, office_page
from botbackend.office.team import selectors
from botbackend.office.team.saving import REFUSED, attempt, editor_of, seen_after
from botbackend.office.team.weeks import Entry, WeekForm
from projects.models import Project

READ_OR_SAVE = ["GET", "HEAD", "POST"]
OPENING = "opening"


@require_GET
@office_page(FULL_STAFF)
def team(request: OfficeRequest) -> HttpResponse:
    """Everybody with their week in short."""
    return answers.page(
        request, "office/team/team.html", room="team", tab="hours", **people_shown(request.desk.salon)
    )


@require_GET
@office_page(FULL_STAFF)
def people(request: OfficeRequest) -> HttpResponse:
    """The list alone, after something changed."""
    return answers.part(request, "office/team/people.html", **people_shown(request.desk.salon))


def people_shown(salon: Project) -> dict[str, Any]:
    """Return what the list of specialists shows."""
    active, aside = selectors.people(salon)
    breaks = selectors.salon_breaks(salon)
    return {
        "active": active,
        "aside": aside,
        "kind": "specialist",
        "opening": selectors.opening_of(salon),
        "closed": selectors.days_in_words(selectors.closed_days(breaks)),
        "seen": selectors.seen_order([one.row for one in active]),
    }


@dataclass
class WeekPage:
    """What the form of a week shows, whoever's it is."""

    form: WeekForm
    specialist: Specialist | None
    is_own: bool = True
    opening: Entry | None = None

    def refuse(self, mistakes: dict[str, list[str]]) -> None:
        """Put each mistake to its pair of times."""
        if self.opening is not None and OPENING in mistakes:
            self.opening.refuse([_(said) for said in mistakes.pop(OPENING)])
        self.form.refuse(mistakes)


@require_http_methods(READ_OR_SAVE)
@office_page(FULL_STAFF)
def hours(request: OfficeRequest, specialist: int) -> HttpResponse:
    """The week of a specialist; saving answers the form as it is stored then."""
    salon = request.desk.salon
    row = get_object_or_404(Specialist, pk=specialist, project=salon)
    shown = _stored_week(row)
    status = 200
    if request.method == "POST":
        shown = WeekPage(WeekForm.typed(request.POST), row, request.POST.get("own") == "yes")
        status = _save_week(request, row, shown)
        if status == 200:
            row.refresh_from_db()
            shown = _stored_week(row)
    seen = seen_after(request, status, lambda: week_shown(row))
    stored = selectors.summary(selectors.clocks_of(row)[0]) if status == 409 else []
    return _week(request, shown, status, seen=seen, stored=stored)


def _stored_week(row: Specialist) -> WeekPage:
    ranges, breaks = selectors.clocks_of(row)
    return WeekPage(WeekForm.of(hours=ranges, breaks=breaks), row, row.has_own_hours)


def _save_week(request: OfficeRequest, row: Specialist, page: WeekPage) -> int:
    ranges, breaks = page.form.read(with_hours=page.is_own)
    if page.form.is_wrong:
        return REFUSED
    week = Week(hours=ranges if page.is_own else None, breaks=breaks)
    editor = editor_of(request)
    salon = request.desk.salon
    return attempt(page, lambda: set_week(project=salon, specialist_id=row.pk, week=week, editor=editor))


@require_http_methods(READ_OR_SAVE)
@office_page(FULL_STAFF)
def salon_hours(request: OfficeRequest) -> HttpResponse:
    """The salon's hours of every day, its closed weekdays, and breaks that hold for everybody."""
    salon = request.desk.salon
    shown = _stored_salon(salon)
    status = 200
    if request.method == "POST":
        typed = request.POST
        opening = Entry(OPENING, 0, typed.get("opening-start", ""), typed.get("opening-end", ""))
        shown = WeekPage(WeekForm.typed(typed), None, opening=opening)
        status = _save_salon(request, shown)
        shown = _stored_salon(salon) if status == 200 else shown
    seen = seen_after(request, status, lambda: salon_week_shown(salon))
    return _week(request, shown, status, seen=seen, stored=[])


def _stored_salon(salon: Project) -> WeekPage:
    form = WeekForm.of(hours=[], breaks=selectors.salon_breaks(salon), with_closed=True)
    return WeekPage(form, None, opening=Entry(OPENING, 0, *selectors.opening_of(salon)))


def _save_salon(request: OfficeRequest, page: WeekPage) -> int:
    """Who is no owner changes the breaks only: the hours of the day are the owner's."""
    _hours, breaks = page.form.read()
    span = page.opening.span() if page.opening and request.desk.is_owner else None
    if page.form.is_wrong or (page.opening and page.opening.is_bad):
        return REFUSED
    week = SalonWeek(opening=(span.start, span.end) if span else None, breaks=breaks)
    editor = editor_of(request)
    return attempt(page, lambda: set_salon_week(project=request.desk.salon, week=week, editor=editor))


def _week(request: OfficeRequest, page: WeekPage, status: int, **context: Any) -> HttpResponse:
    salon = request.desk.salon
    if page.specialist is not None:
        _name_salon_breaks(page.form, salon)
    is_saved = request.method == "POST" and status == 200
    shown = {
        "week": page,
        "salon_opening": selectors.opening_of(salon),
        "outside": selectors.outside_hours(salon, page.specialist.pk if page.specialist else None),
        "is_saved": is_saved,
        "tab": "hours",
        **context,
    }
    if request.method == "POST":
        answer = answers.part(request, "office/team/week.html", status=status, **shown)
        return answers.saying(answer, _("The hours are saved.")) if is_saved else answer
    return answers.page(request, "office/team/hours.html", room="team", **shown)


def _name_salon_breaks(form: WeekForm, salon: Project) -> None:
    breaks = selectors.salon_breaks(salon)
    closed = selectors.closed_days(breaks)
    for day, start, end in breaks:
        said = selectors.clock_range(start, end)
        form.days[day].salon_breaks.append(_("the salon is closed") if day in closed else said)
