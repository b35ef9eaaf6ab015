"""What the outbox calls: changes are gathered for a moment, then one cycle per spreadsheet."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.db import transaction

from bookings.models import Booking
from botbackend.outbox import api
from botbackend.outbox.claims import Claim, Dead, RetryLater, held
from projects.models import Project
from sheets import google, operations
from sheets.adoption.contact import AwaitsYes
from sheets.cycle import sync
from sheets.cycle.outcome import CycleResult
from sheets.models import SheetLink, SheetTab, spreadsheet_of
from sheets.rhythm import looks
from sheets.rhythm.freshness import tell_read
from sheets.rhythm.hints import mark_dirty
from sheets.selectors import links_to_look_at
from sheets.tabs.copies import look_for_copies
from sheets.trouble import record as trouble
from sheets.trouble.advice import OF_FROZEN, advice_on

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 5  # equal refusals in a row; the mirror then waits for a person, bookings go on
UNSETTLED_SECONDS = 1.0
RESTING = (SheetLink.State.FROZEN, SheetLink.State.PLAN)  # a person decides first


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
    if project is None or link is None or link.state in RESTING:
        return
    began = datetime.now(UTC)
    try:
        result = sync.run_cycle(link, claim)
    except AwaitsYes as error:
        _wait_for_yes(link, claim, str(error))
        return
    except google.ForeignSpreadsheet as error:
        trouble.begin(link, claim, advice=advice_on(error))
        _stop(link, claim, SheetLink.State.FROZEN, str(error))
        raise Dead(f"the mirror is frozen: {error}") from error
    except google.QuotaWait as wait:  # nobody was asked and nothing failed; if it lasts, the lag tells
        tell_read(link.project_id)
        raise RetryLater(wait.wait_seconds, str(wait), counts=False) from wait
    except google.GoogleError as error:
        trouble.begin(link, claim, advice=advice_on(error, link.spreadsheet_id))
        _failed(link, claim, error)
        return
    if not result.is_settled:
        mark_dirty(project, seconds=UNSETTLED_SECONDS)
    if _note_frozen(link, claim):
        trouble.catch_up(link, claim, began=began)
    else:
        trouble.end(link, claim, began=began)
    _came_out(link, result)


def _came_out(link: SheetLink, result: CycleResult) -> None:
    if result.is_heard:
        looks.note_busy(link, datetime.now(UTC))
    if result.changes or result.is_heard:
        log.info("sheet cycle: %s", result, extra={"project": link.project.slug})


def _look_for_copies(link: SheetLink, claim: Claim) -> None:
    try:
        look_for_copies(link, claim, now=datetime.now(UTC))
    except google.GoogleError as error:  # nobody waits for it; the next look does
        log.info("not looked for copies of tabs: %s", error, extra={"project": link.project.slug})


def _note_frozen(link: SheetLink, claim: Claim) -> bool:
    """Say so if tabs wait for a person; the others go on."""
    frozen = link.own_tabs().filter(state=SheetTab.State.FROZEN)
    reason = "; ".join(f"{tab.title}: {tab.reason}" for tab in frozen)[:500]
    if reason:
        trouble.begin(link, claim, advice=OF_FROZEN)
        link.reason = reason
        with held(claim):
            link.save(update_fields=["reason"])
    return bool(reason)


def _failed(link: SheetLink, claim: Claim, error: google.GoogleError) -> None:
    """Raises RetryLater, or Dead once a person must act; after that the looks go on, and it may heal."""
    link.failures += 1
    link.reason = str(error)[:500]
    with held(claim):
        link.save(update_fields=["failures", "reason"])
    tell_read(link.project_id)
    if not error.permanent or link.failures < GIVE_UP_AFTER:
        raise RetryLater(error.wait_seconds, str(error), counts=False) from error
    if link.state != SheetLink.State.ERROR:
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
    """Have every living spreadsheet looked at when its time has come; each by a task of its own.

    As many statements for a thousand as for one, and their looks one after the other: what staff and clients
    wait for stands in the same queue.
    """
    trouble.tell_staff()
    now = datetime.now(UTC)
    with transaction.atomic():
        due = list(links_to_look_at(now, unread_since=now - timedelta(seconds=looks.OPEN)))
        for seconds, links in groupby(sorted(due, key=_rhythm(now)), _rhythm(now)):
            mine = SheetLink.objects.filter(pk__in=[link.pk for link in links])
            mine.update(look_at=now + timedelta(seconds=seconds))
        pause = timedelta(seconds=min(looks.APART, looks.SPREAD / max(1, len(due))))
        api.put_many(
            "sheet.look",
            [
                api.Fact(str(link.project_id), link.project_id, {"link": link.pk}, now + place * pause)
                for place, link in enumerate(due)
            ],
        )


def _rhythm(now: datetime) -> Callable[[SheetLink], float]:
    return lambda link: looks.seconds_until_next_look(link, now)


def on_sheet_look(claim: Claim) -> None:
    """Ask for a cycle if there is news or something of ours is due; a quiet spreadsheet costs no read."""
    link = SheetLink.objects.select_related("project").filter(pk=claim.payload["link"]).first()
    if link is None or not link.spreadsheet_id or link.state in RESTING:
        return
    version = link.drive_version
    if not looks.must_be_read(link, datetime.now(UTC)):
        version = _version_now(link)
        if version == link.drive_version:
            return
    if _has_room(link):
        with transaction.atomic():
            mark_dirty(link.project, seconds=0)
            SheetLink.objects.filter(pk=link.pk).update(drive_version=version, read_due_at=None)
        _look_for_copies(link, claim)  # what changed is perhaps where no cycle reads


def _version_now(link: SheetLink) -> str:
    """What Drive says; "" where it cannot say: it may be off for the account, and Sheets is not."""
    try:
        return google.version(link.spreadsheet_id)
    except google.QuotaWait:
        return link.drive_version  # nobody was asked: the next look is soon enough
    except google.GoogleError as error:
        log.warning("Drive tells no version, so the spreadsheet is read: %s", error)
        return ""


def _has_room(link: SheetLink) -> bool:
    try:
        return google.has_room(link.spreadsheet_id)
    except google.GoogleError:
        return True  # no account at all: the cycle says so where people look
