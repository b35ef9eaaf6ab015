"""Figures of the talks of one salon."""

from dataclasses import dataclass

from django.db.models import Count, Q

from dialogues.models import Dialogue
from projects.models import Project


@dataclass(frozen=True)
class DialogueFigures:
    """As they stand now: `open` is every talk that is not archived, `handed_off` those a person leads."""

    open: int
    archived: int
    handed_off: int


def dialogue_figures(*, project: Project, using: str = "default") -> DialogueFigures:
    """One query."""
    rows = Dialogue.objects.using(using).filter(project=project)
    return DialogueFigures(
        **rows.aggregate(
            open=Count("pk", filter=Q(is_archived=False)),
            archived=Count("pk", filter=Q(is_archived=True)),
            handed_off=Count("pk", filter=Q(mode=Dialogue.Mode.HUMAN)),
        )
    )
