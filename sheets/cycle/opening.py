"""The tabs of a round, before anything is read in them."""

from dataclasses import dataclass

from botbackend.outbox.claims import Claim
from sheets import selectors
from sheets.adoption import contact
from sheets.models import SheetLink, SheetTab
from sheets.rows.batch import Request
from sheets.tabs import worksheets
from sheets.tabs.changes import TabChanges, tabs_to_close


@dataclass(frozen=True)
class Opened:
    """`tabs` are those that are believed, by specialist; `setup` makes those whose sheet ids are `made`."""

    tabs: dict[int, SheetTab]
    changes: TabChanges
    setup: list[Request]
    made: set[int]
    has_unread_tabs: bool


def open_tabs(link: SheetLink, claim: Claim, *, refresh: bool, is_dry_run: bool) -> Opened:
    """Find the tab of everybody who has one, or what makes it. Raises AwaitsYes, GoogleError."""
    shown = selectors.shown_specialists(link)
    # A dry run has looked for a plan before.
    waiting = set() if is_dry_run else contact.check(link, claim, shown)
    shown = [specialist for specialist in shown if specialist.pk not in waiting]
    found, setup = worksheets.ensure_tabs(link, claim, shown, refresh=refresh, dry_run=is_dry_run)
    made = {request["addSheet"]["properties"]["sheetId"] for request in setup if "addSheet" in request}
    closing = tabs_to_close(link, found)
    found |= {tab.specialist_id: tab for tab in closing}
    tabs = {pk: tab for pk, tab in found.items() if tab.state != SheetTab.State.FROZEN}
    changes = TabChanges(link, [*tabs.values()], closing)
    return Opened(tabs, changes, setup, made, has_unread_tabs=len(tabs) < len(found))
