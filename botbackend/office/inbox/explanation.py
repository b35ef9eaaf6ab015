"""Why the assistant said something: the turn that wrote the message, step by step."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from ai.models import Turn
from botbackend.office import answers
from botbackend.office.desk import OfficeRequest, office_page
from botbackend.office.inbox.timeline.story import tell
from dialogues.models import Message


@require_GET
@office_page()
def why(request: OfficeRequest, message: int) -> HttpResponse:
    """The turn of a message in words."""
    said = get_object_or_404(Message.objects.only("turn_id"), pk=message, project=request.desk.salon)
    turn = Turn.objects.filter(pk=said.turn_id or 0, dialogue__project=request.desk.salon).first()
    story = tell(turn=turn, desk=request.desk) if turn is not None else None
    return answers.part(request, "office/inbox/why.html", story=story)
