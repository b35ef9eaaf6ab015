"""Trying a draft: a test chat, and clients' last questions asked again. A worker asks; the page looks."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ai.models import Rehearsal
from ai.rehearsal.starting import (
    BudgetSpent,
    NoScenarios,
    NotTried,
    StillAnswering,
    ask_again,
    ask_in_chat,
    newest,
    run_scenarios,
)
from botbackend.office import answers
from botbackend.office.assistant.scenarios import MISSED, wanted_in_words
from botbackend.office.assistant.selectors import PromptState, prompt_state
from botbackend.office.desk import OWNERS, OfficeRequest, office_page

_Kind = Rehearsal.Kind


def _tried(request: OfficeRequest, name: str) -> tuple[PromptState, str]:
    """Return the prompt and the text that is tried: one's own draft, else what is in force."""
    state = prompt_state(request.desk.salon, name)
    if not state.about.can_be_tried:
        raise Http404
    draft = state.draft_of(request.desk.user)
    return state, draft.text if draft else state.text


@require_GET
@office_page(OWNERS)
def try_prompt(request: OfficeRequest, prompt: str) -> HttpResponse:
    """Both ways to try a draft."""
    state, text = _tried(request, prompt)
    draft = state.draft_of(request.desk.user)
    return answers.page(
        request,
        "office/assistant/try.html",
        room="assistant",
        tab="prompts",
        state=state,
        draft=draft,
        chat=_shown(request, prompt, _Kind.CHAT, text),
        **_asked(request, state, text),
        **_run(request, prompt, text),
    )


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def chat(request: OfficeRequest, prompt: str) -> HttpResponse:
    """The test chat; a POST says something in it."""
    state, text = _tried(request, prompt)
    refused: dict[str, Any] = {}
    if request.method == "POST":
        desk, said = request.desk, request.POST.get("said", "")
        try:
            ask_in_chat(project=desk.salon, author=desk.user, name=prompt, prompt=text, said=said)
        except NotTried as error:
            refused = _refused(request, error)
    found = _shown(request, prompt, _Kind.CHAT, text)
    return answers.part(request, "office/assistant/chat.html", state=state, chat=found, **refused)


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def questions(request: OfficeRequest, prompt: str) -> HttpResponse:
    """Old and new answers side by side; a POST asks again."""
    state, text = _tried(request, prompt)
    refused: dict[str, Any] = {}
    if request.method == "POST":
        try:
            ask_again(project=request.desk.salon, author=request.desk.user, name=prompt, prompt=text)
        except StillAnswering:
            refused = {"refused": _("Questions are being answered just now. Wait until that is done.")}
        except NotTried as error:
            refused = _refused(request, error)
    found = _asked(request, state, text)
    return answers.part(request, "office/assistant/questions.html", state=state, **found, **refused)


@require_http_methods(["GET", "POST"])
@office_page(OWNERS)
def scenarios(request: OfficeRequest, prompt: str) -> HttpResponse:
    """The salon's scenarios, green and red; a POST runs them."""
    state, text = _tried(request, prompt)
    refused: dict[str, Any] = {}
    if request.method == "POST":
        try:
            run_scenarios(project=request.desk.salon, author=request.desk.user, name=prompt, prompt=text)
        except NotTried as error:
            refused = _refused(request, error)
    context = {"state": state, **refused, **_run(request, prompt, text)}
    return answers.part(request, "office/assistant/run.html", **context)


def _asked(request: OfficeRequest, state: PromptState, text: str) -> dict[str, Any]:
    """Return the last questions as they were asked of this very text, and whether beside the one in force."""
    asked = _shown(request, state.name, _Kind.QUESTIONS, text)
    for row in asked.content["rows"] if asked is not None and asked.content else []:
        row["moment"] = datetime.fromisoformat(row["at"]) if row.get("at") else None
    return {"asked": asked, "is_compared": text != state.text}


def _run(request: OfficeRequest, name: str, text: str) -> dict[str, Any]:
    """Return the last run of this very text, and how many scenarios it failed so far."""
    run = _shown(request, name, _Kind.SCENARIOS, text)
    rows = run.content["rows"] if run is not None and run.content else []
    for row in rows:
        row["wanted_in_words"] = list(wanted_in_words(row["wanted"]))
        row["why"] = [str(MISSED[one["code"]]) % {"words": one["words"]} for one in row["missed"]]
    judged = [row for row in rows if row["new"]]
    red = sum(bool(row["missed"]) for row in judged)
    return {"run": run, "rows": rows, "red": red, "green": len(judged) - red}


def _shown(request: OfficeRequest, name: str, kind: Rehearsal.Kind, text: str) -> Rehearsal | None:
    """Return the last try of this very text."""
    row = newest(project=request.desk.salon, author=request.desk.user, name=name, kind=kind)
    if row is None or row.prompt != text:
        return None
    if isinstance(row.content, dict):
        for line in [*row.content.get("lines", []), *row.content.get("rows", [])]:
            for answer in (line.get("in_force") or {}, line.get("new") or line):
                answer["cost"] = Decimal(str(answer.get("usd") or 0))
    return row


def _refused(request: OfficeRequest, error: NotTried) -> dict[str, Any]:
    """Return what is said of a refusal, and the way to where that is changed."""
    if isinstance(error, BudgetSpent):
        said = _("The month's ceiling is reached: nothing can be tried until it is raised or the month ends.")
        return {"refused": said, "way": _link(request, "cost", _("Cost"))}
    if isinstance(error, NoScenarios):
        said = _("There are no scenarios yet: write some first.")
        return {"refused": said, "way": _link(request, "scenarios", _("All scenarios"))}
    if isinstance(error, StillAnswering):
        return {"refused": _("The last message has no answer yet.")}
    return {"refused": _("Write what a client would write.")}


def _link(request: OfficeRequest, tab: str, text: str) -> answers.Link:
    return answers.Link(reverse(f"office:assistant-{tab}", args=[request.desk.salon.slug]), text)
