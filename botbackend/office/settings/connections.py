"""How the salon's connections stand, as far as our own rows tell: nobody outside is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from ai.claude import key_pool
from ai.claude.budget import month_to_date
from ai.models import assistant_of
from botbackend.health.findings import missing_processes
from dialogues.models import ChannelSettings, InboundEvent
from projects.models import Project
from sheets.cycle.edits.refused import Side, sides_of, waits
from sheets.models import SheetAdoption, SheetConflict, SheetLink, SheetRow
from sheets.trouble.selectors import sentence, troubled_links_of
from sheets.trouble.vanished import vanished_rows

LOOK_BACK = timedelta(days=7)
MOST_CONFLICTS = 10
MOST_VANISHED = 50


@dataclass(frozen=True)
class Chat:
    """SendPulse: what is set, and when it last told us of anything."""

    bot_id: str
    has_own_secret: bool
    has_installations_secret: bool
    has_keys: bool
    last_event: datetime | None


@dataclass(frozen=True)
class Model:
    """Claude: the installation's keys, and what the salon spent this month."""

    live: int
    retired: int
    resting: int
    spent: Decimal
    ceiling: Decimal | None


@dataclass(frozen=True)
class Sheet:
    """The spreadsheet: whether it follows, and what waits for a person."""

    link: SheetLink | None
    trouble: str
    lag: timedelta | None
    plan: SheetAdoption | None
    conflicts: Sequence[tuple[SheetConflict, list[Side]]]
    vanished: Sequence[SheetRow]

    @property
    def address(self) -> str:
        """Where it is opened."""
        return f"https://docs.google.com/spreadsheets/d/{self.link.spreadsheet_id}/edit" if self.link else ""


def chat_of(salon: Project) -> Chat:
    """Two queries."""
    own = ChannelSettings.objects.filter(project=salon)
    row = own.values_list("sendpulse_bot_id", "webhook_key", "sendpulse_client_secret").first()
    bot_id, key, secret = row or ("", "", "")
    recent = InboundEvent.objects.filter(project=salon, received_at__gte=timezone.now() - LOOK_BACK)
    return Chat(
        bot_id=bot_id,
        has_own_secret=bool(key),
        has_installations_secret=bool(settings.SENDPULSE_WEBHOOK_SECRET),
        has_keys=bool(secret or settings.SENDPULSE_CLIENT_SECRET),
        last_event=recent.order_by("-received_at").values_list("received_at", flat=True).first(),
    )


def model_of(salon: Project) -> Model:
    """Four queries at most."""
    now = timezone.now()
    keys = key_pool.known()
    alive = [key for key in keys if not key.is_dead(now)]
    return Model(
        live=len(alive),
        retired=len(keys) - len(alive),
        resting=sum(1 for key in alive if key.cools(now)),
        spent=month_to_date(project=salon, now=now),
        ceiling=assistant_of(salon).ceiling_usd,
    )


def sheet_of(salon: Project) -> Sheet:
    """Six queries at most."""
    link = (
        SheetLink.objects.select_related("project").filter(project=salon).exclude(spreadsheet_id="").first()
    )
    if link is None:
        return Sheet(None, "", None, None, [], [])
    is_late = troubled_links_of(salon).exists()
    waiting = link.adoptions.filter(state=SheetAdoption.State.WAITING, spreadsheet_id=link.spreadsheet_id)
    return Sheet(
        link=link,
        trouble=sentence(link).partition(": ")[2] if is_late else "",
        lag=timezone.now() - link.waiting_since if link.waiting_since else None,
        plan=waiting.defer("plan").first(),
        conflicts=_conflicts_of(link),
        vanished=list(vanished_rows(link)[:MOST_VANISHED]),
    )


def _conflicts_of(link: SheetLink) -> list[tuple[SheetConflict, list[Side]]]:
    """Return the last refused edits; those that wait for a person with what each side says. Two queries."""
    named = ("link__project", "booking__client", "booking__service", "booking__specialist")
    rows = SheetConflict.objects.filter(link=link).select_related(*named).order_by("-at", "-pk")
    tabs, seen, found = list(link.own_tabs()), set[int | None](), []
    for row in rows[:MOST_CONFLICTS]:
        is_newest = row.booking_id not in seen
        seen.add(row.booking_id)
        found.append((row, sides_of(row, tabs) if is_newest and waits(row) else []))
    return found


def share_with(link: SheetLink | None) -> str:
    """Return the address that the spreadsheet has to be shared with; "" while the operator set none."""
    # Whoever never opens this page need not have loaded Google's client.
    from sheets.google import GoogleError, service_account_email

    try:
        return service_account_email(link.spreadsheet_id if link else "")
    except GoogleError:
        return ""


def nobody_runs() -> Sequence[str]:
    """Return which processes are missing: without them nothing is sent, nor the spreadsheet written."""
    return missing_processes()
