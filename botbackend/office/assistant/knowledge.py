"""Pages of what the assistant may tell, and of what clients asked in vain."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ai.models import Knowledge
from ai.salon.facts import FactChanged, add_fact, change_fact, put_aside, questions_left, uses_of
from botbackend.office import answers
from botbackend.office.assistant.forms import FactForm
from botbackend.office.desk import OfficeRequest, office_page

_CHANGED = "assistant-changed"


@require_GET
@office_page()
def knowledge(request: OfficeRequest) -> HttpResponse:
    """The facts, and the questions that none of them answered."""
    return answers.page(
        request, "office/assistant/knowledge.html", room="assistant", tab="knowledge", **_listed(request)
    )


@require_GET
@office_page()
def facts(request: OfficeRequest) -> HttpResponse:
    """The list alone, after a change."""
    return answers.part(request, "office/assistant/facts.html", **_listed(request))


def _listed(request: OfficeRequest) -> dict[str, Any]:
    salon = request.desk.salon
    uses = uses_of(project=salon)
    rows = [(fact, uses.get(fact.pk)) for fact in Knowledge.objects.filter(project=salon)]
    return {
        "told": [row for row in rows if row[0].is_active],
        "aside": [row for row in rows if not row[0].is_active],
        "questions": questions_left(project=salon),
    }


@require_http_methods(["GET", "POST"])
@office_page()
def new_fact(request: OfficeRequest) -> HttpResponse:
    """Add a fact; a question that was asked may be its name already."""
    form = FactForm(request.POST or None, initial={"title": request.GET.get("title", "")[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            add_fact(project=request.desk.salon, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return answers.done(_("Saved. The assistant knows it from its next answer on."), changed=_CHANGED)
    return _panel(request, form, None)


@require_http_methods(["GET", "POST"])
@office_page()
def fact(request: OfficeRequest, knowledge: int) -> HttpResponse:
    """Change a fact."""
    row = get_object_or_404(Knowledge, pk=knowledge, project=request.desk.salon)
    if request.method != "POST":
        return _panel(request, FactForm(initial={"title": row.title, "text": row.text}), row)
    form = FactForm(request.POST)
    if not form.is_valid():
        return _panel(request, form, row)
    seen = (request.POST.get("seen_title", ""), request.POST.get("seen_text", ""))
    try:
        change_fact(project=request.desk.salon, fact_id=knowledge, seen=seen, **form.cleaned_data)
    except FactChanged as error:
        form.add_error(None, _("Somebody else changed this meanwhile. Saving again keeps your text."))
        return _panel(request, form, error.stored, status=answers.CONFLICT)
    except ValidationError as error:
        form.add_error(None, error)
        return _panel(request, form, row)
    return answers.done(_("Saved. The assistant knows it from its next answer on."), changed=_CHANGED)


def _panel(request: OfficeRequest, form: FactForm, row: Knowledge | None, *, status: int = 0) -> HttpResponse:
    code = status or (answers.REFUSED if form.is_bound else 200)
    return answers.part(request, "office/assistant/fact.html", status=code, form=form, fact=row)


@require_POST
@office_page()
def aside(request: OfficeRequest, knowledge: int) -> HttpResponse:
    """Put a fact aside, or let it be told again."""
    row = get_object_or_404(Knowledge, pk=knowledge, project=request.desk.salon)
    is_active = request.POST.get("told") == "yes"
    put_aside(project=request.desk.salon, fact_id=row.pk, is_active=is_active)
    said = (
        _("The assistant may tell it again.")
        if is_active
        else _("Put aside: the assistant does not tell it.")
    )
    return answers.done(said, changed=_CHANGED)
