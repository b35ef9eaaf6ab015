"""A talk as it stands: what was said, what is new in it, and who leads it."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from botbackend.office import answers
from botbackend.office.asked import number_in
from botbackend.office.desk import OfficeRequest, office_page
from botbackend.office.inbox import bubbles, presence
from botbackend.office.inbox.forms import LeadForm, ReadForm
from botbackend.office.inbox.pulse import Known, Pulse, take_pulse
from botbackend.office.inbox.talk import Lead, draft_of, open_talk, read_card, tasks_of
from botbackend.office.inbox.views import list_context
from dialogues.media.pages import content_response
from dialogues.models import Attachment, Dialogue
from dialogues.staff import handoff
from dialogues.staff.reading import mark_read


@require_GET
@office_page()
def talk(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """The talk, with the list beside it where there is room."""
    row = open_talk(desk=request.desk, dialogue_id=dialogue)
    pulse = _pulse(request, row.pk) or Pulse()
    shown = {
        "stretch": bubbles.read_newest(dialogue=row, up_to=pulse.newest),
        "card": read_card(client=row.client),
        **around(request, row, pulse),
        **composer(row, pulse.newest),
        **list_context(request, open_talk=row.pk),
    }
    return answers.page(request, "office/inbox/talk.html", room="inbox", **shown)


@require_GET
@office_page()
def live(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """What changed since the page's stamp: 204, or new and changed bubbles and what stands around them."""
    pulse, stamp = _pulse(request, dialogue), request.GET.get("stamp", "")
    if pulse is not None and pulse.stamp == stamp:
        return HttpResponse(status=204)
    row = open_talk(desk=request.desk, dialogue_id=dialogue)
    if pulse is None:
        return HttpResponse(status=204)
    known = Known.read(stamp)
    changes = bubbles.read_changes(
        dialogue=row, known=known.newest, up_to=pulse.newest, changed=pulse.changed_since(known)
    )
    if changes is None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    news = {"is_new": pulse.newest > known.newest, "is_around_new": pulse.around != known.around}
    context = around(request, row, pulse) | {"changes": changes, **news}
    return answers.part(request, "office/inbox/_live.html", **context)


@require_GET
@office_page()
def older(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """What was said before the oldest message on the page."""
    row = open_talk(desk=request.desk, dialogue_id=dialogue)
    before = number_in(request.GET.get("before", ""))
    if before is None:
        return HttpResponse(status=204)
    stretch = bubbles.read_before(dialogue=row, message=before)
    return answers.part(request, "office/inbox/_older.html", talk=row, stretch=stretch)


@require_POST
@office_page()
def read(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """Note how far the page has shown the talk."""
    row, form = open_talk(desk=request.desk, dialogue_id=dialogue), ReadForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    moved = mark_read(dialogue=row, user=request.desk.user, up_to=form.cleaned_data["up_to"])
    return HttpResponse(status=204, headers={"HX-Trigger": "talks-changed"} if moved else {})


@require_POST
@office_page()
def lead(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """Let the bot or a person answer this client from now on; or nobody what was answered elsewhere."""
    row, form = open_talk(desk=request.desk, dialogue_id=dialogue), LeadForm(request.POST)
    if not form.is_valid():
        raise Http404
    if form.cleaned_data["to"] == "bot":
        handoff.resume(dialogue=row)
    elif form.cleaned_data["to"] == "nobody":
        handoff.settle(dialogue_id=row.pk)
    else:
        handoff.silence(dialogue_id=row.pk, who=request.desk.name)
    row = open_talk(desk=request.desk, dialogue_id=dialogue)
    return with_news(answers.part(request, "office/inbox/_lead.html", talk=row, lead=Lead(row)))


@require_POST
@office_page()
def writing(request: OfficeRequest, dialogue: int) -> HttpResponse:
    """Let colleagues see that the person writes."""
    row = open_talk(desk=request.desk, dialogue_id=dialogue)
    presence.note_writing(desk=request.desk, dialogue_id=row.pk)
    return HttpResponse(status=204)


@require_GET
@office_page()
def media(request: OfficeRequest, attachment: int) -> HttpResponse:
    """The bytes of a photo or a recording."""
    rows = Attachment.objects.defer(None)
    found = get_object_or_404(rows, pk=attachment, project=request.desk.salon)
    if not found.is_there:
        raise Http404
    return content_response(found, request.headers.get("Range", ""))


def _pulse(request: OfficeRequest, dialogue_id: int) -> Pulse | None:
    people = presence.who_writes(desk=request.desk, dialogue_id=dialogue_id)
    return take_pulse(desk=request.desk, dialogue_id=dialogue_id, writing=people)


def around(request: OfficeRequest, row: Dialogue, pulse: Pulse) -> dict[str, Any]:
    """Return what stands around the bubbles."""
    left = {"left": tasks_of(dialogue=row), **waiting(row, pulse.newest)}
    return {"talk": row, "lead": Lead(row), "pulse": pulse, **left}


def waiting(row: Dialogue, seen: int) -> dict[str, Any]:
    """Return the assistant's draft, if one waits, with what a form about it carries."""
    return {"talk": row, "waiting": draft_of(dialogue=row), "draft_key": uuid.uuid4().hex, "draft_seen": seen}


def composer(row: Dialogue, seen: int) -> dict[str, Any]:
    """Return an empty form for the next message; its key tells a second tap from a second message."""
    return {"talk": row, "lead": Lead(row), "key": uuid.uuid4().hex, "seen": seen, "text": "", "draft": ""}


def with_news(answer: HttpResponse) -> HttpResponse:
    """Let the page look again at what may have changed; it shows by itself what was done."""
    answer["HX-Trigger"] = "talks-changed"
    return answer
