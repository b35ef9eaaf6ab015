"""What the pages of prompts and permissions show; a fixed number of statements each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ai.models import PromptDraft, PromptVersion
from ai.prompts.versions import default_text
from dialogues.models import StaffTask
from dialogues.staff.drafts import DRAFT_KIND
from projects.models import Project

_Name = PromptVersion.Name
_MOST_DRAFTS = 20
_MOST_VERSIONS = 30


@dataclass(frozen=True)
class About:
    """A prompt in plain words."""

    title: Promise
    what: Promise
    when: Promise
    can_be_tried: bool = True


ABOUT: Mapping[str, About] = {
    _Name.RESPONSE: About(
        _("How it answers"),
        _("The tone and the manners: how long an answer is, how many times it offers, what it asks."),
        _("Read for every answer that the assistant writes in its own words."),
    ),
    _Name.INTENT: About(
        _("What a client wants"),
        _("How to tell a wish for a visit from a question, a change, a cancellation."),
        _("Read first, for every message."),
    ),
    _Name.SERVICE: About(
        _("Which service and who"),
        _("How clients call your services and specialists, and what they usually mean."),
        _("Read first, for every message, beside your list of services."),
    ),
    _Name.COMPRESSION: About(
        _("What it remembers"),
        _("What is worth keeping of a talk that is over, such as wishes, dislikes and allergies."),
        _("Read at night, when old talks are summed up. It writes nothing to clients."),
        can_be_tried=False,
    ),
}


@dataclass
class PromptState:
    """A prompt as it stands: what is in force, and who is writing something else."""

    name: str
    about: About
    in_force: PromptVersion | None
    drafts: list[PromptDraft] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text in force."""
        return self.in_force.text if self.in_force else self.shipped

    @property
    def shipped(self) -> str:
        return default_text(self.name)

    @property
    def version(self) -> int:
        """The version in force, 0 for the shipped text."""
        return self.in_force.version if self.in_force else 0

    def draft_of(self, user: User) -> PromptDraft | None:
        return next((draft for draft in self.drafts if draft.author_id == user.pk), None)

    def drafts_of_others(self, user: User) -> list[PromptDraft]:
        return [draft for draft in self.drafts if draft.author_id != user.pk]


def prompt_states(salon: Project) -> list[PromptState]:
    """Return all four, in the order in which owners care for them: two statements."""
    published = PromptVersion.objects.filter(project=salon, state=PromptVersion.State.PUBLISHED)
    in_force = {row.name: row for row in published.select_related("author")}
    states = {name: PromptState(name, about, in_force.get(name)) for name, about in ABOUT.items()}
    for draft in PromptDraft.objects.filter(project=salon).select_related("author"):
        states[draft.name].drafts.append(draft)
    return list(states.values())


def prompt_state(salon: Project, name: str) -> PromptState:
    """Return one of them; Http404 for a name that there is not."""
    found = {state.name: state for state in prompt_states(salon)} if name in ABOUT else {}
    if name not in found:
        raise Http404
    return found[name]


def versions_of(salon: Project, name: str) -> list[PromptVersion]:
    """Return the newest versions of a prompt, without their texts."""
    rows = PromptVersion.objects.filter(project=salon, name=name).select_related("author").defer("text")
    return list(rows.order_by("-version")[:_MOST_VERSIONS])


def waiting_drafts(salon: Project) -> list[StaffTask]:
    """Return the replies that wait for a person, the oldest first."""
    rows = StaffTask.objects.filter(project=salon, kind=DRAFT_KIND, state=StaffTask.State.OPEN)
    return list(rows.select_related("dialogue__client").order_by("created_at")[:_MOST_DRAFTS])
