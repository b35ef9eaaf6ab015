"""The one write of a round, on its way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from botbackend.outbox.claims import Claim
from sheets import google
from sheets.cycle.memory import flights
from sheets.cycle.verifying import answer
from sheets.cycle.writing import archive
from sheets.google.writing import Rows
from sheets.models import SheetLink, SheetTab
from sheets.rows.batch import Request
from sheets.rows.writes import SheetPlan
from sheets.tabs import worksheets
from sheets.tabs.changes import TabChanges


@dataclass(frozen=True)
class Outgoing:
    """What is to be sent: `setup` makes tabs, columns and archive lines before rows are written."""

    link: SheetLink
    tabs: Sequence[SheetTab]
    changes: TabChanges
    setup: Sequence[Request]
    batch: SheetPlan

    def requests(self, other_titles: Collection[str] = ()) -> list[Request]:
        """Return them all, in order; `other_titles` are borne by tabs that are none of ours."""
        layouts = {tab.sheet_id: tab.columns for tab in self.tabs}
        changes = self.changes.requests(others=other_titles, is_last=not self.batch.cut)
        return [*self.setup, *self.batch.requests(layouts), *changes]

    def send(self, claim: Claim, requests: list[Request]) -> Rows:
        """Write what `requests` gave, and return what then stands there. Raises GoogleError, ArchiveGone."""
        try:
            return self._write(requests)
        except google.GoogleError as error:
            if error.status != 400:
                raise
            # Refused as a whole: a tab may have been renamed, and rows are shown by title, or a tab that is
            # none of ours bears a title that we were to give.
            others = worksheets.learn_titles(self.link, claim, self.changes.tabs)
            archive.forget_if_gone(self.link, claim, others)
            try:
                return self._write(self.requests(others.values()))
            except google.GoogleError as again:
                if again.status == 400 and self.batch.writes:
                    flights.not_sent(self.link, claim)
                raise

    def _write(self, requests: list[Request]) -> Rows:
        return google.write(self.link.spreadsheet_id, requests, show=self._shown())

    def _shown(self) -> list[tuple[int, str, int, int, int]]:
        tabs = {tab.sheet_id: tab for tab in self.tabs}
        titles = {sheet_id: tab.title for sheet_id, tab in tabs.items()} | self.changes.titles
        return [
            (sheet_id, titles[sheet_id], first, last, tabs[sheet_id].columns.width)
            for sheet_id, spans in answer.rows_to_show(self.batch).items()
            for first, last in spans
        ]
