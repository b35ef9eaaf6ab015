"""What is sent to the client, and what is said when it cannot be."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from botbackend.office import answers
from botbackend.office.asked import number_in
from botbackend.office.desk import OfficeRequest, office_page
from botbackend.office.inbox import presence
from botbackend.office.inbox.bubbles import Bubble
from botbackend.office.inbox.conversation import composer, with_news
from botbackend.office.inbox.forms import ReplyForm
from botbackend.office.inbox.talk import open_talk
from botbackend.office.refusals import told
from dialogues.models import Dialogue, Message
from dialogues.staff import handoff
from dialogues.staff.drafts import DraftGone, send_draft
from dialogues.staff.errors import ChannelClosed, NotLost, RepliedMeanwhile
from dialogues.staff.resends import send_again

COMPOSER = "office/inbox/_composer.html"


@require_POST
@office_page()
def send(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """Send what was typed; what was said meanwhile is shown before."""
    row, form = open_talk(desk=request.desk, dialogue_id=dialogue), ReplyForm(request.POST)
    if not form.is_valid():
        return _refused(request, row, form.errors.get("text", [_("Please try once more.")]))
    try:
        return _sent(request, row, form)
    except RepliedMeanwhile as error:
        return _look_first(request, row, error.messages)
    except DraftGone as error:
        said = [told(error), _("Your text is still here: sent now, it is a message of yours.")]
        return _refused(request, row, said, draft="")
    except ChannelClosed:
        row.channel_closed = True
        return _refused(request, row, [])


def _sent(request: OfficeRequest, row: Dialogue, form: ReplyForm) -> HttpResponse:
    desk, typed = request.desk, form.cleaned_data
    written = {"text": typed["text"], "who": desk.name, "key": typed["key"], "seen": typed["seen"]}
    if typed["draft"]:
        if not row.staff_tasks.filter(pk=typed["draft"]).exists():
            raise DraftGone("This draft is of another talk.")
        sent = send_draft(project=desk.salon, task_id=typed["draft"], **written)
    else:
        sent = handoff.reply_as_staff(dialogue_id=row.pk, **written)
    presence.stop_writing(desk=desk, dialogue_id=row.pk)
    seen = max((message.pk for message in sent), default=typed["seen"])
    return with_news(answers.part(request, COMPOSER, is_fresh=True, **composer(row, seen)))


def _look_first(request: OfficeRequest, row: Dialogue, newer: Sequence[Message]) -> HttpResponse:
    """Show what was said while the person typed; the second press sends."""
    shown = [Bubble(message, None, None, was_repeated=False) for message in newer]
    context = composer(row, max(message.pk for message in newer)) | _typed(request)
    return with_news(answers.part(request, COMPOSER, status=answers.CONFLICT, newer=shown, **context))


def _refused(
    request: OfficeRequest, row: Dialogue, errors: Sequence[object], **context: object
) -> HttpResponse:
    seen = number_in(request.POST.get("seen", "")) or 0
    context = composer(row, seen) | _typed(request) | context
    return answers.part(request, COMPOSER, status=answers.REFUSED, errors=errors, **context)


def _typed(request: OfficeRequest) -> dict[str, object]:
    """Return what must not be lost, and the key by which the same reply is known again."""
    posted = request.POST
    key, draft = posted.get("key", ""), posted.get("draft", "")
    typed: dict[str, object] = {
        "text": posted.get("text", ""),
        "draft": int(draft) if _is_number(draft) else "",
    }
    return typed | ({"key": key} if 0 < len(key) <= 64 else {})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_POST
@office_page()
def again(request: OfficeRequest, message: int) -> HttpResponse:
    """Send a text that was lost once more."""
    found = get_object_or_404(Message.objects.only("pk"), pk=message, project=request.desk.salon)
    try:
        send_again(message_id=found.pk, who=request.desk.name)
    except NotLost:
        return answers.done(
            _("This message is not lost: it was not sent again."), changed="talks-changed", warning=True
        )
    except ChannelClosed:
        return answers.done(_("Nothing reaches this client: they blocked the bot or left it."), warning=True)
    return answers.done(_("Sent to the client again."), changed="talks-changed")
