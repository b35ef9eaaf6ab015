"""Pages of what the assistant costs, and of the owner's ceiling."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ai.claude.budget import month_to_date
from ai.models import assistant_of
from ai.salon.money import Bill, bill_of, set_own_ceiling
from botbackend.office import answers
from botbackend.office.assistant.forms import CeilingForm, MonthForm
from botbackend.office.desk import OWNERS, OfficeRequest, office_page
from botbackend.office.dollars import dollars
from botbackend.office.figures.charts import Bars, bars_of

PURPOSES: dict[str, Promise] = {
    "understand": gettext_lazy("Understanding messages"),
    "respond": gettext_lazy("Writing answers"),
    "check": gettext_lazy("Checking answers"),
    "compress": gettext_lazy("Summing up old talks"),
    "try": gettext_lazy("Trying prompts out"),
}


@require_GET
@office_page()
def cost(request: OfficeRequest) -> HttpResponse:
    """A month: so far, per day, per model and purpose."""
    return _page(request, CeilingForm(initial={"usd": assistant_of(request.desk.salon).own_budget_usd}))


def _page(request: OfficeRequest, form: CeilingForm, *, status: int = 200) -> HttpResponse:
    desk = request.desk
    today = timezone.now().astimezone(desk.zone).date()
    first = MonthForm.read(request.GET.get("month", ""), otherwise=today)
    following = _following(first)
    bill = bill_of(project=desk.salon, first=_midnight(first, desk.zone), end=_midnight(following, desk.zone))
    days = _days(bill, first, following)
    response = answers.page(
        request,
        "office/assistant/cost.html",
        room="assistant",
        tab="cost",
        form=form,
        bill=bill,
        days=days,
        chart=_chart(days),
        shares=[(PURPOSES.get(share.purpose, share.purpose), share) for share in bill.shares],
        settings=assistant_of(desk.salon),
        month=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=following if following <= today else None,
        is_now=first == today.replace(day=1),
    )
    response.status_code = status
    return response


def _following(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: object) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)  # type: ignore[arg-type]


def _days(bill: Bill, first: date, following: date) -> list[tuple[date, Decimal]]:
    """Return every day of the month with what it cost."""
    days = [first + timedelta(days=place) for place in range((following - first).days)]
    return [(day, bill.days.get(day, Decimal(0))) for day in days]


def _chart(days: list[tuple[date, Decimal]]) -> Bars:
    shown = [
        (date_format(day, "j.m"), float(usd), f"{date_format(day, 'SHORT_DATE_FORMAT')}: {dollars(usd)}")
        for day, usd in days
    ]
    return bars_of(shown, written=dollars)


@require_POST
@office_page(OWNERS)
def ceiling(request: OfficeRequest) -> HttpResponse:
    """Set the owner's own ceiling."""
    form = CeilingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=answers.REFUSED)
    set_own_ceiling(project=request.desk.salon, usd=form.cleaned_data["usd"])
    _say_what_holds(request)
    return HttpResponseRedirect(reverse("office:assistant-cost", args=[request.desk.salon.slug]))


def _say_what_holds(request: OfficeRequest) -> None:
    """Say what the ceiling that was saved means for the present month."""
    salon = request.desk.salon
    limit = assistant_of(salon).ceiling_usd
    if month_to_date(project=salon) >= limit:
        said = _("Saved. So much is spent already: from now on the assistant answers with menus.")
        messages.warning(request, said)
    else:
        said = _("Saved. At the ceiling the assistant answers with menus, without a model.")
        messages.success(request, said)
