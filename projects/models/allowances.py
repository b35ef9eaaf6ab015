"""What one salon may take of what all share, where it is not what the settings say."""

from django.core.validators import MinValueValidator
from django.db import models

from projects.models.salons import Project


def _ceiling(what: str) -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text=what
    )


class Allowance(models.Model):
    """The operator's ceilings for one salon; without a row, or where a field is empty, the settings hold."""

    OPERATORS_FIELDS = (
        "turns_at_once",
        "sends_at_once",
        "events_at_once",
        "flow_places",
        "messages_per_burst",
    )

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, primary_key=True, related_name="allowance"
    )
    turns_at_once = _ceiling("Turns at the same time, each with one call of Claude at most")
    sends_at_once = _ceiling("Talks whose replies are being sent at the same time")
    events_at_once = _ceiling("Clients whose events are taken in at the same time")
    flow_places = _ceiling("Requests of flows that may wait for their reply in one web process")
    messages_per_burst = _ceiling("Messages within ten seconds that are answered without a pause")

    def __str__(self) -> str:
        return f"allowance of {self.project}"


def allowance_of(project: Project) -> Allowance:
    """The salon's allowance, read once per `project` object."""
    try:
        return project.allowance
    except Allowance.DoesNotExist:
        return Allowance(project=project)
