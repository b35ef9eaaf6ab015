"""Pages of the scenarios: what a client may write and what must come of it."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ai.models import Scenario, lines_of
from ai.salon.scenarios import (
    NothingToAskFor,
    TooManyScenarios,
    add_usual,
    drop_scenario,
    save_scenario,
)
from ai.wording.voice import known_language
from bookings.models import Service
from botbackend.office import answers
from botbackend.office.assistant.forms import ScenarioForm
from botbackend.office.assistant.wordings import NAMES
from botbackend.office.desk import OWNERS, OfficeRequest, office_page

_CHANGED = "assistant-changed"
_Outcome = Scenario.Outcome
# What of a scenario was missed, by the code of ai.rehearsal.expectations.
MISSED: dict[str, Promise] = {
    "no_visit": gettext_lazy("No visit was offered."),
    "other_service": gettext_lazy("A visit with another service was offered."),
    "visit": gettext_lazy("A visit was offered."),
    "no_person": gettext_lazy("No person was called."),
    "lacks": gettext_lazy("The answer does not contain “%(words)s”."),
    "has": gettext_lazy("An answer contains “%(words)s”."),
    "nothing_free": gettext_lazy("It was not asked: nothing is free for this service."),
    "no_price": gettext_lazy("It was not asked: the service has no price."),
}


def wanted_in_words(wanted: dict[str, Any]) -> Iterator[str]:
    """Say what must come of a scenario."""
    if wanted["outcome"] == _Outcome.CARD and wanted["service_name"]:
        yield _("A visit is offered: %(service)s") % {"service": wanted["service_name"]}
    elif wanted["outcome"] != _Outcome.ANYTHING:
        said = str(_Outcome(wanted["outcome"]).label)
        yield said[:1].upper() + said[1:]
    for words in wanted["says"]:
        yield _("The answer contains “%(words)s”") % {"words": words}
    for words in wanted["says_not"]:
        yield _("No answer contains “%(words)s”") % {"words": words}


@require_GET
@office_page()
def scenarios(request: OfficeRequest) -> HttpResponse:
    """All of them; htmx asks for the list alone after a change."""
    rows = Scenario.objects.filter(project=request.desk.salon).select_related("service")
    context: dict[str, Any] = {
        "rows": [(row, lines_of(row.said), list(wanted_in_words(_wanted(row)))) for row in rows],
        "languages": NAMES.items(),
        "language": known_language(request.desk.salon.language),
        "tab": "scenarios",
    }
    if request.headers.get("HX-Request"):
        return answers.part(request, "office/assistant/scenario_list.html", **context)
    return answers.page(request, "office/assistant/scenarios.html", room="assistant", **context)


def _wanted(row: Scenario) -> dict[str, Any]:
    return {
        "outcome": row.outcome,
        "service_name": row.service.name if row.service else "",
        "says": lines_of(row.says),
        "says_not": lines_of(row.says_not),
    }


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def new_scenario(request: OfficeRequest) -> HttpResponse:
    """Write one."""
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def scenario(request: OfficeRequest, scenario: int) -> HttpResponse:
    """Change one."""
    return _edited(request, get_object_or_404(Scenario, pk=scenario, project=request.desk.salon))


def _edited(request: OfficeRequest, row: Scenario | None) -> HttpResponse:
    salon = request.desk.salon
    services = Service.objects.filter(project=salon, is_active=True)
    names = ("said", "outcome", "says", "says_not")
    initial = {name: getattr(row, name) for name in names} | {"service": row.service_id} if row else {}
    initial.setdefault("outcome", _Outcome.CARD)
    form = ScenarioForm(request.POST or None, initial=initial, services=services)
    if request.method != "POST" or not form.is_valid():
        return _panel(request, form, row)
    try:
        save_scenario(project=salon, wish=form.wish(), scenario_id=row.pk if row else None)
    except ValidationError as error:
        form.add_error(None, error)
    except TooManyScenarios:
        form.add_error(None, _("There are enough scenarios: throw one away first."))
    else:
        return answers.done(_("The scenario is saved."), changed=_CHANGED)
    return _panel(request, form, row)


def _panel(request: OfficeRequest, form: ScenarioForm, row: Scenario | None) -> HttpResponse:
    status = answers.REFUSED if form.errors else 200
    return answers.part(request, "office/assistant/scenario.html", status=status, form=form, scenario=row)


@require_POST
@office_page(OWNERS)
def drop(request: OfficeRequest, scenario: int) -> HttpResponse:
    """Throw one away."""
    row = get_object_or_404(Scenario, pk=scenario, project=request.desk.salon)
    drop_scenario(project=request.desk.salon, scenario_id=row.pk)
    return answers.done(_("The scenario is thrown away."), changed=_CHANGED)


@require_POST
@office_page(OWNERS)
def usual(request: OfficeRequest) -> HttpResponse:
    """Add those that every salon needs, with the names of this one's services."""
    language = known_language(request.POST.get("language", ""), request.desk.salon.language)
    try:
        count = add_usual(project=request.desk.salon, language=language)
    except NothingToAskFor:
        team = reverse("office:team-services", args=[request.desk.salon.slug])
        said = _("First enter a service and who does it, in Team.")
        return answers.done(said, warning=True, link=answers.Link(team, _("Team")))
    except TooManyScenarios:
        return answers.done(_("There are enough scenarios: throw one away first."), warning=True)
    said = ngettext("%(count)s scenario is added.", "%(count)s scenarios are added.", count)
    return answers.done(said % {"count": count}, changed=_CHANGED)
