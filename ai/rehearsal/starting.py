"""Beginning a rehearsal: a row and a task; a worker asks Claude."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ai.claude import budget
from ai.models import PromptVersion, Rehearsal, Scenario
from botbackend.lib.errors import DomainError
from botbackend.lib.text import canonical
from botbackend.outbox import api as outbox
from projects.locking import lock_project
from projects.models import Project

TOPIC = "rehearsal.asked"
LONGEST = 1000  # characters of one message
MOST_LINES = 60
LONGEST_RUN = timedelta(hours=1)  # a run that takes longer has died; nobody waits for it


class NotTried(DomainError):
    """The prompt cannot be tried now; the code says why."""

    code = "not_tried"


class BudgetSpent(NotTried):
    """The month's ceiling is reached."""

    code = "budget_spent"


class StillAnswering(NotTried):
    """What was asked last has no answer yet."""

    code = "still_answering"


class NoScenarios(NotTried):
    """The salon keeps none."""

    code = "no_scenarios"


def ask_in_chat(*, project: Project, author: User, name: str, prompt: str, said: str) -> Rehearsal:
    """Say something in the author's test chat of this prompt; another text of it begins a new chat.

    Raises NotTried: nothing said, the ceiling reached, or the last message still without an answer.
    """
    said = canonical(said)[:LONGEST]
    if not said:
        raise NotTried("Write what a client would write.")
    _check(project, name)
    with transaction.atomic():
        row = _chat(project, author, name, prompt)
        if row.state == Rehearsal.State.RUNNING and row.pk:
            raise StillAnswering("The last message has no answer yet.")
        content = row.content or {"lines": [], "card": None, "language": ""}
        content["lines"] = content["lines"][-MOST_LINES:]
        content["lines"].append({"who": "client", "text": said, "at": timezone.now().isoformat()})
        row.content, row.state, row.note = content, Rehearsal.State.RUNNING, ""
        row.save()
        outbox.put(TOPIC, key=str(row.pk), project=project)
    return row


def ask_again(*, project: Project, author: User, name: str, prompt: str) -> Rehearsal:
    """Have the last questions of clients answered by the prompt.

    Raises NotTried: at the ceiling, or while others of the salon are still being answered, which costs money.
    """
    _check(project, name)
    with transaction.atomic():
        lock_project(project.pk)
        lately = Rehearsal.objects.filter(project=project, created_at__gte=timezone.now() - LONGEST_RUN)
        if lately.filter(kind=Rehearsal.Kind.QUESTIONS, state=Rehearsal.State.RUNNING).exists():
            raise StillAnswering("The last questions are still being answered.")
        row = Rehearsal.objects.create(
            project=project, author=author, name=name, kind=Rehearsal.Kind.QUESTIONS, prompt=prompt
        )
        outbox.put(TOPIC, key=str(row.pk), project=project)
    return row


def run_scenarios(*, project: Project, author: User, name: str, prompt: str) -> Rehearsal:
    """Hold the prompt against the salon's scenarios, one after another.

    Raises NotTried: there are none, the ceiling is reached, or the last run goes on.
    """
    _check(project, name)
    if not Scenario.objects.filter(project=project).exists():
        raise NoScenarios("There are no scenarios.")
    kind = Rehearsal.Kind.SCENARIOS
    with transaction.atomic():
        lock_project(project.pk)
        mine = Rehearsal.objects.filter(project=project, author=author, name=name, kind=kind)
        if mine.filter(state=Rehearsal.State.RUNNING).exists():
            raise StillAnswering("The last run has not ended.")
        row = Rehearsal.objects.create(project=project, author=author, name=name, kind=kind, prompt=prompt)
        outbox.put(TOPIC, key=str(row.pk), project=project)
    return row


def red_scenarios(*, project: Project, author: User, name: str, prompt: str) -> int | None:
    """Return how many scenarios this very text failed when the author ran them last; None = not known.

    Scenarios that are kept no more do not count.
    """
    run = newest(project=project, author=author, name=name, kind=Rehearsal.Kind.SCENARIOS)
    if run is None or run.prompt != prompt or not run.content:
        return None
    red = {row["scenario"] for row in run.content["rows"] if row["new"] and row["missed"]}
    count = Scenario.objects.filter(project=project, pk__in=red).count()
    return count if count or run.state == Rehearsal.State.DONE else None


def newest(*, project: Project, author: User, name: str, kind: Rehearsal.Kind) -> Rehearsal | None:
    """Return the author's last rehearsal of this kind that still holds its words."""
    mine = Rehearsal.objects.filter(project=project, author=author, name=name, kind=kind)
    return mine.filter(prompt__isnull=False).order_by("-pk").first()


def _chat(project: Project, author: User, name: str, prompt: str) -> Rehearsal:
    mine = Rehearsal.objects.select_for_update().filter(project=project, author=author, name=name)
    row = mine.filter(kind=Rehearsal.Kind.CHAT, prompt__isnull=False).order_by("-pk").first()
    if row is not None and row.prompt == prompt:
        return row
    return Rehearsal(project=project, author=author, name=name, kind=Rehearsal.Kind.CHAT, prompt=prompt)


def _check(project: Project, name: str) -> None:
    if name not in PromptVersion.Name.values or name == PromptVersion.Name.COMPRESSION:
        raise NotTried("This prompt does not answer clients.")
    if budget.is_spent(project=project):
        raise BudgetSpent("The month's ceiling is reached.")
