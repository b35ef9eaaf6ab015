"""The salon's own prompts, as the configuration writes them."""

from ai.models import PromptVersion
from ai.prompts.versions import publish_prompt, return_to_shipped
from botbackend.lib.text import canonical
from projects.models import Project


def published_prompts(project: Project) -> dict[str, str]:
    """Return the text in force by name; "" where the shipped one holds."""
    rows = PromptVersion.objects.filter(project=project, state=PromptVersion.State.PUBLISHED)
    own = dict(rows.values_list("name", "text"))
    return {name: own.get(name, "") for name in PromptVersion.Name.values}


def set_prompt(*, project: Project, name: str, text: str) -> None:
    """Put `text` in force; a blank one goes back to the shipped prompt."""
    if canonical(text):
        publish_prompt(project=project, name=name, text=text)
    else:
        return_to_shipped(project_id=project.pk, name=name)
