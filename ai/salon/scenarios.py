"""The scenarios that a salon keeps: written, changed, thrown away; the usual ones of its own services."""

from dataclasses import dataclass

from django.db import transaction

from ai.models import Scenario, lines_of
from ai.salon.usual_scenarios import USUAL
from bookings.catalogue import CatalogueService, catalogue
from bookings.models import Service
from botbackend.lib.errors import DomainError
from projects.locking import lock_project
from projects.models import Project

MOST = 20


class TooManyScenarios(DomainError):
    """The salon keeps as many as a run can bear."""

    code = "too_many_scenarios"


class NothingToAskFor(DomainError):
    """Nobody offers a service, so there is nothing that clients could ask for."""

    code = "nothing_to_ask_for"


@dataclass(frozen=True)
class Wish:
    """What a scenario says and wants; `service_id` is of the visit that is offered."""

    said: str
    outcome: str
    service_id: int | None = None
    says: str = ""
    says_not: str = ""


@transaction.atomic
def save_scenario(*, project: Project, wish: Wish, scenario_id: int | None = None) -> Scenario:
    """Keep a scenario, in the place of another one if `scenario_id` names it.

    Raises ValidationError for one that nothing could fail, TooManyScenarios, Scenario.DoesNotExist.
    """
    lock_project(project.pk)
    kept = Scenario.objects.filter(project=project)
    if scenario_id is None and kept.count() >= MOST:
        raise TooManyScenarios(f"A salon keeps at most {MOST} scenarios.")
    row = Scenario(project=project) if scenario_id is None else kept.get(pk=scenario_id)
    row.said, row.says, row.says_not = (_plain(text) for text in (wish.said, wish.says, wish.says_not))
    row.outcome = wish.outcome
    row.service = Service.objects.filter(project=project, pk=wish.service_id or 0).first()
    row.full_clean(exclude=["project"])
    row.save()
    return row


def _plain(text: str) -> str:
    return "\n".join(lines_of(text))


def drop_scenario(*, project: Project, scenario_id: int) -> None:
    """Throw a scenario away."""
    Scenario.objects.filter(project=project, pk=scenario_id).delete()


@transaction.atomic
def add_usual(*, project: Project, language: str) -> int:
    """Add the usual scenarios in this language, of a service that is offered; those there are stay.

    Returns how many are new. Raises NothingToAskFor, TooManyScenarios.
    """
    lock_project(project.pk)
    service = _offered(project)
    known = set(Scenario.objects.filter(project=project).values_list("said", flat=True))
    new = [wish for wish in _usual(service, language) if wish.said not in known]
    if len(known) + len(new) > MOST:
        raise TooManyScenarios(f"A salon keeps at most {MOST} scenarios.")
    for wish in new:
        save_scenario(project=project, wish=wish)
    return len(new)


def _offered(project: Project) -> CatalogueService:
    found = catalogue(project=project)
    offered = {one.service_id for one in found.offerings}
    service = next((one for one in found.services if one.id in offered), None)
    if service is None:
        raise NothingToAskFor("Nobody offers a service yet.")
    return service


def _usual(service: CatalogueService, language: str) -> list[Wish]:
    name, texts = service.name_in(language), USUAL[language]
    price = "{price}" if service.price else ""
    outcome = Scenario.Outcome
    about = {
        "book": Wish("", outcome.CARD, service.id),
        "price": Wish("", outcome.NO_VISIT, service.id, says=price),
        "night": Wish("", outcome.NO_VISIT),
        "services": Wish("", outcome.NO_VISIT, says=name),
        "person": Wish("", outcome.PERSON),
        "complaint": Wish("", outcome.PERSON),
    }
    return [
        Wish(texts[key].replace("{service}", name), one.outcome, one.service_id, one.says)
        for key, one in about.items()
    ]
