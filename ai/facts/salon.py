"""What a turn knows of the salon before it looks at the client: catalogue, prompts, notes."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from ai.language.values import Opening
from ai.prompts.versions import Prompt, with_defaults
from ai.wording.voice import keep_wordings
from bookings.catalogue import CatalogueService, CatalogueSpecialist
from bookings.models.prices import Price, price_json
from bookings.selectors import Catalogue, catalogue
from botbackend.lib.clock import WEEKDAYS, Weekday, clock_text
from projects.models import Project

_TEXTS = """
    SELECT 'prompt', name, version, text FROM ai_promptversion
     WHERE project_id = %(project)s AND state = 'published'
    UNION ALL
    (SELECT 'note', title, id, text FROM ai_knowledge
      WHERE project_id = %(project)s AND is_active ORDER BY position, id)
    UNION ALL
    SELECT 'wording ' || language, key, id, text FROM ai_wording WHERE project_id = %(project)s
"""


def dump(value: Any) -> str:
    """Return JSON that is the same bytes for the same facts: the prompt cache depends on it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Note:
    """Something that the bot may tell."""

    id: int
    title: str
    text: str

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "text": self.text}


@dataclass(frozen=True)
class SalonBriefing:
    """One project as the model gets to see it."""

    project: Project
    catalogue: Catalogue
    prompts: Mapping[str, Prompt]
    notes: tuple[Note, ...]

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.project.timezone)

    @functools.cached_property
    def service_ids(self) -> frozenset[int]:
        return frozenset(service.id for service in self.catalogue.services)

    @functools.cached_property
    def specialist_ids(self) -> frozenset[int]:
        return frozenset(specialist.id for specialist in self.catalogue.specialists)

    @functools.cached_property
    def note_ids(self) -> frozenset[int]:
        return frozenset(note.id for note in self.notes)

    def catalogue_json(self) -> dict[str, Any]:
        """Return services and specialists with their ids, in a fixed order."""
        services = sorted(self.catalogue.services, key=lambda service: service.id)
        specialists = sorted(self.catalogue.specialists, key=lambda specialist: specialist.id)
        return {
            "currency": self.project.currency,
            "services": [
                {
                    "id": service.id,
                    **_named(service),
                    "minutes": service.duration_minutes,
                    **price_json(service.price),
                }
                for service in services
            ],
            "specialists": [
                {
                    "id": specialist.id,
                    **_named(specialist),
                    "services": sorted(specialist.service_ids),
                    "own": self._own_terms(specialist.id),
                }
                for specialist in specialists
            ],
        }

    def _own_terms(self, specialist_id: int) -> list[dict[str, Any]]:
        """Return where a specialist's length or price differs from the service's."""
        general = {
            service.id: (service.duration_minutes, service.price) for service in self.catalogue.services
        }
        return [
            {
                "service": offering.service_id,
                "minutes": offering.duration_minutes,
                **price_json(offering.price),
            }
            for offering in sorted(self.catalogue.offerings, key=lambda one: one.service_id)
            if offering.specialist_id == specialist_id
            and general.get(offering.service_id) != (offering.duration_minutes, offering.price)
        ]

    def hours_json(self) -> dict[str, Any]:
        """Return the weekly hours of each specialist, breaks cut out."""
        return {
            specialist.name: {
                day: [[clock_text(start), clock_text(end)] for start, end in ranges]
                for day, ranges in zip(WEEKDAYS, specialist.weekly, strict=True)
                if ranges
            }
            for specialist in sorted(self.catalogue.specialists, key=lambda one: one.id)
        }

    def opening(self) -> Opening:
        """Return when anybody works, by weekday, in stretches that do not touch."""
        opening: dict[Weekday, tuple[tuple[time, time], ...]] = {}
        for index, day in enumerate(WEEKDAYS):
            ranges = sorted(span for one in self.catalogue.specialists for span in one.weekly[index])
            merged: list[list[int]] = []
            for start, end in ranges:
                if merged and start <= merged[-1][1]:
                    merged[-1][1] = max(merged[-1][1], end)
                else:
                    merged.append([start, end])
            opening[day] = tuple((_time(start), _time(end)) for start, end in merged)
        return opening

    def names(self) -> set[str]:
        """Return the names of services and specialists in every language, and the salon's."""
        rows = (*self.catalogue.services, *self.catalogue.specialists)
        return {name for row in rows for name in row.all_names()} | {self.project.name}

    def price_of(self, service_id: int, specialist_id: int) -> Price | None:
        """Return the price of a service with a specialist."""
        return next(
            (
                offering.price
                for offering in self.catalogue.offerings
                if (offering.service_id, offering.specialist_id) == (service_id, specialist_id)
            ),
            None,
        )


def read_salon(*, project: Project) -> SalonBriefing:
    """Read the project's catalogue, prompts, notes and wordings: two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, {"project": project.pk})
        rows = cursor.fetchall()
    wordings = [(kind.split()[1], key, text) for kind, key, _, text in rows if kind.startswith("wording ")]
    keep_wordings(project, wordings)
    own = {name: Prompt(name, number, text) for kind, name, number, text in rows if kind == "prompt"}
    return SalonBriefing(
        project=project,
        catalogue=catalogue(project=project),
        prompts=with_defaults(own),
        notes=tuple(Note(number, title, text) for kind, title, number, text in rows if kind == "note"),
    )


def _named(row: CatalogueService | CatalogueSpecialist) -> dict[str, Any]:
    return {"name": row.name, **({"names": row.names} if row.names else {})}


def _time(minute: int) -> time:
    """Return the time of a wall-clock minute; midnight at the end of a day is its last minute."""
    return time(minute // 60, minute % 60) if minute < 24 * 60 else time(23, 59)
