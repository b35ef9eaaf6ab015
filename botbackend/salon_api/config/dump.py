"""The configuration as the document that a POST accepts, plus the ids of names."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bookings.models import DayOff, Offering, Service, Specialist, WeeklyRange
from botbackend.lib.clock import WEEKDAYS, clock_text
from botbackend.lib.money import as_json_number
from botbackend.salon_api.config.catalogue import slots_begun
from botbackend.salon_api.config.parts import parts_of, projects_with_parts
from botbackend.salon_api.config.prompts import published_prompts
from projects.models import Project
from sheets.models import spreadsheet_of


def dump_config(*, project: Project) -> dict[str, Any]:
    """Return everything but the secrets; a fixed number of queries. Names that left are not in it."""
    specialists = list(
        Specialist.objects.filter(project=project, is_active=True).order_by("position", "name")
    )
    services = list(Service.objects.filter(project=project, is_active=True).order_by("position", "name"))
    project = projects_with_parts().get(pk=project.pk)
    parts = parts_of(project)
    slot = parts.rules.slot_minutes
    return {
        "project_id": project.slug,
        "name": project.name,
        "specialists": [specialist.name for specialist in specialists],
        "services": {service.name: slots_begun(service.duration_minutes, slot) for service in services},
        "work_hours": {
            "start": clock_text(parts.rules.work_start_minute),
            "end": clock_text(parts.rules.work_end_minute),
        },
        "google_sheet_id": spreadsheet_of(project) or None,
        "claude_prompts": published_prompts(project),
        **parts.plain(),
        "country": project.home_country,
        **_if_any(names=_other_names(specialists) | _other_names(services)),
        **_of_services(services),
        **_of_specialists(project, specialists, services),
        "days_off": _days_off(project, specialists),
        "sendpulse": {
            "bot_id": parts.channel.sendpulse_bot_id,
            "client_id": parts.channel.sendpulse_client_id,
        },
        "ai": {
            "model_fast": parts.assistant.model_fast or None,
            "model_main": parts.assistant.model_main or None,
            "monthly_budget_usd": as_json_number(parts.assistant.monthly_budget_usd),
        },
        "ids": {
            "specialists": {specialist.name: specialist.pk for specialist in specialists},
            "services": {service.name: service.pk for service in services},
        },
    }


def _if_any(**parts: dict[str, Any]) -> dict[str, Any]:
    """Return the parts that hold anything: a salon without them reads as it always did."""
    return {name: part for name, part in parts.items() if part}


def _other_names(rows: Iterable[Specialist | Service]) -> dict[str, dict[str, str]]:
    return {row.name: row.names for row in rows if row.names}


def _of_services(services: list[Service]) -> dict[str, Any]:
    buffered = [service for service in services if service.buffer_before or service.buffer_after]
    return {
        "prices": _prices((service.name, service) for service in services),
        "buffers": {
            service.name: {"before": service.buffer_before, "after": service.buffer_after}
            for service in buffered
        },
    }


def _prices(named: Iterable[tuple[str, Service | Offering]]) -> dict[str, Any]:
    return {name: row.full_price.as_config() for name, row in named if row.full_price is not None}


def _of_specialists(
    project: Project, specialists: list[Specialist], services: list[Service]
) -> dict[str, Any]:
    does: dict[int, dict[int, Offering]] = defaultdict(dict)
    for cell in Offering.objects.filter(project=project):
        does[cell.specialist_id][cell.service_id] = cell
    hours: dict[int, dict[int, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    for row in WeeklyRange.objects.filter(project=project).order_by("weekday", "start_minute"):
        hours[row.specialist_id][row.weekday].append(
            [clock_text(row.start_minute), clock_text(row.end_minute)]
        )
    own = {
        specialist.name: _prices(
            (service.name, cells[service.pk]) for service in services if service.pk in cells
        )
        for specialist in specialists
        if (cells := does[specialist.pk])
    }
    return {
        **_if_any(specialist_prices=_if_any(**own)),
        "specialist_services": {
            specialist.name: [service.name for service in services if service.pk in does[specialist.pk]]
            for specialist in specialists
            if not specialist.does_every_service
        },
        "specialist_hours": {
            specialist.name: {WEEKDAYS[day]: ranges for day, ranges in hours[specialist.pk].items()}
            for specialist in specialists
            if specialist.has_own_hours
        },
    }


def _days_off(project: Project, specialists: list[Specialist]) -> list[dict[str, Any]]:
    names = {specialist.pk: specialist.name for specialist in specialists}
    rows = DayOff.objects.filter(project=project).order_by("date_from", "date_to", "pk")
    return [
        {
            "specialist": names.get(row.specialist_id) if row.specialist_id else None,
            "from": row.date_from.isoformat(),
            "to": row.date_to.isoformat(),
            "reason": row.reason,
        }
        for row in rows
        if row.specialist_id is None or row.specialist_id in names
    ]
