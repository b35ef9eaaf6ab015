"""What the desk writes on a client's card."""

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.models import Client
from bookings.operations import add_client, edit_client, keep_apart, set_blocked
from bookings.operations.apart import clients_with_phone
from botbackend.lib.errors import DomainError
from botbackend.office import answers, refusals
from botbackend.office.clients import selectors
from botbackend.office.clients.forms import CardForm, NewClientForm, NotesForm, shown
from botbackend.office.clients.views import own_client
from botbackend.office.desk import OfficeRequest, office_page

CHANGED = "clients-changed"
_MOST_KNOWN = 5


@require_http_methods(["GET", "POST"])
@office_page()
def new(request: OfficeRequest) -> HttpResponse:
    """Add a client; one whom the salon has already is shown first."""
    if request.method == "GET":
        return _new(request, NewClientForm(initial={"name": request.GET.get("name", "")[:200]}))
    form = NewClientForm(request.POST)
    if not form.is_valid():
        return _new(request, form, status=answers.REFUSED)
    known = _known(request, form.cleaned_data["phone"])
    if known and not form.cleaned_data["anyway"]:
        return _new(request, form, status=answers.CONFLICT, known=known)
    try:
        with transaction.atomic():
            made = add_client(project=request.desk.salon, origin=request.desk.origin, **form.given())
            _keep_apart(request, made, known)
    except DomainError as error:
        form.refuse(error)
        return _new(request, form, status=answers.REFUSED)
    return answers.moved_on(reverse("office:client", args=[request.desk.salon.slug, made.pk]))


@require_http_methods(["GET", "POST"])
@office_page()
def edit(request: OfficeRequest, client: int) -> HttpResponse:
    """Change name, phone and language."""
    row = own_client(request.desk, client)
    if request.method == "GET":
        return _edit(request, row, CardForm.of(row))
    form = CardForm(request.POST)
    if not form.is_valid():
        return _edit(request, row, form, status=answers.REFUSED)
    phone = form.cleaned_data["phone"]
    known = _known(request, phone, but=row) if phone != row.phone else []
    if known and not form.cleaned_data["anyway"]:
        return _edit(request, row, form, status=answers.CONFLICT, known=known)
    try:
        with transaction.atomic():
            _store(request, row, form.given(), form.cleaned_data["seen"])
            _keep_apart(request, row, known)
    except DomainError as error:
        form.refuse(error)
        return _edit(request, row, form, status=answers.REFUSED)
    return answers.done(_("The client is changed."), changed=CHANGED)


@require_POST
@office_page()
def notes(request: OfficeRequest, client: int) -> HttpResponse:
    """Keep what colleagues should know."""
    row = own_client(request.desk, client)
    form = NotesForm(request.POST)
    if form.is_valid():
        try:
            stored = _store(request, row, {"notes": form.cleaned_data["notes"]}, form.cleaned_data["seen"])
            form = NotesForm(initial=shown(stored, ["notes"]))
            return answers.part(request, "office/clients/notes.html", client=stored, form=form, saved=True)
        except DomainError as error:
            form.refuse(error)
    return answers.part(request, "office/clients/notes.html", status=answers.REFUSED, client=row, form=form)


@require_POST
@office_page()
def block(request: OfficeRequest, client: int) -> HttpResponse:
    """Let the client book no more by themselves, or again."""
    desk, row = request.desk, own_client(request.desk, client)
    blocked = request.POST.get("blocked") == "yes"
    try:
        set_blocked(project=desk.salon, client_id=row.pk, origin=desk.origin, blocked=blocked)
    except DomainError as error:
        return answers.done(refusals.told(error), warning=True)
    said = _("The client is blocked.") if blocked else _("The client may book again.")
    return answers.done(said, changed=CHANGED)


def _store(request: OfficeRequest, client: Client, given: dict[str, str], seen: str) -> Client:
    desk = request.desk
    return edit_client(project=desk.salon, client_id=client.pk, origin=desk.origin, given=given, seen=seen)


def _known(request: OfficeRequest, phone: str, *, but: Client | None = None) -> list[Client]:
    """Return who else has the phone: somebody has to say whether one of them is meant."""
    found = clients_with_phone(project=request.desk.salon, phone=phone)
    return [one for one in found if but is None or one.pk != but.pk][:_MOST_KNOWN]


def _keep_apart(request: OfficeRequest, client: Client, others: list[Client]) -> None:
    for other in others:
        pair = (client.pk, other.pk)
        keep_apart(project=request.desk.salon, client_ids=pair, origin=request.desk.origin)


def _edit(
    request: OfficeRequest,
    client: Client,
    form: CardForm,
    *,
    status: int = 200,
    known: list[Client] | None = None,
) -> HttpResponse:
    if not known:
        del form.fields["anyway"]
    context = {"client": client, "form": form, "known": selectors.with_visits(known or [])}
    return answers.part(request, "office/clients/edit.html", status=status, **context)


def _new(
    request: OfficeRequest, form: NewClientForm, *, status: int = 200, known: list[Client] | None = None
) -> HttpResponse:
    if not known:
        del form.fields["anyway"]
    rows = selectors.with_visits(known or [])
    return answers.part(request, "office/clients/new.html", status=status, form=form, known=rows)
