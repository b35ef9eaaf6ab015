"""Reads scenario files. A mistake is told with the file, the scenario and the path of the field."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from botbackend.workshop.evaluation.salon import ScenarioSalon
from botbackend.workshop.evaluation.scenario import Scenario, Visit

SHIPPED = Path(__file__).parent / "scenarios"


class ScenarioError(ValueError):
    """A scenario file cannot be used; one line per mistake."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    salons: dict[str, Any] = {}
    scenarios: list[Any] = []


def read_scenarios(paths: Sequence[Path] = ()) -> list[Scenario]:
    """Return the scenarios of these files (the shipped ones without any), salons filled in.

    Salons of the shipped files are known everywhere by name. Raises ScenarioError with every mistake.
    """
    shipped = sorted(SHIPPED.glob("*.yaml"))
    files = [(path, _document(path)) for path in dict.fromkeys([*shipped, *paths])]
    mistakes: list[str] = []
    salons = _salons(files, mistakes)
    chosen = [(path, document) for path, document in files if not paths or path in paths]
    scenarios = [
        scenario
        for path, document in chosen
        for number, raw in enumerate(document.scenarios)
        if (scenario := _scenario(path, number, raw, salons, mistakes)) is not None
    ]
    mistakes += _twice([scenario.name for scenario in scenarios])
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return scenarios


def _document(path: Path) -> _File:
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except OSError as error:
        raise ScenarioError(f"{path.name}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path.name}: {error}") from error
    except ValidationError as error:
        raise ScenarioError("\n".join(_told(path.name, error))) from error


def _salons(files: Iterable[tuple[Path, _File]], mistakes: list[str]) -> dict[str, ScenarioSalon]:
    found: dict[str, ScenarioSalon] = {}
    for path, document in files:
        for name, raw in document.salons.items():
            try:
                found[name] = ScenarioSalon.model_validate(raw)
            except ValidationError as error:
                mistakes += _told(f"{path.name}: salons.{name}", error)
    return found


def _scenario(
    path: Path, number: int, raw: Any, salons: dict[str, ScenarioSalon], mistakes: list[str]
) -> Scenario | None:
    name = raw.get("name") if isinstance(raw, dict) else None
    where = f"{path.name}: {name or f'scenarios[{number}]'}"
    try:
        scenario = Scenario.model_validate(raw)
    except ValidationError as error:
        mistakes += _told(where, error)
        return None
    if isinstance(scenario.salon, str):
        if scenario.salon not in salons:
            mistakes.append(f"{where}: salon: there is no salon {scenario.salon}")
            return None
        scenario = scenario.model_copy(update={"salon": salons[scenario.salon]})
    mistakes += [f"{where}: {problem}" for problem in _names(scenario)]
    return scenario


def _names(scenario: Scenario) -> Iterable[str]:
    """Services and specialists that the salon does not have."""
    salon = scenario.salon
    if isinstance(salon, str):
        return
    for place, visit in _visits(scenario):
        if visit.service not in salon.services:
            yield f"{place}.service: the salon has no {visit.service}"
        for name in visit.specialist:
            if name not in salon.specialists:
                yield f"{place}.specialist: the salon has no {name}"
    for number, step in enumerate(scenario.steps):
        for what, named in (pair for answer in step.claude for pair in answer.names()):
            known = salon.services if what == "service" else salon.specialists
            if isinstance(named, str) and named not in known:
                yield f"steps[{number}].claude: the salon has no {what} {named}"


def _visits(scenario: Scenario) -> Iterable[tuple[str, Visit]]:
    for name, visits in (
        ("before", scenario.before),
        ("end.visits", scenario.end.visits),
        ("end.cancelled", scenario.end.cancelled),
    ):
        yield from ((f"{name}[{number}]", visit) for number, visit in enumerate(visits))
    for number, step in enumerate(scenario.steps):
        for place in ("happens", "during"):
            happening = getattr(step, place)
            for what in ("books", "cancels"):
                visit = getattr(happening, what, None)
                if visit is not None:
                    yield f"steps[{number}].{place}.{what}", visit


def _told(where: str, error: ValidationError) -> list[str]:
    return [f"{where}: {_path(one['loc'])}: {one['msg']}" for one in error.errors()]


def _path(parts: tuple[int | str, ...]) -> str:
    # a union names the member that was tried as a part of the path; it is not in the file
    texts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts if part not in _MEMBERS]
    return "".join(texts).removeprefix(".") or "file"


_MEMBERS = {"str", "ScenarioSalon"}


def _twice(names: Sequence[str]) -> list[str]:
    return [f"two scenarios are called {name}" for name in sorted({n for n in names if names.count(n) > 1})]
