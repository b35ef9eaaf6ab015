"""What people write of a prompt before it is published: one draft each, which colleagues may read."""

from django.contrib.auth.models import User
from django.db import transaction

from ai.models import MAX_PROMPT_LENGTH, PromptDraft, PromptVersion
from ai.prompts.versions import NAMES, PromptError, publish_prompt
from ai.rehearsal.starting import red_scenarios
from botbackend.lib.errors import DomainError
from botbackend.lib.text import canonical
from projects.locking import lock_project
from projects.models import Project


def save_draft(*, project: Project, name: str, author: User, text: str, base_version: int) -> PromptDraft:
    """Keep the author's draft; `base_version` is what was in force when they began it.

    Raises PromptError for a text that could not be published.
    """
    if name not in NAMES or not canonical(text) or len(text) > MAX_PROMPT_LENGTH:
        problem = f"must have 1 to {MAX_PROMPT_LENGTH} characters"
        raise PromptError(problem, fields={"text": [problem]})
    row, _ = PromptDraft.objects.update_or_create(
        project=project,
        name=name,
        author=author,
        defaults={"text": text, "base_version": base_version},
    )
    return row


def drop_draft(*, project: Project, name: str, author: User) -> None:
    """Throw the author's draft away."""
    PromptDraft.objects.filter(project=project, name=name, author=author).delete()


class ScenariosFailed(DomainError):
    """The draft failed scenarios of the salon when they were run last; `count` says how many."""

    code = "scenarios_failed"

    def __init__(self, count: int) -> None:
        super().__init__(f"The draft failed {count} scenarios.")
        self.count = count


@transaction.atomic
def publish_draft(
    *, project: Project, name: str, author: User, seen: int, despite_scenarios: bool = False
) -> PromptVersion:
    """Put the author's draft in force; it is a draft no longer.

    `seen` is the version in force that the author held it against, 0 for the shipped text. Raises PromptError
    where there is no draft, PromptChanged when another version is in force by now, ScenariosFailed where
    nobody said that it goes on all the same (`despite_scenarios`).
    """
    lock_project(project.pk)
    draft = PromptDraft.objects.filter(project=project, name=name, author=author).first()
    if draft is None:
        raise PromptError("There is no draft.", fields={"text": ["There is no draft."]})
    red = red_scenarios(project=project, author=author, name=name, prompt=draft.text)
    if red and not despite_scenarios:
        raise ScenariosFailed(red)
    version = publish_prompt(project=project, name=name, text=draft.text, author=author, expected=seen)
    draft.delete()
    return version
