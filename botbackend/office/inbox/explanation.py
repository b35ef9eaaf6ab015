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
    said = get_object_or_404(Message, pk=message, project=request.desk.salon, turn_id__isnull=False)
    turn = get_object_or_404(Turn, pk=said.turn_id, project=request.desk.salon)
    return answers.part(request, "office/inbox/why.html", story=tell(turn=turn, desk=request.desk))
