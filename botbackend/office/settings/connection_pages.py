"""Pages: SendPulse, Claude, Google."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from botbackend.lib.errors import DomainError
from botbackend.office import answers
from botbackend.office.asked import numbers_in
from botbackend.office.desk import OWNERS, OfficeRequest, office_page
from botbackend.office.settings import connections as stand
from botbackend.office.settings.connection_forms import SecretForm, SendPulseForm, SheetForm
from botbackend.office.settings.refusals import told
from botbackend.office.settings.salon_pages import settings_page
from botbackend.office.settings.testing import TESTS, run_test
from botbackend.outbox.claims import LeaseLost
from dialogues.models import ChannelSettings
from sheets.cycle.edits import refused as cells
from sheets.rows.notes import note
from sheets.trouble import vanished as gone

FORMS = {"sendpulse": SendPulseForm, "sheet": SheetForm}


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def connections(request: OfficeRequest) -> HttpResponse:
    """How each stands; a POST saves one of the two forms, which it names."""
    salon, which = request.desk.salon, request.POST.get("form", "")
    forms = {name: form(salon, request.POST if name == which else None) for name, form in FORMS.items()}
    if which in forms and forms[which].save(by_operator=request.desk.is_operator):
        messages.success(request, _("The connection is saved. Press Test to see whether it works."))
        return redirect(f"{reverse('office:settings-connections', args=[salon.slug])}#{which}")
    sheet = stand.sheet_of(salon)
    context = {
        "forms": forms,
        "chat": stand.chat_of(salon),
        "model": stand.model_of(salon),
        "sheet": sheet,
        "share_with": stand.share_with(sheet.link),
        "nobody_runs": stand.nobody_runs(),
        "hidden_address": _webhook(request, "••••••••"),
        "secret_seen": SecretForm(salon).seen,
    }
    refused = any(form.errors for form in forms.values())
    return settings_page(request, "connections", status=answers.REFUSED if refused else 200, **context)


@require_POST
@office_page(OWNERS)
def test(request: OfficeRequest, connection: str) -> HttpResponse:
    """Ask one of them now."""
    if connection not in TESTS:
        raise Http404
    verdict = run_test(connection, request.desk.salon)
    return answers.part(request, "office/settings/_verdict.html", verdict=verdict)


@require_POST
@office_page(OWNERS)
def address(request: OfficeRequest) -> HttpResponse:
    """The webhook's address with the salon's own secret; that of the installation opens other salons, too."""
    own = ChannelSettings.objects.filter(project=request.desk.salon)
    secret = own.values_list("webhook_secret", flat=True).first() or ""
    whole = _webhook(request, secret) if secret else ""
    return answers.part(request, "office/settings/_address.html", address=whole)


@require_POST
@office_page(OWNERS)
def new_secret(request: OfficeRequest) -> HttpResponse:
    """Give the salon a secret of its own; the address of before stops at once."""
    salon = request.desk.salon
    form = SecretForm(salon, request.POST, secret=secrets.token_urlsafe(24))
    if form.save(by_operator=request.desk.is_operator):
        said = _("There is a new webhook address. Copy it into SendPulse: the one of before is shut.")
        messages.warning(request, said)
    else:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return redirect(f"{reverse('office:settings-connections', args=[salon.slug])}#sendpulse")


@require_POST
@office_page(OWNERS)
def vanished(request: OfficeRequest) -> HttpResponse:
    """Rows that vanished from the spreadsheet: the side of the spreadsheet, or that of the calendar."""
    desk = request.desk
    link = stand.sheet_of(desk.salon).link
    if link is None:
        raise Http404
    chosen = numbers_in(request.POST.getlist("row"))
    try:
        if request.POST.get("side") == "sheet":
            count = gone.cancel_vanished(link, row_ids=chosen, who=desk.name)
            said = ngettext("%(count)s visit is cancelled.", "%(count)s visits are cancelled.", count)
        else:
            count = gone.put_back(link, row_ids=chosen)
            said = ngettext("%(count)s row is written again.", "%(count)s rows are written again.", count)
        messages.success(request, said % {"count": count})
    except DomainError as refusal:
        messages.error(request, told(refusal))
    except LeaseLost:
        messages.error(request, _("Somebody else answered meanwhile. Look at what is left."))
    return redirect(f"{reverse('office:settings-connections', args=[desk.salon.slug])}#sheet")


@require_POST
@office_page(OWNERS)
def refused(request: OfficeRequest, conflict: int) -> HttpResponse:
    """A cell that was not taken: the side of the spreadsheet is tried again, or ours is written over it."""
    desk = request.desk
    link = stand.sheet_of(desk.salon).link
    if link is None or not link.conflicts.filter(pk=conflict).exists():
        raise Http404
    try:
        if request.POST.get("side") == "sheet":
            cells.take_sheets_side(link, conflict_id=conflict, origin=desk.origin)
            messages.success(request, _("The visit is as the spreadsheet says."))
        else:
            cells.take_our_side(link, conflict_id=conflict)
            messages.success(request, _("The cell is put right with the next look at the spreadsheet."))
    except cells.StillRefused as refusal:
        messages.error(request, note(desk.language, "rejected", code=refusal.reason))
    except DomainError as refusal:
        messages.error(request, told(refusal))
    except LeaseLost:
        messages.error(request, _("Somebody else answered meanwhile. Look at what is left."))
    return redirect(f"{reverse('office:settings-connections', args=[desk.salon.slug])}#sheet")


def _webhook(request: OfficeRequest, secret: str) -> str:
    return request.build_absolute_uri("/webhook/sendpulse/") + secret
