"""GET and POST /projects/{project_id}/config."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.doubts import doubts_about
from botbackend.salon_api.config.document import ConfigDocument
from botbackend.salon_api.config.dump import dump_config
from botbackend.salon_api.config.load import update_project
from projects.api import ProjectView
from projects.bodies import read_body


class ConfigView(ProjectView):
    """The salon's whole configuration."""

    def get(self, request: Request, project_id: str) -> Response:
        """Return everything but the secrets, and the ids of names."""
        return Response(dump_config(project=self.project))

    @extend_schema(request=ConfigDocument)
    def post(self, request: Request, project_id: str) -> Response:
        """Change what the body names, leave the rest; all of it or, with one mistake, nothing.

        `warnings` is there when something can hardly be meant: names that left the lists with visits ahead,
        services that need a kind of room which there is none of.
        """
        project = update_project(project=self.project, raw=read_body(request))
        warnings = doubts_about(project)
        return Response(dump_config(project=project) | ({"warnings": warnings} if warnings else {}))
