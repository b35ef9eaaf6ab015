"""What is looked at, by whoever asks: /health in one word, the doctor with advice. Never spends tokens."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from ai.claude import breaker, key_pool
from bookings.models import Resource, Service, Specialist
from bookings.models.catalogue import NAMESAKE
from botbackend.health import canary
from botbackend.lib.redis_client import redis_client
from botbackend.outbox.models import Heartbeat
from botbackend.outbox.selectors import depths, processes
from dialogues.models import InboundEvent
from projects.security import second_factor
from sheets.keyfiles import key_files
from sheets.models import SheetLink
from sheets.selectors import mirrored_projects
from sheets.trouble import selectors as trouble

REDIS_TIMEOUT_SECONDS = 0.5
LATE_SECONDS = 60.0
TOLD_AT_ONCE = 5  # salons by name in one sentence
STRAY_FOR = timedelta(days=1)
SEE_LINKS = "See the sheet links in the admin."
OK, DEGRADED, DOWN = "ok", "degraded", "down"
_REFUSED_BY_POOLER = "unsupported startup parameter"  # a PgBouncer that is not told to ignore `options`
REPAIR = "Replace them, pay their bill, or raise the spend limit at console.anthropic.com."


@dataclass(frozen=True)
class Finding:
    """One word of the scale ok, degraded, down; a sentence; what to do about it.

    `public` stands in the place of a detail that names salons, for whoever may not know them.
    """

    status: str
    detail: str = ""
    advice: str = ""
    public: str = ""


def look_at_database() -> Finding:
    """Does PostgreSQL answer, has it our tables, does it take writes? Without it nothing can be taken in."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('health_canary') IS NOT NULL")
            row = cursor.fetchone()
        if not row or not row[0]:
            return Finding(DOWN, "the tables are missing", "Run `manage.py migrate`.")
        canary.write()
    except canary.UnwritableError as error:
        return Finding(DOWN, str(error), error.advice)
    except Exception as error:
        if _REFUSED_BY_POOLER in str(error):
            return Finding(
                DOWN,
                "a pooler stands before it and refuses the options of our connections",
                "Set DATABASE_DIRECT_URL to PostgreSQL's own address; docs/operations.md, PgBouncer.",
            )
        return Finding(
            DOWN, f"no answer ({type(error).__name__})", "Start PostgreSQL, or correct DATABASE_URL."
        )
    return Finding(OK)


def look_at_keys() -> Finding:
    """Are the keys those of this database? With others nothing of clients can be read, or found again."""
    wrong = canary.wrong_keys()
    if not wrong:
        return Finding(OK)
    return Finding(
        DOWN,
        f"not those with which the database was written: {', '.join(wrong)}",
        "Put the right ones back before anything is written with these; docs/operations.md, Backups.",
    )


def look_at_redis() -> Finding:
    """Without Redis messages are still taken in and kept, but replies wait until it is back."""
    try:
        redis_client(timeout=REDIS_TIMEOUT_SECONDS).set("health:probe", "1", ex=60)
    except redis.ResponseError as error:  # it answers and takes nothing: memory, its disk, a replica
        return Finding(
            DOWN,
            f"takes no writes: {str(error)[:200]}",
            "Raise maxmemory, free its disk, or name the master.",
            public="takes no writes",
        )
    except (redis.RedisError, OSError, ValueError) as error:
        return Finding(
            DOWN,
            f"no answer ({type(error).__name__})",
            "Start Redis, or correct REDIS_URL / REDIS_SENTINELS.",
        )
    return Finding(OK)


def look_at_claude() -> Finding:
    """Is there a key that could answer? Without one the bot works through numbered menus."""
    keys = key_pool.known()
    now = timezone.now()
    if not keys:
        return Finding(
            DEGRADED, "no key: the bot works through menus", "Set CLAUDE_API_KEY_1 (console.anthropic.com)."
        )
    alive = [key for key in keys if not key.is_dead(now)]
    why = ", ".join(sorted({key.reason for key in keys if key.is_dead(now)} - {""})) or "no reason given"
    if not alive:
        return Finding(
            DOWN, f"all {len(keys)} keys are refused: {why}", f"See their states in the admin. {REPAIR}"
        )
    if breaker.is_open():
        return Finding(DEGRADED, "failed several times in a row; tried again in a moment", "")
    if all(key.cools(now) for key in alive):
        return Finding(DEGRADED, "all keys wait for their rate limit", "Add a key of another organisation.")
    if len(alive) < len(keys):
        return Finding(DEGRADED, f"{len(keys) - len(alive)} of {len(keys)} keys are refused: {why}", REPAIR)
    return Finding(OK)


