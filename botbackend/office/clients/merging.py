"""Two cards of one person made one, and taken apart again."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.models import Client
from bookings.operations import keep_apart, merge_clients, undo_merge
from botbackend.lib.errors import DomainError
from botbackend.office import answers, refusals
from botbackend.office.asked import number_in
from botbackend.office.clients import selectors
from botbackend.office.clients.views import asked, own_client
from botbackend.office.desk import OfficeRequest, office_page


@require_GET
@office_page()
def alike(request: OfficeRequest) -> HttpResponse:
    """Those of the salon's clients who may be one person."""
    page = selectors.all_alike(salon=request.desk.salon, after=request.GET.get("after", "")[:80])
    return answers.page(request, "office/clients/alike.html", room="clients", page=page)


@require_GET
@office_page()
def choose(request: OfficeRequest, client: int) -> HttpResponse:
    """Look for the other card of this person."""
    row, text = own_client(request.desk, client), asked(request)
    others = selectors.find_clients(salon=row.project, text=text) if text else selectors.alike(row, limit=20)
    rows = selectors.with_visits([one for one in others if one.pk != row.pk])
    name = "office/clients/others.html" if "q" in request.GET else "office/clients/choose.html"
    return answers.part(request, name, client=row, rows=rows, asked=text)


@require_http_methods(["GET", "POST"])
@office_page()
def merge(request: OfficeRequest, client: int, other: int) -> HttpResponse:
    """Say which name and phone stay, and make both one."""
    desk, pair = request.desk, (own_client(request.desk, client), own_client(request.desk, other))
    if request.method == "GET" or pair[0] == pair[1]:
        return _compared(request, pair)
    ids = (pair[0].pk, pair[1].pk)
    try:
        done = merge_clients(
            project=desk.salon,
            client_ids=ids,
            name_of=_chosen(request, "name_of", ids),
            phone_of=_chosen(request, "phone_of", ids),
            origin=desk.origin,
        )
    except DomainError as error:
        return _compared(request, pair, refusals.told(error))
    return answers.moved_on(reverse("office:client", args=[desk.salon.slug, done.kept_id]))


@require_POST
@office_page()
def apart(request: OfficeRequest, client: int, other: int) -> HttpResponse:
    """Note that two who look alike are two people."""
    desk, pair = request.desk, (own_client(request.desk, client), own_client(request.desk, other))
    try:
        keep_apart(project=desk.salon, client_ids=(pair[0].pk, pair[1].pk), origin=desk.origin)
    except DomainError as error:
        return answers.done(refusals.told(error), warning=True)
    return answers.done(_("They stay two people; nobody is asked again."), changed="clients-changed")


@require_POST
@office_page()
def part(request: OfficeRequest, client: int) -> HttpResponse:
    """Take two clients apart again."""
    desk, row = request.desk, own_client(request.desk, client)
    try:
        found = row.merges.filter(pk=number_in(request.POST.get("merge", "")) or 0).first()
        undo_merge(project=desk.salon, merge_id=found.pk if found else 0, origin=desk.origin)
    except DomainError as error:
        return answers.done(refusals.told(error), warning=True)
    return answers.done(_("They are two clients again, as they were."), changed="clients-changed")


def _chosen(request: OfficeRequest, field: str, ids: tuple[int, int]) -> int:
    """Return which of both is meant; the card that one came from if nothing was chosen."""
    return ids[1] if request.POST.get(field) == str(ids[1]) else ids[0]


def _compared(request: OfficeRequest, pair: tuple[Client, Client], refused: str = "") -> HttpResponse:
    if not refused and all(client.contact_id for client in pair):
        refused = refusals.said("both_have_chats")
    both = selectors.with_visits(pair)
    context = {"client": pair[0], "other": pair[1], "pair": pair, "both": both, "refused": refused}
    is_refusal = request.method == "POST"
    status = answers.REFUSED if is_refusal else 200
    return answers.part(request, "office/clients/merge.html", status=status, **context)
