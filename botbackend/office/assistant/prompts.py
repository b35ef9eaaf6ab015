"""Pages of the four prompts: what is in force, a draft of one's own, its difference, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ai.models import PromptDraft, PromptVersion, Scenario
from ai.prompts.drafts import ScenariosFailed, drop_draft, publish_draft, save_draft
from ai.prompts.versions import PromptChanged, PromptError, publish_version, return_to_shipped
from ai.rehearsal.starting import red_scenarios
from botbackend.office import answers
from botbackend.office.asked import number_in
from botbackend.office.assistant.differences import compare
from botbackend.office.assistant.forms import PromptForm
from botbackend.office.assistant.selectors import PromptState, prompt_state, prompt_states, versions_of
from botbackend.office.desk import OWNERS, OfficeRequest, office_page

_NEXT = {"difference": "assistant-difference", "try": "assistant-try"}
_LAST_VERSION = 2**31 - 1


@require_GET
@office_page()
def assistant(request: OfficeRequest) -> HttpResponse:
    """The four prompts in plain words."""
    states = prompt_states(request.desk.salon)
    return answers.page(
        request, "office/assistant/assistant.html", room="assistant", tab="prompts", states=states
    )


@require_http_methods(["GET", "POST"])
@office_page()
def prompt(request: OfficeRequest, prompt: str) -> HttpResponse:
    """The text in force, the shipped one beside it, and a draft of one's own."""
    state = prompt_state(request.desk.salon, prompt)
    draft = state.draft_of(request.desk.user)
    if request.method == "POST":
        request.desk.require_owner()
        return _save(request, state)
    colleague = request.GET.get("of", "")
    shown = next((one for one in state.drafts if str(one.pk) == colleague), draft)
    return _editor(request, state, PromptForm(initial={"text": shown.text if shown else state.text}))


def _save(request: OfficeRequest, state: PromptState) -> HttpResponse:
    form = PromptForm(request.POST)
    desk = request.desk
    if not form.is_valid():
        return _editor(request, state, form, status=answers.REFUSED)
    try:
        save_draft(
            project=desk.salon,
            name=state.name,
            author=desk.user,
            text=form.cleaned_data["text"],
            base_version=state.version,
        )
    except PromptError as error:
        form.add_error("text", error.message)
        return _editor(request, state, form, status=answers.REFUSED)
    messages.success(request, _("Your draft is kept. Clients still get the text in force."))
    return _to(request, _NEXT.get(request.POST.get("then", ""), "assistant-prompt"), state)


def _editor(
    request: OfficeRequest, state: PromptState, form: PromptForm, *, status: int = 200
) -> HttpResponse:
    user = request.desk.user
    response = answers.page(
        request,
        "office/assistant/prompt.html",
        room="assistant",
        tab="prompts",
        state=state,
        form=form,
        draft=state.draft_of(user),
        others=state.drafts_of_others(user),
        versions=versions_of(request.desk.salon, state.name),
    )
    response.status_code = status
    return response


def _to(request: HttpRequest, name: str, state: PromptState) -> HttpResponseRedirect:
    desk = request.desk  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse(f"office:{name}", args=[desk.salon.slug, state.name]))


@require_GET
@office_page()
def difference(request: OfficeRequest, prompt: str) -> HttpResponse:
    """What one's own draft, or an earlier version, would change of the text in force."""
    state = prompt_state(request.desk.salon, prompt)
    number = number_in(request.GET.get("version", ""))
    if number is None:
        return _difference(request, state)
    return _difference_from(request, state, number)


def _difference_from(request: OfficeRequest, state: PromptState, number: int, **more: Any) -> HttpResponse:
    version = _version(request, state, number)
    text = version.text if version else state.shipped
    return _difference(request, state, version=number, text=text, **more)