def look_at_sheets() -> Finding:
    """Can the mirror be written? It is a mirror: bookings go on without it."""
    taken = SheetLink.objects.filter(state=SheetLink.State.TAKEN, spreadsheet_id="", project__is_active=True)
    if slugs := list(taken.order_by("pk").values_list("project__slug", flat=True)):
        what = "named no spreadsheet, or that of another project, and have none now"
        return Finding(
            DEGRADED,
            f"{what}: {', '.join(slugs)}",
            "Give each a spreadsheet of its own, or set the state of its sheet link to new.",
            public=f"{what}: {len(slugs)}",
        )
    if not mirrored_projects().exists():
        return Finding(OK, "no project has a spreadsheet")
    if not key_files() or not all(Path(file).is_file() for file in key_files()):
        return Finding(
            DEGRADED,
            "no service account",
            "Set GOOGLE_CREDENTIALS_FILE to the key file of the service account.",
        )
    troubles = trouble.troubled()
    return _of_troubled(troubles) if troubles else Finding(OK)


def _of_troubled(links: Sequence[SheetLink]) -> Finding:
    told = [trouble.sentence(link) for link in links[:TOLD_AT_ONCE]]
    more = len(links) - len(told)
    stopped = (SheetLink.State.ERROR, SheetLink.State.FROZEN)
    states = Counter(link.state if link.state in stopped else "late" for link in links)
    return Finding(
        DEGRADED,
        " | ".join([*told, *([f"and {more} more"] if more else [])]),
        " ".join(dict.fromkeys(link.advice or SEE_LINKS for link in links[:TOLD_AT_ONCE])),
        public=", ".join(f"{states[state]} {state}" for state in sorted(states)),
    )


def look_at_strays() -> Finding:
    """Did anything come under a good secret that is of no salon? Clients wait for an answer to it."""
    since = timezone.now() - STRAY_FOR
    strays = InboundEvent.objects.filter(state=InboundEvent.State.STRAY, received_at__gte=since)
    count = strays.count()
    if not count:
        return Finding(OK)
    bots = strays.exclude(bot_id="").order_by("bot_id").values_list("bot_id", flat=True).distinct()
    named = ", ".join(bots[:TOLD_AT_ONCE]) or "none"
    what = f"{count} within a day are of a bot or project_id that no project has"
    return Finding(
        DEGRADED,
        f"{what}; bots: {named}",
        "Put the bot's id into its project's config, or the right project_id into the flow, then run"
        " `manage.py replay_events --failed`. The admin lists them as inbound events of the state stray.",
        public=what,
    )


def look_at_names() -> Finding:
    """Do two rows of a salon have one name? Earlier versions let them; nothing is merged unasked."""
    twice = [
        f"{row.project.slug}: {row._meta.verbose_name} {row.name} ({row.pk})"
        for model in (Specialist, Service, Resource)
        for row in model._default_manager.filter(name_key__contains=NAMESAKE).select_related("project")
    ]
    if not twice:
        return Finding(OK)
    return Finding(
        DEGRADED,
        f"have the name of another row in other letters: {'; '.join(twice)}",
        "In the admin give it another name, or put it aside once its visits are over.",
    )


def look_at_second_factors() -> Finding:
    """Do all owners and operators have a second step of signing in, where the operator requires it?"""
    if not settings.REQUIRE_SECOND_FACTOR:
        return Finding(OK, "not required")
    without = list(second_factor.lacking().values_list("username", flat=True)[: TOLD_AT_ONCE + 1])
    if not without:
        return Finding(OK)
    more = " and more" if len(without) > TOLD_AT_ONCE else ""
    return Finding(
        DEGRADED,
        f"owners or operators without a second step of signing in: {', '.join(without[:TOLD_AT_ONCE])}{more}",
        "They set it up at their next sign-in, and see nothing before; take the role from whoever left.",
    )


def look_at_queue() -> Finding:
    """Does anybody work, and is the work on time?"""
    missing = missing_processes()
    late = max((depth.oldest_age_s for depth in depths()), default=0.0)
    if missing:
        return Finding(
            DEGRADED,
            f"nobody runs: {', '.join(missing)}",
            "Start them: `make run`; see docs/operations.md.",
        )
    if late > LATE_SECONDS:
        return Finding(
            DEGRADED, f"the oldest task is {late:.0f} s late", "Start more workers, or look at /metrics."
        )
    return Finding(OK)


def missing_processes() -> Sequence[str]:
    """Return what should live and does not: the dispatcher, and a worker for each queue."""
    signs = processes()
    missing = [] if any(sign.kind == Heartbeat.Kind.DISPATCHER for sign in signs) else ["dispatcher"]
    served = {sign.queue for sign in signs if sign.kind == Heartbeat.Kind.WORKER}
    return missing + [f"worker of {queue}" for queue in settings.QUEUES if queue not in served]
