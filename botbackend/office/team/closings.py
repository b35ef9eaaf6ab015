"""Leave and other hours of single days, on a calendar with the visits that they hit."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.errors import VisitsInTheWay
from bookings.limits import FIRST_YEAR, LAST_YEAR
from bookings.models import Booking, DateOverride, DayOff
from bookings.operations.setup import (
    LeaveValues,
    OverrideValues,
    remove_leave,
    remove_override,
    save_leave,
    save_override,
)
from bookings.operations.setup.closings import leave_shown, override_shown
from botbackend.lib.errors import DomainError
from botbackend.office import answers
from botbackend.office.asked import numbers_in
from botbackend.office.desk import FULL_STAFF, OfficeRequest, office_page
from botbackend.office.refusals import told
from botbackend.office.team import months, selectors
from botbackend.office.team.closing_forms import LeaveForm, OverrideForm, WhoseField
from botbackend.office.team.forms import TeamForm
from botbackend.office.team.saving import CONFLICT, REFUSED, attempt, editor_of, seen_after, typed_in
from botbackend.office.team.weeks import WeekForm

READ_OR_SAVE = ["GET", "HEAD", "POST"]
CHANGED = "team-changed"
ONE_DAY = 0  # the hours of a date are typed as those of a weekday are


@require_GET
@office_page(FULL_STAFF)
def leave(request: OfficeRequest) -> HttpResponse:
    """A month of it."""
    return answers.page(request, "office/team/leave.html", room="team", tab="leave", **_month(request))


@require_GET
@office_page(FULL_STAFF)
def month(request: OfficeRequest) -> HttpResponse:
    """The calendar alone, after something changed."""
    return answers.part(request, "office/team/month.html", **_month(request))


def _month(request: OfficeRequest) -> dict[str, Any]:
    first = _date_in(f"{request.GET.get('month', '')}-01").replace(day=1)
    today = timezone.localdate()
    return {"month": months.month(request.desk.salon, first, today=today), "today": today}


@require_GET
@office_page(FULL_STAFF)
def day(request: OfficeRequest) -> HttpResponse:
    """What one date has, and what can be added to it."""
    asked = _date_in(request.GET.get("date", ""))
    cell, visits = months.one_day(request.desk.salon, asked)
    return answers.part(request, "office/team/day.html", cell=cell, visits=visits)


def _date_in(text: str) -> date:
    """Return the date that an address names, today where it names none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return found if FIRST_YEAR < found.year < LAST_YEAR else timezone.localdate()


@require_http_methods(READ_OR_SAVE)
@office_page(FULL_STAFF)
def new_leave(request: OfficeRequest) -> HttpResponse:
    """Add a leave."""
    return _leave_panel(request, None)


@require_http_methods(READ_OR_SAVE)
@office_page(FULL_STAFF)
def change_leave(request: OfficeRequest, day_off: int) -> HttpResponse:
    """Change a leave."""
    return _leave_panel(request, get_object_or_404(DayOff, pk=day_off, project=request.desk.salon))


def _leave_panel(request: OfficeRequest, row: DayOff | None) -> HttpResponse:
    initial: dict[str, Any] = {"specialist": request.GET.get("specialist")}
    initial |= dict.fromkeys(("first", "last"), _date_in(request.GET.get("date", "")))
    if row is not None:
        initial = {"first": row.date_from, "last": row.date_to, "reason": row.reason}
        initial["specialist"] = row.specialist_id or WhoseField.SALON
    besides = row.specialist_id if row else None
    form = LeaveForm(typed_in(request), salon=request.desk.salon, besides=besides, initial=initial)
    hit: list[int] = []
    status = 200
    if request.method == "POST":
        status = _save_leave(request, row, form, hit)
        if status == 200:
            return _saved(request, _("The leave is saved."), form.cleaned_data["first"])
    seen = seen_after(request, status, lambda: leave_shown(row) if row else "")
    shown = {"form": form, "row": row, "seen": seen, "visits": _visits(request, hit)}
    return answers.part(request, "office/team/leave_form.html", status=status, **shown)


def _save_leave(request: OfficeRequest, row: DayOff | None, form: LeaveForm, hit: list[int]) -> int:
    if not form.is_valid():
        return REFUSED
    typed = form.cleaned_data
    who = typed["specialist"]
    values = LeaveValues(who.pk if who else None, typed["first"], typed["last"], typed["reason"])
    return _attempt(
        form,
        hit,
        lambda: save_leave(
            project=request.desk.salon,
            leave_id=row.pk if row else None,
            values=values,
            accepts=_accepted(request),
            editor=editor_of(request),
        ),
    )


def _saved(request: OfficeRequest, said: str, first: date) -> HttpResponse:
    """Say so; where visits were hit, lead to the list of them, whatever month is open."""
    if not _accepted(request):
        return answers.done(said, changed=CHANGED)
    messages.success(request, said)
    month = reverse("office:team-leave-month", args=[request.desk.salon.slug])
    # A mark alone would not load the page anew where its month is open already.
    return answers.moved_on(f"{month}?month={first:%Y-%m}&saved={get_random_string(6)}#hit")


