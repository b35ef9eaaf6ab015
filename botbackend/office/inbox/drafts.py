"""The assistant's waiting reply, above the composer: sent as it is, changed, or thrown away."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from botbackend.office import answers
from botbackend.office.desk import OfficeRequest, office_page
from botbackend.office.inbox.bubbles import Bubble
from botbackend.office.inbox.conversation import composer, waiting
from botbackend.office.inbox.forms import ReplyForm, SeenForm
from botbackend.office.inbox.talk import open_talk
from botbackend.office.refusals import told
from dialogues.models import Dialogue, StaffTask
from dialogues.staff.drafts import DRAFT_KIND, DraftGone, drop_draft, send_draft
from dialogues.staff.errors import ChannelClosed, RepliedMeanwhile

_PART = "office/inbox/_draft.html"
_COMPOSER = "office/inbox/_composer.html"


@require_POST
@office_page()
def send(request: OfficeRequest, task: int) -> HttpResponse:
    """Send what the person was shown; what was said since is shown before."""
    row, form = _talk_of(request, task), ReplyForm(request.POST)
    if not form.is_valid():
        return _answer(request, row, said=_("Please try once more."), warning=True)
    typed = form.cleaned_data
    try:
        sent = send_draft(
            project=request.desk.salon,
            task_id=task,
            text=typed["text"],
            who=request.desk.name,
            key=typed["key"],
            seen=typed["seen"],
        )
    except RepliedMeanwhile as error:
        newer = [Bubble(message, None, None, was_repeated=False) for message in error.messages]
        context = waiting(row, max(message.pk for message in error.messages))
        return answers.part(request, _PART, status=answers.CONFLICT, newer=newer, **context)
    except (DraftGone, ChannelClosed) as error:
        return _answer(request, row, said=told(error), warning=True)
    return _answer(
        request, row, said=_("Sent to the client."), seen=max((one.pk for one in sent), default=typed["seen"])
    )


@require_POST
@office_page()
def edit(request: OfficeRequest, task: int) -> HttpResponse:
    """Put the draft into the composer, below what is typed there."""
    row, form = _talk_of(request, task), SeenForm(request.POST)
    found = waiting(row, 0)["waiting"]
    if found is None or found.pk != task:
        return HttpResponse(status=204, headers={"HX-Trigger": "talks-changed"})
    typed = request.POST.get("text", "").strip()
    text = typed if found.draft in typed else "\n\n".join(filter(None, [typed, found.draft]))
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    return answers.part(request, _COMPOSER, **composer(row, seen) | {"text": text, "draft": task})


@require_POST
@office_page()
def discard(request: OfficeRequest, task: int) -> HttpResponse:
    """Say nothing of it."""
    row = _talk_of(request, task)
    try:
        drop_draft(project=request.desk.salon, task_id=task)
    except DraftGone as error:
        return _answer(request, row, said=told(error), warning=True)
    return _answer(request, row, said=_("Thrown away. The client was told nothing more."))


def _talk_of(request: OfficeRequest, task: int) -> Dialogue:
    drafts = StaffTask.objects.filter(project=request.desk.salon, kind=DRAFT_KIND)
    found = get_object_or_404(drafts.only("dialogue"), pk=task)
    return open_talk(desk=request.desk, dialogue_id=found.dialogue_id or 0)


def _answer(
    request: OfficeRequest, row: Dialogue, *, said: str, seen: int = 0, warning: bool = False
) -> HttpResponse:
    part = answers.part(request, _PART, **waiting(row, seen))
    return answers.saying(part, said, changed="talks-changed", warning=warning)
