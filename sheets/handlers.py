"""What the outbox calls: changes are gathered for a moment, then one cycle per spreadsheet."""

import logging
from datetime import UTC, datetime

from bookings.models import Booking
from botbackend.outbox.claims import Claim, Dead, RetryLater, held
from projects.models import Project
from sheets import operations
from sheets.adoption.contact import AwaitsYes
from sheets.cycle import sync
from sheets.freshness import tell_read
from sheets.google import ForeignSpreadsheet, GoogleError, QuotaWait
from sheets.hints import mark_dirty
from sheets.models import SheetLink, SheetTab, spreadsheet_of
from sheets.selectors import mirrored_projects
from sheets.trouble import record as trouble
from sheets.trouble.advice import OF_FROZEN, advice_on

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 5  # equal refusals in a row; the mirror then waits for a person, bookings go on
UNSETTLED_SECONDS = 1.0


def on_booking_changed(claim: Claim) -> None:
    """A booking was made, moved or cancelled."""
    booking = (
        Booking.objects.select_related("project__sheet_link").filter(pk=claim.payload["booking"]).first()
    )
    if booking and spreadsheet_of(booking.project):
        trouble.note_change(booking.project)
        mark_dirty(booking.project)


def on_project_changed(claim: Claim) -> None:
    """Names, specialists or the spreadsheet itself may have changed; a frozen mirror gets another try."""
    project = Project.objects.filter(pk=claim.project_id or 0).first()
    if project and spreadsheet_of(project):
        SheetLink.objects.filter(project=project).exclude(state=SheetLink.State.OK).update(
            state=SheetLink.State.NEW, failures=0
        )
        SheetTab.objects.filter(link__project=project).update(state=SheetTab.State.OK, reason="")
        mark_dirty(project)


def on_sheet_dirty(claim: Claim) -> None:
    """Run one cycle. The lane of this key is the lock of the spreadsheet."""
    project = Project.objects.filter(pk=claim.payload["project"]).first()
    link = operations.link_of(project) if project else None
    resting = (SheetLink.State.FROZEN, SheetLink.State.PLAN)
    if project is None or link is None or link.state in resting:
        return
    began = datetime.now(UTC)
    try:
        result = sync.run_cycle(link, claim)
    except AwaitsYes as error:
        _wait_for_yes(link, claim, str(error))
        return
    except ForeignSpreadsheet as error:
        trouble.begin(link, advice=advice_on(error))
        _stop(link, claim, SheetLink.State.FROZEN, str(error))
        raise Dead(f"the mirror is frozen: {error}") from error
    except QuotaWait as wait:  # nobody was asked and nothing failed; if it lasts, the lag tells
        tell_read(link.project_id)
        raise RetryLater(wait.wait_seconds, str(wait), counts=False) from wait
    except GoogleError as error:
        trouble.begin(link, advice=advice_on(error, link.spreadsheet_id))
        _failed(link, claim, error)
        raise RetryLater(error.wait_seconds, str(error), counts=False) from error
    if not result.is_settled:
        mark_dirty(project, seconds=UNSETTLED_SECONDS)
    if not _note_frozen(link, claim):
        trouble.end(link, began=began)
    if result.changes or result.accepted or result.rejected:
        log.info("sheet cycle: %s", result, extra={"project": link.project.slug})


def _note_frozen(link: SheetLink, claim: Claim) -> bool:
    """Say so if tabs wait for a person; the others go on."""
    frozen = link.own_tabs().filter(state=SheetTab.State.FROZEN)
    reason = "; ".join(f"{tab.title}: {tab.reason}" for tab in frozen)[:500]
    if reason:
        trouble.begin(link, advice=OF_FROZEN)
        link.reason = reason
        with held(claim):
            link.save(update_fields=["reason"])
    return bool(reason)


def _failed(link: SheetLink, claim: Claim, error: GoogleError) -> None:
    link.failures += 1
    link.reason = str(error)[:500]
    with held(claim):
        link.save(update_fields=["failures", "reason"])
    tell_read(link.project_id)
    if error.permanent and link.failures >= GIVE_UP_AFTER:
        _stop(link, claim, SheetLink.State.ERROR, str(error))
        raise Dead(f"the spreadsheet needs a person: {error}") from error


def _wait_for_yes(link: SheetLink, claim: Claim, reason: str) -> None:
    link.state, link.reason = SheetLink.State.PLAN, reason
    with held(claim):
        link.save(update_fields=["state", "reason"])
    tell_read(link.project_id)


def _stop(link: SheetLink, claim: Claim, state: SheetLink.State, reason: str) -> None:
    link.state, link.reason = state, reason[:500]
    with held(claim):
        link.save(update_fields=["state", "reason"])
    tell_read(link.project_id)
    log.error("sheet mirror stopped: %s", reason, extra={"project": link.project.slug})


def poll(claim: Claim) -> None:
    """Listen to every living spreadsheet now and then, also when nothing changed on our side."""
    trouble.tell_staff()
    for project in mirrored_projects():
        mark_dirty(project, seconds=0)
