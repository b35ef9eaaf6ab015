"""The hint: somebody changed the spreadsheet, look soon. Its content is never trusted."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api import ProjectView, StrictModel, count_request, parse_body, refusal
from projects.models import Project
from sheets.models import SheetLink, spreadsheet_of
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.looks import note_busy
from sheets.rhythm.signatures import is_genuine

SIGNATURE_HEADER = "X-Signature"
HINTS_PER_MINUTE = 120


class SignedHint(StrictModel):
    """What the script in the spreadsheet sends; the signature is a header."""

    spreadsheet_id: str = Field(max_length=200)
    timestamp: int = Field(ge=0, le=2**40)


class SheetHintView(ProjectView):
    """POST wakes a cycle of the project's spreadsheet; many hints in a row make one cycle.

    Whoever has no API key signs: the spreadsheet's script knows a secret that is good for nothing else.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.auth is None and SIGNATURE_HEADER in request.headers:
            super(ProjectView, self).initial(request, *args, **kwargs)
            self.project = _project_of(request, kwargs["project_id"])
        else:
            super().initial(request, *args, **kwargs)

    def post(self, request: Request, project_id: str) -> Response:
        if not spreadsheet_of(self.project):
            return Response({"accepted": False, "reason": "the project has no spreadsheet"}, status=202)
        note_busy(self.project.sheet_link, datetime.now(UTC))
        mark_dirty(self.project)
        return Response({"accepted": True}, status=202)


def _project_of(request: Request, slug: str) -> Project:
    """The project whose spreadsheet signed the request.

    The signature comes first: whoever sends wrong ones shuts out nobody but himself. Raises
    NotAuthenticated, Throttled, InvalidInput.
    """
    hint = parse_body(request, SignedHint)
    of_active = SheetLink.objects.filter(project__slug=slug, project__is_active=True)
    link = of_active.select_related("project").first()
    if link is None or not is_genuine(
        link,
        spreadsheet_id=hint.spreadsheet_id,
        timestamp=hint.timestamp,
        signature=request.headers[SIGNATURE_HEADER],
    ):
        raise refusal(request)
    count_request(f"hint:{link.pk}", limit=HINTS_PER_MINUTE)
    return link.project
