"""A look at everything, with what to do about it. The doctor may ask outside services; /health may not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from botbackend.health import registry
from botbackend.health.files import look_at_files
from botbackend.health.findings import (
    DEGRADED,
    DOWN,
    OK,
    Finding,
    look_at_claude,
    look_at_database,
    look_at_keys,
    look_at_names,
    look_at_queue,
    look_at_redis,
    look_at_second_factors,
    look_at_sheets,
    look_at_strays,
    missing_processes,
)
from botbackend.health.pooling import look_at_pooler, look_at_replica
from botbackend.outbox.selectors import dead_by_topic
from dialogues.models import ChannelSettings, is_guessable
from dialogues.models.channel import SHORTEST_SECRET
from projects.models import Project

LOW_DISK_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Diagnosis:
    """A finding with the name of what was looked at."""

    name: str
    status: str
    detail: str
    advice: str


def examine() -> Iterator[Diagnosis]:
    """Look at one thing after the other; what needs the database is left out while that is down."""
    yield _named("settings", _look_at_settings())
    yield _named("files", look_at_files())
    database = look_at_database()
    yield _named("database", database)
    yield _named("redis", look_at_redis())
    yield _named("disk", _look_at_disk())
    yield _named("time zones", _look_at_zones())
    if database.status != OK:
        return
    looks: dict[str, Callable[[], Finding]] = {
        "pooler": look_at_pooler,
        "replica": look_at_replica,
        "keys": look_at_keys,
        "migrations": _look_at_migrations,
        "projects": _look_at_projects,
        "names": look_at_names,
        "second step": look_at_second_factors,
        "claude": look_at_claude,
        "sendpulse": _look_at_sendpulse,
        "webhook secret": _look_at_webhook_secrets,
        "stray events": look_at_strays,
        "sheets": look_at_sheets,
        "dispatcher": _look_at_dispatcher,
        "workers": _look_at_workers,
        "queue": look_at_queue,
        "dead tasks": _look_at_dead,
        **registry.looks_of_doctor(),
    }
    for name, look in looks.items():
        yield _named(name, look())


def _named(name: str, finding: Finding) -> Diagnosis:
    return Diagnosis(name, finding.status, finding.detail, finding.advice)


def _look_at_settings() -> Finding:
    found = [message for message in checks.run_checks() if message.level >= checks.WARNING]
    if not found:
        return Finding(OK)
    worst = DOWN if any(message.is_serious() for message in found) else DEGRADED
    return Finding(
        worst,
        " ".join(str(message.msg) for message in found),
        " ".join(str(message.hint) for message in found if message.hint),
    )


def _look_at_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Finding(DOWN, f"{len(missing)} migrations are not applied", "Run `manage.py migrate`.")
    return Finding(OK)


def _look_at_projects() -> Finding:
    count = Project.objects.filter(is_active=True).count()
    if not count:
        return Finding(DEGRADED, "there is no project yet", "Run `manage.py load_project FILE --api-key`.")
    return Finding(OK, f"{count} active")


def _look_at_sendpulse() -> Finding:
    if settings.SENDPULSE_CLIENT_SECRET:  # without an id it is a static API key
        return Finding(OK)
    without = _without("sendpulse_client_secret")
    if not without:
        return Finding(OK)
    return Finding(
        DEGRADED,
        f"no credentials to send with: {', '.join(without)}",
        "Set SENDPULSE_CLIENT_ID and SENDPULSE_CLIENT_SECRET (a static API key is a secret without an id), or"
        " the project's own in its config.",
    )


def _without(*columns: str) -> list[str]:
    """The active projects in which one of the channel's columns is empty."""
    projects = Project.objects.filter(is_active=True).order_by("name")
    rows = projects.values_list("slug", *(f"channel_settings__{name}" for name in columns))
    return [slug for slug, *values in rows if not all(values)]


def _look_at_webhook_secrets() -> Finding:
    channels = ChannelSettings.objects.filter(project__is_active=True).exclude(webhook_key="")
    named = channels.order_by("project__name").values_list("project__slug", "webhook_secret")
    secrets = [("SENDPULSE_WEBHOOK_SECRET", settings.SENDPULSE_WEBHOOK_SECRET), *named]
    if short := [name for name, secret in secrets if is_guessable(secret)]:
        return Finding(
            DEGRADED,
            f"short enough to be guessed: {', '.join(short)}",
            f"Set a new one of {SHORTEST_SECRET} characters or more, here and in SendPulse.",
        )
    if settings.SENDPULSE_WEBHOOK_SECRET:
        return Finding(OK)
    without = _without("webhook_secret")
    if not without:
        return Finding(OK)
    return Finding(
        DEGRADED,
        f"the webhook is shut for: {', '.join(without)}",
        "Set SENDPULSE_WEBHOOK_SECRET, or sendpulse.webhook_secret in the project's config.",
    )


def _look_at_dispatcher() -> Finding:
    if "dispatcher" in missing_processes():
        return Finding(DEGRADED, "does not run", "Start `manage.py dispatcher`, or everything by `make run`.")
    return Finding(OK)


def _look_at_workers() -> Finding:
    missing = [name for name in missing_processes() if name != "dispatcher"]
    if missing:
        return Finding(
            DEGRADED, f"nobody runs: {', '.join(missing)}", "Start `manage.py rqworker QUEUE`, or `make run`."
        )
    return Finding(OK)


def _look_at_dead() -> Finding:
    dead = dead_by_topic()
    if not dead:
        return Finding(OK)
    listed = ", ".join(f"{count} of {topic}" for topic, count in dead.items())
    return Finding(DEGRADED, f"given up: {listed}", "See the tasks in the admin: retry or drop them.")


def _look_at_disk() -> Finding:
    free = shutil.disk_usage(settings.LOG_DIR or settings.BASE_DIR).free
    if free < LOW_DISK_BYTES:
        return Finding(DEGRADED, f"{free // 1024**2} MiB are free", "Make room.")
    return Finding(OK)


def _look_at_zones() -> Finding:
    return Finding(OK, f"tzdata {version('tzdata')}")
