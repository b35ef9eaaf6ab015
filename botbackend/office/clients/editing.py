"""What the desk writes on a client's card."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.models import Client
from bookings.models.clients import phone_index_in
from bookings.operations import add_client, edit_client, set_blocked
from botbackend.lib.errors import DomainError
from botbackend.office import answers, refusals
from botbackend.office.clients.forms import CardForm, NewClientForm, NotesForm, shown
from botbackend.office.clients.views import own_client
from botbackend.office.desk import OfficeRequest, office_page

CHANGED = "clients-changed"


@require_http_methods(["GET", "POST"])
@office_page()
def new(request: OfficeRequest) -> HttpResponse:
    """Add a client; one whom the salon has already is shown first."""
    if request.method == "GET":
        return _new(request, NewClientForm(initial={"name": request.GET.get("name", "")[:200]}))
    form = NewClientForm(request.POST)
    if not form.is_valid():
        return _new(request, form, status=answers.REFUSED)
    known = [] if form.cleaned_data["anyway"] else _known(request, form.cleaned_data["phone"])
    if known:
        return _new(request, form, status=409, known=known)
    try:
        made = add_client(project=request.desk.salon, origin=request.desk.origin, **form.given())
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
        return answers.part(request, "office/clients/edit.html", client=row, form=CardForm.of(row))
    form = CardForm(request.POST)
    if form.is_valid():
        try:
            _store(request, row, form.given(), form.cleaned_data["seen"])
        except DomainError as error:
            form.refuse(error)
    if form.errors:
        return answers.part(
            request, "office/clients/edit.html", status=answers.REFUSED, client=row, form=form
        )
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


def _known(request: OfficeRequest, phone: str) -> list[Client]:
    index = phone_index_in(request.desk.salon, phone)
    rows = Client.objects.filter(project=request.desk.salon, merged_into=None, phone_index=index)
    return list(rows.defer("notes").order_by("pk")[:5]) if index else []


def _new(
    request: OfficeRequest, form: NewClientForm, *, status: int = 200, known: list[Client] | None = None
) -> HttpResponse:
    if not known:
        del form.fields["anyway"]
    return answers.part(request, "office/clients/new.html", status=status, form=form, known=known)
