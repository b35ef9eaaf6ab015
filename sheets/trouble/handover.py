"""A spreadsheet that carries somebody else's mark, and is the salon's own all the same: a person says so."""

import logging

from sheets import google
from sheets.models import SheetLink
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.lane import own_lane

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 10.0


def take_over(link: SheetLink, *, who: str) -> None:
    """Put our mark in the place of all others and go on; whoever had it stops with the next write.

    Needed where a database was lost, or put back beside the installation that it came from.
    Raises GoogleError, BusySheet.
    """
    with own_lane(link.project, patience=PATIENCE_SECONDS):
        google.take_over(link.spreadsheet_id)
        link.state, link.reason, link.failures = SheetLink.State.NEW, "", 0
        link.save(update_fields=["state", "reason", "failures"])
    mark_dirty(link.project, seconds=0, when_waiting="earlier")
    log.warning("the spreadsheet was taken over by %s", who, extra={"project": link.project.slug})
