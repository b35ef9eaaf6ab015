"""Takes a configuration over: all of it or nothing, under the row lock of the project."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from pydantic import ValidationError

from ai.claude.models import MODELS
from ai.models import MODEL_FIELDS, UNKNOWN_MODEL, AssistantSettings, assistant_of, may_choose
from bookings.models import Service, Specialist, rules_of
from bookings.models.catalogue import key_of
from bookings.models.prices import PRICE_COLUMNS
from botbackend.outbox.api import put
from botbackend.salon_api.config.catalogue import apply_names, apply_services, apply_specialists
from botbackend.salon_api.config.checks import StoredParts, check_document
from botbackend.salon_api.config.document import ConfigDocument
from botbackend.salon_api.config.parts import (
    CHANNEL_COLUMNS,
    PLAIN_FIELDS,
    Parts,
    parts_of,
    projects_with_parts,
)
from botbackend.salon_api.config.prompts import set_prompt
from botbackend.salon_api.config.schedule import apply_days_off, apply_hours, apply_matrix, apply_own_prices
from dialogues.identities import id_in, path_secret_in
from dialogues.models import BOT_TAKEN, SECRET_TOO_SHORT, ChannelSettings, channel_of, is_guessable
from projects.access import operators_fields
from projects.bodies import read_json, refuse_bad_text, validation_fields
from projects.errors import InvalidInput
from projects.locking import lock_project
from projects.models import Project
from sheets.addresses import spreadsheet_id_in
from sheets.models import SPREADSHEET_TAKEN
from sheets.operations import is_taken, use_spreadsheet

Value = TypeVar("Value")

OPERATORS = "is set by the operator of the installation; leave it out or as it is"
KINDS: dict[str, type[Specialist] | type[Service]] = {"specialists": Specialist, "services": Service}
NEEDED_AT_FIRST = ("project_id", "specialists", "services")


def update_project(*, project: Project, raw: bytes, by_operator: bool = False) -> Project:
    """Change what the document names and leave the rest; returns the project as it is then.

    What the installation pays for - the models and the ceiling of their cost - only the operator changes, but
    for the models that he lets salons choose; from others the stored values are taken, so that what GET gave
    can be posted back.

    Raises InvalidJSON, or InvalidInput with every mistake by its path; then nothing was changed.
    """
    document = read_json(raw)
    refuse_bad_text(document)
    try:
        with transaction.atomic():
            # The lock makes two partial documents follow one another instead of undoing each other. The
            # settings are read by a statement after it: joined to it, they would be as before the wait.
            lock_project(project.pk)
            locked = projects_with_parts().get(pk=project.pk)
            if _leave_out_stored(document, locked):
                raw = json.dumps(document).encode()
            kept = None if by_operator else assistant_of(locked)
            _apply(locked, _validated(raw, document, locked, kept))
    except IntegrityError as error:
        if "channel_one_per_bot" in str(error):
            raise InvalidInput("The body is not valid.", fields={"sendpulse.bot_id": [BOT_TAKEN]}) from error
        if "sheet_of_one_salon" in str(error):
            fields = {"google_sheet_id": [SPREADSHEET_TAKEN]}
            raise InvalidInput("The body is not valid.", fields=fields) from error
        raise
    return locked


@transaction.atomic
def load_project(*, raw: bytes) -> tuple[Project, bool]:
    """Create or update the project that the document names; returns it and whether it is new.

    Raises InvalidJSON or InvalidInput; then there is no new project either.
    """
    document = read_json(raw)
    slug = document.get("project_id") if isinstance(document, dict) else None
    project = Project.objects.filter(slug=slug).first() if isinstance(slug, str) else None
    if project is not None:
        return update_project(project=project, raw=raw, by_operator=True), False
    refuse_bad_text(document)
    given = document if isinstance(document, dict) else {}
    missing = {name: ["is needed for a new project"] for name in NEEDED_AT_FIRST if name not in given}
    fields = _mistakes(raw, document, StoredParts(), None) | missing
    if fields:
        raise InvalidInput("The configuration is not valid.", fields=fields)
    project = Project.objects.create(slug=str(slug), name=str(slug))
    return update_project(project=project, raw=raw, by_operator=True), True


def _leave_out_stored(document: Any, project: Project) -> bool:
    """Leave out what is stored already, so that GET's answer can be posted back; tell whether anything was.

    Earlier versions took values that nobody may set any more.
    """
    parts = parts_of(project)
    channel, given = parts.channel, _section(document, "sendpulse")
    stored = {name: getattr(channel, CHANNEL_COLUMNS[name]) for name in ("bot_id", "client_id")}
    found = [(given, name) for name, value in stored.items() if given.get(name) == value]
    if isinstance(document, dict):
        plain = {name: parts.plain()[name] for name in ("language", "currency")}
        found += [(document, name) for name, value in plain.items() if document.get(name) == value]
    for section, name in found:
        del section[name]
    return bool(found)


def _validated(raw: bytes, document: Any, project: Project, kept: AssistantSettings | None) -> ConfigDocument:
    fields = _mistakes(raw, document, _known(project), project)
    for path in _changed_limits(document, kept) if kept else ():
        fields.setdefault(path, []).append(OPERATORS)
    if fields:
        raise InvalidInput("The body is not valid.", fields=fields)
    return ConfigDocument.model_validate_json(raw)


def _mistakes(raw: bytes, document: Any, known: StoredParts, project: Project | None) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    try:
        ConfigDocument.model_validate_json(raw)
    except ValidationError as error:
        fields = validation_fields(error)
    for path, messages in check_document(document, known).items():
        fields.setdefault(path, []).extend(messages)
    kept = assistant_of(project) if project else AssistantSettings()
    for name in MODEL_FIELDS:
        model = _section(document, "ai").get(name)
        if isinstance(model, str) and model not in ("", *MODELS, getattr(kept, name)):
            fields.setdefault(f"ai.{name}", []).append(UNKNOWN_MODEL)
    bot_id = _bot_id(document)
    others = ChannelSettings.objects.exclude(project=project) if project else ChannelSettings.objects.all()
    if bot_id and others.filter(sendpulse_bot_id=bot_id).exists():
        fields.setdefault("sendpulse.bot_id", []).append(BOT_TAKEN)
    if problem := _problem_of_secret(document, project):
        fields.setdefault("sendpulse.webhook_secret", []).append(problem)
    sheet_id = document.get("google_sheet_id") if isinstance(document, dict) else None
    if isinstance(sheet_id, str) and _is_of_another(sheet_id, project):
        fields.setdefault("google_sheet_id", []).append(SPREADSHEET_TAKEN)
    return fields


def _is_of_another(address: str, project: Project | None) -> bool:
    try:
        return is_taken(spreadsheet_id_in(address), for_project=project)
    except ValueError:
        return False  # told as what it is, no address of a spreadsheet


def _changed_limits(document: Any, kept: AssistantSettings) -> list[str]:
    given = _section(document, "ai")
    limits = operators_fields(AssistantSettings)
    changed = [name for name in limits if name in given and not _same(given[name], kept, name)]
    return [f"ai.{name}" for name in changed if not (name in MODEL_FIELDS and may_choose(given[name] or ""))]


def _same(given: Any, kept: AssistantSettings, name: str) -> bool:
    stored = getattr(kept, name)
    if isinstance(stored, Decimal) and isinstance(given, int | float) and not isinstance(given, bool):
        return Decimal(repr(given)) == stored
    return bool(given == stored) if given is not None else stored in (None, "")


def _section(document: Any, name: str) -> dict[str, Any]:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def _bot_id(document: Any) -> str:
    found = _section(document, "sendpulse").get("bot_id")
    try:
        return id_in(found) if isinstance(found, str) else ""
    except ValueError:
        return ""  # told as what it is, no id


def _problem_of_secret(document: Any, project: Project | None) -> str:
    """What is wrong with a new webhook secret; "" where its own field tells, or all is well."""
    given = _section(document, "sendpulse").get("webhook_secret")
    stored = channel_of(project).webhook_key if project else ""
    try:
        secret = path_secret_in(given) if isinstance(given, str) else ""
    except ValueError:
        return ""
    return SECRET_TOO_SHORT if is_guessable(secret, stored_key=stored) else ""


def _known(project: Project) -> StoredParts:
    specialists = Specialist.objects.filter(project=project, is_active=True)
    services = Service.objects.filter(project=project, is_active=True)
    parts = parts_of(project)
    return StoredParts(
        project_id=project.slug,
        specialists=frozenset(map(key_of, specialists.values_list("name", flat=True))),
        services=dict(services.values_list("name", "duration_minutes")),
        matrix=_matrix(project),
        names={kind: _other_names(model, project) for kind, model in KINDS.items()},
        slot_minutes=parts.rules.slot_minutes,
        debounce_seconds=parts.channel.debounce_seconds,
        max_wait_seconds=parts.channel.max_wait_seconds,
    )


def _other_names(model: type[Specialist] | type[Service], project: Project) -> dict[str, Mapping[str, str]]:
    """Return by keys what rows are called in languages; one that left may come back with it."""
    rows: QuerySet[Any] = model._default_manager.filter(project=project)
    return {row.key: row.names for row in rows.order_by("is_active", "-name_key")}


def _matrix(project: Project) -> dict[str, frozenset[str]]:
    """Return by keys what each specialist with a list of their own does; one who left may come back."""
    rows = Specialist.objects.filter(project=project, does_every_service=False)
    rows = rows.order_by("is_active", "-name_key").prefetch_related("offerings__service")
    return {row.key: frozenset(cell.service.key for cell in row.offerings.all()) for row in rows}


def _apply(project: Project, document: ConfigDocument) -> None:
    before = rules_of(project).slot_minutes
    _apply_fields(parts_of(project), document)
    if document.gives("google_sheet_id"):
        use_spreadsheet(project=project, spreadsheet_id=document.google_sheet_id or "")
    if document.gives("specialists"):
        apply_specialists(project, document.specialists)
    if document.gives("services"):
        is_new_size = rules_of(project).slot_minutes != before
        apply_services(project, document.services, is_new_size=is_new_size)
    _apply_details(project, document)
    for name in document.claude_prompts.model_fields_set:
        set_prompt(project=project, name=name, text=getattr(document.claude_prompts, name))
    put("project.changed", key=str(project.pk), project=project)


def _apply_fields(parts: Parts, document: ConfigDocument) -> None:
    if document.gives("name"):
        parts.project.name = document.name
    for part, names in PLAIN_FIELDS.items():
        for name in filter(document.gives, names):
            setattr(getattr(parts, part), name, getattr(document, name))
    if document.gives("work_hours"):
        parts.rules.work_start_minute, parts.rules.work_end_minute = document.work_hours.minutes()
    for name in document.sendpulse.model_fields_set:
        setattr(parts.channel, CHANNEL_COLUMNS[name], getattr(document.sendpulse, name))
    for name in document.ai.model_fields_set:
        value = getattr(document.ai, name)
        setattr(parts.assistant, name, value if name == "monthly_budget_usd" else value or "")
    parts.save()


def _apply_details(project: Project, document: ConfigDocument) -> None:
    # From the last to the first, so that the row with the key itself is the one that is kept.
    active = {"project": project, "is_active": True}
    services = {row.key: row for row in Service.objects.filter(**active).order_by("-name_key")}
    specialists = {row.key: row for row in Specialist.objects.filter(**active).order_by("-name_key")}
    if document.gives("names"):
        apply_names([*services.values(), *specialists.values()], by_key(document.names))
    if document.gives("prices"):
        prices = by_key(document.prices)
        for key, service in services.items():
            service.full_price = prices.get(key)
    if document.gives("buffers"):
        buffers = by_key(document.buffers)
        for key, service in services.items():
            around = buffers.get(key)
            service.buffer_before, service.buffer_after = (around.before, around.after) if around else (0, 0)
    Service.objects.bulk_update(services.values(), [*PRICE_COLUMNS, "buffer_before", "buffer_after"])
    if document.gives("specialist_hours"):
        apply_hours(project, specialists, by_key(document.specialist_hours))
    if document.gives("specialist_services"):
        matrix = {name: list(map(key_of, listed)) for name, listed in document.specialist_services.items()}
        apply_matrix(project, specialists, services, by_key(matrix))
    if document.gives("specialist_prices"):
        own = by_key({name: by_key(prices) for name, prices in document.specialist_prices.items()})
        apply_own_prices(project, specialists, services, own)
    if document.gives("days_off"):
        apply_days_off(project, specialists, document.days_off)


def by_key(named: Mapping[str, Value]) -> dict[str, Value]:
    """Return the map with the keys of its names."""
    return {key_of(name): value for name, value in named.items()}
