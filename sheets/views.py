"""The hint: somebody changed the spreadsheet, look soon. Its content is never trusted."""

from rest_framework.request import Request
from rest_framework.response import Response

from projects.api import ProjectView
from sheets.hints import mark_dirty
from sheets.models import spreadsheet_of


class SheetHintView(ProjectView):
    """POST wakes a cycle of the project's spreadsheet; many hints in a row make one cycle."""

    def post(self, request: Request, project_id: str) -> Response:
        if not spreadsheet_of(self.project):
            return Response({"accepted": False, "reason": "the project has no spreadsheet"}, status=202)
        mark_dirty(self.project)
        return Response({"accepted": True}, status=202)
