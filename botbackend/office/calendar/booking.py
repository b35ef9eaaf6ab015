"""The panel of a new visit: who comes, for what, when."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bookings.catalogue import Catalogue, catalogue
from bookings.errors import BookingError
from bookings.models import Client
from botbackend.office import answers, telling
from botbackend.office.asked import day_in, moment_in, number_in
from botbackend.office.calendar import acts
from botbackend.office.calendar.conflicts import told_of
from botbackend.office.calendar.forms import VisitForm, client_numbered, is_phone
from botbackend.office.calendar.hands import hands_of
from botbackend.office.calendar.heeding import heed_of
from botbackend.office.calendar.offers import offer_of, services_of
from botbackend.office.calendar.saying import said_after, where_it_stands
from botbackend.office.clients.selectors import find_clients
from botbackend.office.desk import OfficeRequest, office_page

_FOUND = 6


@require_http_methods(["GET", "POST"])
@office_page()
def visit_new(request: OfficeRequest) -> HttpResponse:
    """Book: the form, and what comes of it."""
    offered = catalogue(project=request.desk.salon)
    if request.method == "GET":
        form = VisitForm(request.desk, offered, initial=_as_asked(request))
        known = _client_asked_for(request)
        return _form_part(request, form, offered, known=known)
    form = VisitForm(request.desk, offered, request.POST)
    if not form.is_valid():
        return _form_part(request, form, offered, known=form.known, status=answers.REFUSED)
    if sharing := form.sharing():
        return _form_part(request, form, offered, known=None, status=answers.CONFLICT, sharing=sharing)
    try:
        made = acts.book(desk=request.desk, form=form)
    except BookingError as error:
        return _refused(request, form, offered, error)
    there = where_it_stands(request.desk, made.bookings[0])
    return answers.done(said_after("booked", told=made.told), changed="bookings-changed", link=there)


@require_GET
@office_page()
def times(request: OfficeRequest) -> HttpResponse:
    """Is the chosen time free, what does it cost, and what is free near it?"""
    offered = catalogue(project=request.desk.salon)
    offer = offer_of(request.desk, offered, request.GET)
    context: dict[str, Any] = {"offer": offer, "hands": hands_of(offered, request.GET), "asked": request.GET}
    return answers.part(request, "office/calendar/times_part.html", **context)


@require_GET
@office_page()
def clients(request: OfficeRequest) -> HttpResponse:
    """Those whom somebody may mean by what is typed so far."""
    phone = request.GET.get("phone", "").strip()
    text = phone or request.GET.get("name", "").strip()
    found = find_clients(salon=request.desk.salon, text=text[:200], limit=_FOUND) if len(text) > 1 else []
    is_whole = not phone or is_phone(phone, country=request.desk.salon.home_country)
    return answers.part(request, "office/calendar/clients.html", found=found, asked=text, is_whole=is_whole)


@require_GET
@office_page()
def client_chosen(request: OfficeRequest, client: int) -> HttpResponse:
    """The client in the place of the fields."""
    known = _client_or_404(request, client)
    can_tell = telling.open_dialogue(known) is not None
    heed = heed_of(known)
    part = answers.part(request, "office/calendar/client.html", known=known, can_tell=can_tell, heed=heed)
    return _chosen(part)


@require_GET
@office_page()
def client_open(request: OfficeRequest) -> HttpResponse:
    """The fields in the place of the client."""
    return _chosen(answers.part(request, "office/calendar/client.html", known=None))


def _chosen(response: HttpResponse) -> HttpResponse:
    """Let the form look anew whether whoever comes is booked elsewhere then."""
    response["HX-Trigger-After-Swap"] = "client-chosen"
    return response


def _refused(
    request: OfficeRequest, form: VisitForm, offered: Catalogue, error: BookingError
) -> HttpResponse:
    refused = told_of(request.desk, error, acts.items_of(request.desk, form.cleaned_data))
    return _form_part(request, form, offered, known=form.known, status=answers.CONFLICT, refused=refused)


def _form_part(
    request: OfficeRequest,
    form: VisitForm,
    offered: Catalogue,
    *,
    known: Client | None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    can_tell = known is not None and telling.open_dialogue(known) is not None
    chosen = {str(one) for one in form["services"].value() or ()}
    query = request.POST.copy()
    query["auto"] = ""  # what was sent was chosen
    context = {
        "form": form,
        "known": known,
        "can_tell": can_tell,
        "heed": heed_of(known),
        "offer": offer_of(request.desk, offered, query),
        "hands": hands_of(offered, query),
        "asked": query,
        "services": services_of(
            request.desk, offered, chosen, number_in(str(form["specialist"].value() or ""))
        ),
        "specialists": offered.specialists,
        **context,
    }
    return answers.part(request, "office/calendar/new.html", status=status, **context)


def _as_asked(request: OfficeRequest) -> dict[str, Any]:
    """Return what the form begins with; a moment of another zone is brought to the salon's clock."""
    start = moment_in(request.GET.get("start", ""), request.desk.zone)
    day = day_in(request.GET.get("day", "")) or timezone.localdate()
    return {
        "key": uuid.uuid4().hex,
        "specialist": request.GET.get("specialist", ""),
        "day": day if start is None else start.date(),
        "time": "" if start is None else start.strftime("%H:%M"),
        "auto": day.isoformat() if start is None else "",
        "tell": True,
    }


def _client_asked_for(request: OfficeRequest) -> Client | None:
    number = number_in(request.GET.get("client", ""))
    return None if number is None else _client_or_404(request, number)


def _client_or_404(request: OfficeRequest, number: int) -> Client:
    found = client_numbered(request.desk.salon, number)
    if found is None:
        raise Http404
    return found