def _attempt(form: TeamForm, hit: list[int], save: Any) -> int:
    """Save; visits that are hit and were not shown yet are put into `hit`."""
    try:
        return attempt(form, save)
    except VisitsInTheWay as error:
        hit += error.booking_ids
        return CONFLICT


def _accepted(request: OfficeRequest) -> list[int]:
    return numbers_in(request.POST.getlist("accepts"))


def _visits(request: OfficeRequest, hit: list[int]) -> list[Booking]:
    rows = Booking.objects.filter(project=request.desk.salon, pk__in=hit).order_by("start", "pk")
    return selectors.shown_visits(rows) if hit else []


@require_POST
@office_page(FULL_STAFF)
def drop_leave(request: OfficeRequest, day_off: int) -> HttpResponse:
    """Take a leave back."""
    salon = request.desk.salon
    get_object_or_404(DayOff, pk=day_off, project=salon)
    try:
        remove_leave(project=salon, leave_id=day_off, editor=editor_of(request))
    except DomainError as error:
        return answers.done(told(error), changed=CHANGED, warning=True)
    return answers.done(_("The leave is taken back: these days are open again."), changed=CHANGED)


@require_http_methods(READ_OR_SAVE)
@office_page(FULL_STAFF)
def new_override(request: OfficeRequest) -> HttpResponse:
    """Give a day other hours."""
    return _override_panel(request, None)


@require_http_methods(READ_OR_SAVE)
@office_page(FULL_STAFF)
def change_override(request: OfficeRequest, override: int) -> HttpResponse:
    """Change the other hours of a day."""
    return _override_panel(request, get_object_or_404(DateOverride, pk=override, project=request.desk.salon))


def _override_panel(request: OfficeRequest, row: DateOverride | None) -> HttpResponse:
    initial: dict[str, Any] = {"specialist": request.GET.get("specialist")}
    initial |= {"date": _date_in(request.GET.get("date", ""))}
    clocks = [(ONE_DAY, start, end) for start, end in row.ranges] if row else []
    besides = row.specialist_id if row else None
    if row is not None:
        initial = {"specialist": row.specialist_id or WhoseField.SALON, "date": row.date}
    salon, is_stored = request.desk.salon, row is not None
    form = OverrideForm(typed_in(request), salon=salon, besides=besides, is_stored=is_stored, initial=initial)
    week = WeekForm.of(hours=clocks, breaks=[])
    hit: list[int] = []
    status = 200
    if request.method == "POST":
        week = WeekForm.typed(request.POST)
        status = _save_override(request, row, form, week, hit)
        if status == 200:
            return _saved(request, _("The hours of this day are saved."), form.cleaned_data["date"])
    seen = seen_after(request, status, lambda: override_shown(row) if row else "")
    shown: dict[str, Any] = {"form": form, "row": row, "seen": seen, "visits": _visits(request, hit)}
    shown |= {"is_closed": row is not None and not row.ranges and request.method != "POST"}
    shown |= {"day": week.days[ONE_DAY], "salon_opening": selectors.opening_of(salon)}
    return answers.part(request, "office/team/override_form.html", status=status, **shown)


def _save_override(
    request: OfficeRequest, row: DateOverride | None, form: OverrideForm, week: WeekForm, hit: list[int]
) -> int:
    is_closed = "closed" in request.POST
    spans, _breaks = week.read(with_hours=not is_closed)
    if not spans and not is_closed and not week.is_wrong:
        week.refusals.append(_("Write the hours of this day, or tick that it is closed."))
    form_is_valid = form.is_valid()
    for said in week.refusals:
        form.add_error(None, said)
    if not form_is_valid or week.is_wrong:
        return REFUSED
    who = form.cleaned_data["specialist"]
    ranges = tuple((span.start, span.end) for span in spans)
    values = OverrideValues(who.pk if who else None, form.cleaned_data["date"], ranges)
    return _attempt(
        form,
        hit,
        lambda: save_override(
            project=request.desk.salon,
            override_id=row.pk if row else None,
            values=values,
            accepts=_accepted(request),
            editor=editor_of(request),
        ),
    )


@require_POST
@office_page(FULL_STAFF)
def drop_override(request: OfficeRequest, override: int) -> HttpResponse:
    """Let the week hold again on that day; visits of an extra day are shown first."""
    salon = request.desk.salon
    row = get_object_or_404(DateOverride, pk=override, project=salon)
    try:
        remove_override(
            project=salon, override_id=override, accepts=_accepted(request), editor=editor_of(request)
        )
    except VisitsInTheWay as error:
        shown = {"row": row, "visits": _visits(request, error.booking_ids), "seen": request.POST.get("seen")}
        return answers.part(request, "office/team/override_drop.html", status=CONFLICT, **shown)
    except DomainError as error:
        return answers.done(told(error), changed=CHANGED, warning=True)
    return answers.done(_("The usual hours hold again on this day."), changed=CHANGED)
