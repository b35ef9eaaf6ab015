"""The four prompts of a project: rows with versions, and the defaults that are shipped as files."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ai.models import MAX_PROMPT_LENGTH, PromptVersion
from botbackend.lib.errors import DomainError
from botbackend.lib.text import canonical
from projects.locking import lock_project
from projects.models import Project

NAMES = tuple(PromptVersion.Name.values)
_HERE = Path(__file__).parent


class PromptError(DomainError):
    """The prompt cannot be published; `fields` names it."""

    code = "invalid"


@dataclass(frozen=True)
class Prompt:
    """A prompt in force; version 0 is the shipped default."""

    name: str
    version: int
    text: str

    @property
    def label(self) -> str:
        return f"{self.name}:{self.version}"


@functools.cache
def default_text(name: str) -> str:
    """Return the shipped text of one of the four prompts."""
    return (_HERE / "defaults" / f"{name}.md").read_text(encoding="utf-8").strip()


@functools.cache
def rules_text(name: str) -> str:
    """Return the rules that are the same for every salon: understand, respond or compress."""
    return (_HERE / f"{name}_rules.md").read_text(encoding="utf-8").strip()


def prompts_in_force(*, project: Project) -> Mapping[str, Prompt]:
    """Return all four, the salon's own version or else the default; one query."""
    rows = PromptVersion.objects.filter(project=project, state=PromptVersion.State.PUBLISHED)
    return with_defaults({row.name: Prompt(row.name, row.version, row.text) for row in rows})


def with_defaults(own: Mapping[str, Prompt]) -> Mapping[str, Prompt]:
    """Return all four prompts, from the salon's own ones and the shipped defaults."""
    return {name: own.get(name) or Prompt(name, 0, default_text(name)) for name in NAMES}


class PromptChanged(DomainError):
    """Somebody else put another version in force meanwhile."""

    code = "prompt_changed"


@transaction.atomic
def publish_prompt(
    *,
    project: Project,
    name: str,
    text: str,
    author: AbstractBaseUser | None = None,
    expected: int | None = None,
) -> PromptVersion:
    """Make `text` the prompt in force. The same text again changes nothing; the old version is kept.

    Raises PromptError for an unknown name or a text that is blank or too long, PromptChanged when not the
    version `expected` (0: the shipped text) is in force.
    """
    if name not in NAMES:
        raise PromptError(f"There is no prompt {name}", fields={f"claude_prompts.{name}": ["unknown prompt"]})
    if not canonical(text) or len(text) > MAX_PROMPT_LENGTH:
        problem = f"must have 1 to {MAX_PROMPT_LENGTH} characters"
        raise PromptError(problem, fields={f"claude_prompts.{name}": [problem]})
    lock_project(project.pk)
    versions = PromptVersion.objects.filter(project=project, name=name)
    current = versions.filter(state=PromptVersion.State.PUBLISHED).first()
    if current is not None and current.text == text:
        return current
    if expected is not None and expected != (current.version if current else 0):
        raise PromptChanged("Another version was put in force meanwhile.")
    newest = versions.order_by("-version").first()
    row = PromptVersion(
        project=project,
        name=name,
        version=newest.version + 1 if newest else 1,
        text=text,
        author_id=_pk(author),
    )
    return _put_in_force(row)


@transaction.atomic
def publish_version(*, version: PromptVersion, expected: int | None = None) -> PromptVersion:
    """Put an older version in force again as it stands.

    Raises PromptChanged when not the version `expected` (0: the shipped text) is in force.
    """
    lock_project(version.project_id)
    _check_expected(_in_force(version.project_id, version.name), expected)
    return _put_in_force(version)


@transaction.atomic
def return_to_shipped(*, project_id: int, name: str, expected: int | None = None) -> int:
    """Let the shipped text hold again; the salon's versions are kept. Returns how many were in force.

    Raises PromptChanged as above.
    """
    lock_project(project_id)
    in_force = _in_force(project_id, name)
    _check_expected(in_force, expected)
    return in_force.update(state=PromptVersion.State.RETIRED)


def _in_force(project_id: int, name: str) -> QuerySet[PromptVersion]:
    return PromptVersion.objects.filter(project_id=project_id, name=name, state=PromptVersion.State.PUBLISHED)


def _check_expected(in_force: QuerySet[PromptVersion], expected: int | None) -> None:
    if expected is None:
        return
    if expected != (in_force.values_list("version", flat=True).first() or 0):
        raise PromptChanged("Another version was put in force meanwhile.")


def _put_in_force(row: PromptVersion) -> PromptVersion:
    others = _in_force(row.project_id, row.name).exclude(pk=row.pk)
    others.update(state=PromptVersion.State.RETIRED)
    row.state = PromptVersion.State.PUBLISHED
    row.published_at = timezone.now()
    row.save()
    return row


def _pk(author: AbstractBaseUser | None) -> int | None:
    return author.pk if author is not None else None
