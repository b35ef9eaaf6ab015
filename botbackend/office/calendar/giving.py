"""The panel in which a visit is given to the client whose it is."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings.errors import BookingError
from bookings.models import Client
from bookings.values import Item
from botbackend.office import answers, telling
from botbackend.office.calendar import acts
from botbackend.office.calendar.clashes import clashes_of, clients_meant
from botbackend.office.calendar.conflicts import told_now
from botbackend.office.calendar.forms import GiveForm
from botbackend.office.calendar.panels import Visit, visit_of
from botbackend.office.calendar.visits import changed, panel
from botbackend.office.desk import OfficeRequest, office_page


@require_http_methods(["GET", "POST"])
@office_page()
def give(request: OfficeRequest, booking: int) -> HttpResponse:
    """Another client: whose it is instead, and who hears of it."""
    shown = visit_of(request.desk, booking)
    if not (shown.is_booked or shown.has_ended):
        status = 200 if request.method == "GET" else answers.CONFLICT
        return panel(request, shown, status=status, refused=_("Put the visit back first."))
    if request.method == "GET":
        return _form_part(request, shown, GiveForm(shown))
    form = GiveForm(shown, request.POST)
    if not form.is_valid():
        return _form_part(request, shown, form, known=form.known, status=answers.REFUSED)
    if sharing := form.sharing():
        return _form_part(request, shown, form, status=answers.CONFLICT, sharing=sharing)
    try:
        done = acts.give(desk=request.desk, visit=shown, form=form)
    except BookingError as error:
        now = visit_of(request.desk, booking)
        if error.code == "wrong_status":
            return panel(request, now, status=answers.CONFLICT, refused=told_now(now, error))
        refused = told_now(now, error)
        return _form_part(request, now, form, known=form.known, status=answers.CONFLICT, refused=refused)
    said = _("The visit is this client's now.") + (" " + _("A message is on its way.") if done.told else "")
    return changed(panel(request, visit_of(request.desk, booking), said=said))


@require_GET
@office_page()
def give_look(request: OfficeRequest, booking: int) -> HttpResponse:
    """Where else the client who is meant is booked then."""
    shown = visit_of(request.desk, booking)
    meant = [one for one in clients_meant(request.desk, request.GET) if one != shown.client.pk]
    return answers.part(request, "office/calendar/clashes.html", clashes=_clashes(shown, meant))


def _clashes(shown: Visit, clients: list[int]) -> list[str]:
    items = [Item(row.service_id, row.specialist_id, row.start, row.guest_name) for row in shown.live]
    return clashes_of(shown.desk, clients, items, shown.ids) if shown.is_booked else []


def _form_part(
    request: OfficeRequest,
    shown: Visit,
    form: GiveForm,
    *,
    known: Client | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    can_tell = known is not None and telling.open_dialogue(known) is not None
    context = {
        "visit": shown,
        "form": form,
        "known": known,
        "can_tell": can_tell,
        "can_tell_former": telling.open_dialogue(shown.client) is not None,
        "clashes": _clashes(shown, [known.pk] if known else []),
        **context,
    }
    return answers.part(request, "office/calendar/give.html", status=status, **context)
