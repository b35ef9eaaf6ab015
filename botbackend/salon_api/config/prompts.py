"""The salon's own prompts: every change is a new published version, the old ones stay."""

from django.db.models import Max
from django.utils import timezone

from ai.models import PromptVersion
from projects.models import Project

_PUBLISHED = PromptVersion.State.PUBLISHED


def published_prompts(project: Project) -> dict[str, str]:
    """Return the text in force by name; "" where the shipped one holds."""
    rows = PromptVersion.objects.filter(project=project, state=_PUBLISHED)
    own = dict(rows.values_list("name", "text"))
    return {name: own.get(name, "") for name in PromptVersion.Name.values}


def set_prompt(*, project: Project, name: str, text: str) -> None:
    """Put `text` in force; "" goes back to the shipped prompt. The caller holds the project's row lock."""
    versions = PromptVersion.objects.filter(project=project, name=name)
    current = versions.filter(state=_PUBLISHED).first()
    if (current.text if current else "") == text:
        return
    versions.filter(state=_PUBLISHED).update(state=PromptVersion.State.RETIRED)
    if text:
        newest = versions.aggregate(newest=Max("version"))["newest"] or 0
        PromptVersion.objects.create(
            project=project,
            name=name,
            text=text,
            version=newest + 1,
            state=_PUBLISHED,
            published_at=timezone.now(),
        )
