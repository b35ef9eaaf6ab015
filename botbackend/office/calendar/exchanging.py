"""The panel in which a visit gets other services: which, what comes of it, and whether there is time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from bookings.catalogue import Catalogue, catalogue
from bookings.engine.exchange import Exchange, check_exchange, exchange
from bookings.errors import BookingError
from bookings.models import Service
from bookings.values import Slot
from botbackend.office import answers, telling
from botbackend.office.asked import moment_in, number_in
from botbackend.office.calendar import acts, words
from botbackend.office.calendar.choices import Choice, choices_of
from botbackend.office.calendar.clashes import clashes_of
from botbackend.office.calendar.conflicts import told_now, told_of, way_out
from botbackend.office.calendar.forms import LONGEST_REASON, reasoned
from botbackend.office.calendar.offers import services_of
from botbackend.office.calendar.panels import Visit, visit_of
from botbackend.office.calendar.visits import changed, panel
from botbackend.office.desk import Desk, OfficeRequest, office_page
from botbackend.office.refusals import told


class ServicesForm(forms.Form):
    """A service for each row of the visit, none to leave it out, and others beside them."""

    edition = forms.CharField(max_length=64)
    at = forms.CharField(required=False, max_length=80)
    on_top = forms.BooleanField(required=False)
    overbook_reason = forms.CharField(required=False, max_length=LONGEST_REASON)
    tell = forms.BooleanField(required=False)
    added = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, visit: Visit, offered: Catalogue, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = visit
        choices = [(one.id, one.name) for one in offered.services]
        added: Any = self.fields["added"]
        added.choices = choices
        for row in visit.live:
            own = [] if row.service_id in dict(choices) else [(row.service_id, row.service.name)]
            self.fields[name_of(row.pk)] = forms.TypedChoiceField(
                choices=[("", ""), *own, *choices], coerce=int, empty_value=None, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Add `services` by row, and `start` where another time was chosen."""
        cleaned = super().clean() or {}
        wished = {row.pk: cleaned.get(name_of(row.pk)) for row in self.visit.live}
        cleaned["services"] = {pk: service for pk, service in wished.items() if service is not None}
        if not self.errors and not cleaned["services"] and not cleaned.get("added"):
            self.add_error(None, gettext_lazy("One service has to stay. To give up all, cancel the visit."))
        cleaned["start"] = None
        if at := cleaned.get("at"):
            cleaned["start"] = moment_in(at, self.visit.desk.zone)
            if cleaned["start"] is None:
                self.add_error(None, gettext_lazy("Choose one of the times that are offered."))
        return reasoned(self, cleaned)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows with the service that is chosen for each."""
        return [
            {"row": row, "name": name_of(row.pk), "chosen": self._chosen(row.pk, row.service_id),
             "choices": self.fields[name_of(row.pk)].choices[1:]}  # type: ignore[attr-defined]
            for row in self.visit.live
        ]  # fmt: skip

    def _chosen(self, pk: int, now: int) -> str:
        return str(self.data.get(name_of(pk), "")) if self.is_bound else str(now)


@dataclass(frozen=True)
class Preview:
    """The visit as it would be; `refused` says why it cannot, `at` is the other time that was chosen."""

    lines: list[tuple[datetime, datetime, str, str]] = field(default_factory=list)
    price: str = ""
    refused: str = ""
    way_out: str = ""
    choices: list[Choice] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    at: datetime | None = None


def name_of(pk: int) -> str:
    """Return what the field of a row is called."""
    return f"service-{pk}"


@require_http_methods(["GET", "POST"])
@office_page()
def services(request: OfficeRequest, booking: int) -> HttpResponse:
    """Other services: the form, and what comes of it."""
    shown, offered = visit_of(request.desk, booking), catalogue(project=request.desk.salon)
    if not shown.is_booked:
        status = 200 if request.method == "GET" else answers.CONFLICT
        return panel(
            request, shown, status=status, refused=_("Only a booked visit can be changed. Put it back first.")
        )
    form = ServicesForm(shown, offered, request.POST or None, initial={"edition": shown.edition})
    if request.method == "GET" or not form.is_valid():
        return _form_part(
            request, shown, form, offered, status=200 if request.method == "GET" else answers.REFUSED
        )
    try:
        done = acts.exchange(desk=request.desk, visit=shown, wish=form.cleaned_data)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        if not now.is_booked or error.code == "wrong_status":
            return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error))
        return _refused(request, now, form, offered, error)
    said = _("The services are changed.") + (" " + _("The client gets a message.") if done.told else "")
    return changed(panel(request, visit_of(request.desk, done.bookings[0].pk), said=said))


@require_GET
@office_page()
def services_times(request: OfficeRequest, booking: int) -> HttpResponse:
    """What the form says so far: when it would end, what it would cost, whether there is time."""
    shown = visit_of(request.desk, booking)
    seen = preview_of(request.desk, shown, request.GET)
    return answers.part(request, "office/calendar/services_part.html", preview=seen, asked=request.GET)


def preview_of(desk: Desk, visit: Visit, query: QueryDict) -> Preview:
    """Judge the wish by the rule of the act, without locks or writes."""
    known = set(Service.objects.filter(project=desk.salon).values_list("pk", flat=True))
    wished = {row.pk: number_in(query.get(name_of(row.pk), "")) for row in visit.live}
    kept = {pk: service for pk, service in wished.items() if service in known}
    added = [one for one in map(number_in, query.getlist("added")) if one in known]
    if not (kept or added):
        return Preview()
    at, now = moment_in(query.get("at", ""), desk.zone), timezone.now()
    plan = None
    try:
        plan = exchange(project=desk.salon, rows=visit.live, services=kept, added=added, now=now, start=at)
        slots = check_exchange(project=desk.salon, plan=plan, origin=desk.origin, now=now)
    except BookingError as error:
        return Preview(
            refused=told_of(desk, error, plan.pending if plan else [], plan.freed if plan else []),
            way_out=way_out(error),
            choices=choices_of(error.alternatives, anyone=True),
            clashes=_clashes(desk, visit, plan),
            at=at,
        )
    return replace(_preview(desk, visit, plan, slots), clashes=_clashes(desk, visit, plan), at=at)


def _clashes(desk: Desk, visit: Visit, plan: Exchange | None) -> list[str]:
    return clashes_of(desk, [visit.client.pk], plan.whole, [row.pk for row in visit.rows]) if plan else []


def _preview(desk: Desk, visit: Visit, plan: Exchange, slots: list[Slot]) -> Preview:
    same = [row for row in visit.live if row.pk in plan.kept and row.pk not in plan.changed]
    lines = [(row.start, row.end, row.service.name, row.specialist.name) for row in same]
    lines += [(slot.start, slot.end, slot.service, slot.specialist) for slot in slots]
    places = {row.pk: (row.specialist_id, row.service_id, row.full_price) for row in visit.live}
    prices = [row.full_price for row in same]
    for at, slot in enumerate(slots):
        pk = plan.changed[at] if at < len(plan.changed) else None
        was = places.get(pk) if pk is not None else None
        is_same = was is not None and was[:2] == (slot.specialist_id, slot.service_id)
        prices.append(was[2] if was is not None and is_same else slot.price)
    return Preview(sorted(lines, key=lambda line: line[0]), words.price_of(desk.salon, prices))


def _refused(
    request: OfficeRequest, shown: Visit, form: ServicesForm, offered: Catalogue, error: BookingError
) -> HttpResponse:
    wish = form.cleaned_data
    asked: Mapping[str, Any] = {"services": wish["services"], "added": wish["added"], "start": wish["start"]}
    try:
        plan = exchange(project=request.desk.salon, rows=shown.live, now=timezone.now(), **asked)
        refused = told_of(request.desk, error, plan.pending, plan.freed)
    except BookingError:  # there is no such visit at all, of too many services for one
        refused = told(error)
    return _form_part(request, shown, form, offered, status=answers.CONFLICT, refused=refused)


def _form_part(
    request: OfficeRequest, shown: Visit, form: ServicesForm, offered: Catalogue, *, status: int, **more: Any
) -> HttpResponse:
    chosen = {str(one) for one in form["added"].value() or ()}
    query = request.POST.copy()
    for line in form.lines:
        query[line["name"]] = line["chosen"]
    context = {
        "visit": shown,
        "form": form,
        "preview": preview_of(request.desk, shown, query),
        "asked": query,
        "services": services_of(request.desk, offered, chosen, shown.live[-1].specialist_id),
        "can_tell": telling.open_dialogue(shown.client) is not None,
        **more,
    }
    return answers.part(request, "office/calendar/services.html", status=status, **context)
