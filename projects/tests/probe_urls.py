"""A view of no salon's business, to test what every view below /projects/ has in common."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api import ProjectView, StrictModel, parse_body


class Probe(StrictModel):
    """Something with every kind of mistake in reach."""

    count: int = 0
    name: str = ""
    amount: float = 0.0
    hours: dict[str, dict[str, list[int]]] = {}


class ProbeView(ProjectView):
    """Tells who is asking, or gives back what was sent."""

    def get(self, request: Request, project_id: str) -> Response:
        return Response({"project": self.project.slug, "key": self.api_key.prefix})

    def post(self, request: Request, project_id: str) -> Response:
        return Response(parse_body(request, Probe).model_dump())


class BrokenView(ProjectView):
    """Has a bug."""

    def get(self, request: Request, project_id: str) -> Response:
        raise RuntimeError("a bug")


urlpatterns = [
    path("projects/<str:project_id>/probe", ProbeView.as_view()),
    path("projects/<str:project_id>/broken", BrokenView.as_view()),
]