def _version(request: OfficeRequest, state: PromptState, number: int) -> PromptVersion | None:
    """Return a version of this salon's prompt, None for the shipped text."""
    if number == 0:
        return None
    if not 0 < number <= _LAST_VERSION:
        raise Http404
    rows = PromptVersion.objects.filter(project=request.desk.salon, name=state.name)
    return get_object_or_404(rows, version=number)


def _difference(
    request: OfficeRequest,
    state: PromptState,
    *,
    version: int | None = None,
    text: str = "",
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    draft = state.draft_of(request.desk.user)
    new = text if version is not None else draft.text if draft else state.text
    run = _run_of(request, state, draft) if draft and version is None else {}
    response = answers.page(
        request,
        "office/assistant/difference.html",
        room="assistant",
        tab="prompts",
        state=state,
        draft=draft,
        version=version,
        lines=compare(state.text, new),
        refused=refused,
        **run,
    )
    response.status_code = status
    return response


def _run_of(request: OfficeRequest, state: PromptState, draft: PromptDraft) -> dict[str, object]:
    """Return how many scenarios there are, and how many the draft failed, if it was held against them."""
    desk = request.desk
    red = red_scenarios(project=desk.salon, author=desk.user, name=state.name, prompt=draft.text)
    return {"red": red, "scenarios": Scenario.objects.filter(project=desk.salon).count()}


@require_POST
@office_page(OWNERS)
def publish(request: OfficeRequest, prompt: str) -> HttpResponse:
    """Put one's draft in force, if what it was compared with still is."""
    desk = request.desk
    state = prompt_state(desk.salon, prompt)
    try:
        version = publish_draft(
            project=desk.salon,
            name=prompt,
            author=desk.user,
            seen=_seen(request),
            despite_scenarios=request.POST.get("despite") == "scenarios",
        )
    except ScenariosFailed:
        said = _(
            "Nothing is published yet: this draft fails scenarios. Look at them, or publish all the same."
        )
        return _difference(request, state, status=answers.CONFLICT, refused=said)
    except PromptChanged:
        now = prompt_state(desk.salon, prompt)
        return _difference(request, now, status=answers.CONFLICT, refused=_published_meanwhile())
    except PromptError as error:
        messages.error(request, error.message)
        return _to(request, "assistant-prompt", state)
    said = _("Version %(number)s is in force. You can return to any other one below.")
    messages.success(request, said % {"number": version.version})
    return _to(request, "assistant-prompt", state)


@require_POST
@office_page(OWNERS)
def put_back(request: OfficeRequest, prompt: str) -> HttpResponse:
    """Return to an earlier version, or to the shipped text (0)."""
    state = prompt_state(request.desk.salon, prompt)
    number = number_in(request.POST.get("version", ""))
    if number is None:
        raise Http404
    version = _version(request, state, number)
    try:
        if version is None:
            return_to_shipped(project_id=request.desk.salon.pk, name=prompt, expected=_seen(request))
            said = _("The shipped text is in force again. Your versions are kept.")
        else:
            publish_version(version=version, expected=_seen(request))
            said = _("Version %(number)s is in force again.") % {"number": number}
    except PromptChanged:
        now = prompt_state(request.desk.salon, prompt)
        said = _published_meanwhile()
        return _difference_from(request, now, number, status=answers.CONFLICT, refused=said)
    messages.success(request, said)
    return _to(request, "assistant-prompt", state)


def _seen(request: OfficeRequest) -> int:
    """Return which version the page showed as the one in force; -1, which none is, for nonsense."""
    seen = number_in(request.POST.get("seen", ""))
    return -1 if seen is None else seen


def _published_meanwhile() -> str:
    return _("Somebody else published meanwhile. This is the difference from their text; nothing was lost.")


@require_POST
@office_page(OWNERS)
def drop(request: OfficeRequest, prompt: str) -> HttpResponse:
    """Throw one's draft away."""
    state = prompt_state(request.desk.salon, prompt)
    drop_draft(project=request.desk.salon, name=prompt, author=request.desk.user)
    messages.success(request, _("Your draft is thrown away."))
    return _to(request, "assistant-prompt", state)
