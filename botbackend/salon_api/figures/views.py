"""GET /projects/{project_id}/stats and /queue."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from botbackend.salon_api.figures.compose import queue_statistics, statistics
from projects.api import ProjectView
from projects.errors import InvalidInput
from projects.periods import last_days, month_to_date

MAX_DAYS = 366


class StatsView(ProjectView):
    """What happened in the salon."""

    @extend_schema(
        parameters=[OpenApiParameter("days", int, description="1 to 366; month to date without it")]
    )
    def get(self, request: Request, project_id: str) -> Response:
        """Return figures of the last `days` local dates, today included, or of the current month."""
        days = _days(request)
        now = timezone.now()
        period = month_to_date(self.project, now) if days is None else last_days(self.project, days, now)
        return Response(statistics(project=self.project, period=period))


class QueueView(ProjectView):
    """What waits to be done for the salon."""

    def get(self, request: Request, project_id: str) -> Response:
        """Return the salon's tasks by state; `workers` are those of the installation."""
        return Response(queue_statistics(project=self.project))


def _days(request: Request) -> int | None:
    unknown = {name: ["unknown parameter"] for name in request.query_params if name != "days"}
    text = request.query_params.get("days")
    fits = text is None or (
        text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_DAYS
    )
    if not fits:
        unknown["days"] = [f"must be a whole number from 1 to {MAX_DAYS}"]
    if unknown:
        raise InvalidInput("The query is not valid.", fields=unknown)
    return None if text is None else int(text)
