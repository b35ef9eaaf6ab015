"""Pages of what the assistant may do by itself, and the emergency stop."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ai.models import assistant_of
from ai.salon import permissions as rules
from botbackend.office import answers
from botbackend.office.assistant.forms import KINDS, PermissionsForm
from botbackend.office.assistant.selectors import waiting_drafts
from botbackend.office.desk import OWNERS, OfficeRequest, office_page


@require_http_methods(["GET", "POST"])
@office_page()
def permissions(request: OfficeRequest) -> HttpResponse:
    """A switch per kind of request; owners turn them."""
    known = assistant_of(request.desk.salon)
    initial = {kind.value: getattr(known, kind) for kind in KINDS}
    if request.method != "POST":
        return _page(request, PermissionsForm(initial=initial))
    request.desk.require_owner()
    form = PermissionsForm(request.POST)
    if not form.is_valid():
        response = _page(request, form)
        response.status_code = answers.REFUSED
        return response
    rules.permit(project=request.desk.salon, rules=form.rules())
    messages.success(request, _("Saved. It holds from the next message on."))
    return _back(request)


def _page(request: OfficeRequest, form: PermissionsForm) -> HttpResponse:
    return answers.page(
        request,
        "office/assistant/permissions.html",
        room="assistant",
        tab="permissions",
        form=form,
        settings=assistant_of(request.desk.salon),
        drafts=waiting_drafts(request.desk.salon),
    )


def _back(request: OfficeRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("office:assistant-permissions", args=[request.desk.salon.slug]))


@require_POST
@office_page()
def stop(request: OfficeRequest) -> HttpResponse:
    """The emergency stop: whoever sees the trouble may pull it."""
    rules.stop(project=request.desk.salon, who=request.desk.name)
    messages.warning(request, _("The assistant is off. Every client who writes becomes a task for people."))
    return _back(request)


@require_POST
@office_page(OWNERS)
def resume(request: OfficeRequest) -> HttpResponse:
    """Let the assistant speak again."""
    count = rules.resume(project=request.desk.salon)
    said = ngettext(
        "The assistant is on again and answers %(count)s waiting talk.",
        "The assistant is on again and answers %(count)s waiting talks.",
        count,
    )
    messages.success(request, said % {"count": count} if count else _("The assistant is on again."))
    return _back(request)
