"""Pages to look at: the search, and the card."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from ai.wording.formats import format_money
from bookings.models import Client
from botbackend.office import answers
from botbackend.office.clients import cards, selectors
from botbackend.office.clients.forms import NotesForm, languages, shown
from botbackend.office.desk import Desk, OfficeRequest, office_page

LONGEST_QUESTION = 100


@require_GET
@office_page()
def clients(request: OfficeRequest) -> HttpResponse:
    """The search box, with those who were there last below it."""
    return answers.page(request, "office/clients/clients.html", room="clients", **_found(request))


@require_GET
@office_page()
def found(request: OfficeRequest) -> HttpResponse:
    """The rows alone, as somebody types."""
    return answers.part(request, "office/clients/found.html", **_found(request))


@require_GET
@office_page()
def card(request: OfficeRequest, client: int) -> HttpResponse:
    """One client, with all that the desk wants to know. Who turned out to be another leads there."""
    desk = request.desk
    who = Client.objects.filter(pk=client, project=desk.salon).values_list("merged_into", flat=True).first()
    if who is not None:
        return redirect("office:client", desk.salon.slug, who)
    row = own_client(desk, client)
    return answers.page(request, "office/clients/card.html", room="clients", **_card(desk, row))


@require_GET
@office_page()
def visits(request: OfficeRequest, client: int) -> HttpResponse:
    """A further page of visits that are over."""
    row = own_client(request.desk, client)
    page = cards.past(row, page_number(request))
    return answers.part(request, "office/clients/past.html", client=row, page=page)


def own_client(desk: Desk, client: int) -> Client:
    """Return the salon's client; another's does not exist here, nor one who turned out to be another."""
    row = get_object_or_404(Client, pk=client, project=desk.salon, merged_into=None)
    row.project = desk.salon
    return row


def page_number(request: OfficeRequest) -> int:
    """Return which page is asked for; nonsense is the first."""
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def asked(request: OfficeRequest) -> str:
    """Return what stands in the search box."""
    return request.GET.get("q", "").strip()[:LONGEST_QUESTION]


def _found(request: OfficeRequest) -> dict[str, Any]:
    salon, text = request.desk.salon, asked(request)
    if text:
        rows = selectors.find_clients(salon=salon, text=text, limit=selectors.MOST)
    else:
        rows = selectors.recent_clients(salon=salon)
    return {"rows": selectors.with_visits(rows), "asked": text, "is_full": len(rows) == selectors.MOST}


def _card(desk: Desk, client: Client) -> dict[str, Any]:
    figures = cards.figures(client)
    merges = [(merge, cards.undo_until(merge)) for merge in cards.merges_of(client)]
    return {
        "client": client,
        "spoken": dict(languages()).get(client.language, ""),
        "ahead": cards.ahead(client),
        "page": cards.past(client, 1),
        "figures": figures,
        "known_since": min(filter(None, (client.created_at, figures.first))),
        "spent": format_money(desk.language, figures.spent, desk.salon.currency),
        "services": cards.usual(client, "service"),
        "specialists": cards.usual(client, "specialist"),
        "talk": cards.talk_of(client),
        "alike": selectors.with_visits(selectors.alike(client)),
        "merges": merges,
        "history": cards.history(client),
        "form": NotesForm(initial=shown(client, ["notes"])),
    }
