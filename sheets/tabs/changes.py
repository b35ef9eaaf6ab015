"""What one batch changes of the tabs themselves: titles, and the lock on a tab whose specialist left.

Such a tab is brought in line a last time, marked and made read-only; from then on it is neither read nor
written, until the specialist is back. The lock is a protected range over the whole tab with our own account
as its only editor. A mere warning would not do: nobody would ever see what people type there afterwards.
"""

from collections.abc import Collection, Mapping

from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from sheets import google
from sheets.models import SheetLink, SheetTab
from sheets.rows.batch import Request
from sheets.tabs.titles import learn_title, names_for, new_titles

LOCK = "Closed by the booking assistant"  # by it we know our own among the protections of a tab


def tabs_to_close(link: SheetLink, shown: Collection[int]) -> list[SheetTab]:
    """Return the tabs of specialists who are not shown any more, and that are not closed yet."""
    left = link.own_tabs().exclude(access=SheetTab.Access.CLOSED).exclude(specialist_id__in=shown)
    return list(left.exclude(state=SheetTab.State.FROZEN).select_related("specialist"))


class TabChanges:
    """Those of one round. `tabs` take part in it, `closing` of them for the last time."""

    def __init__(self, link: SheetLink, tabs: Collection[SheetTab], closing: Collection[SheetTab]) -> None:
        self.link, self.tabs, self.closing = link, tabs, closing
        self.language = link.project.language
        self.titles: dict[int, str] = {}  # by sheet id: those that change
        self._unlocking: list[Request] = []
        self._locked: set[int] = set()
        self._last: list[SheetTab] = []  # of those that are closing: what this batch closes

    def learn(self, claim: Claim, titles: Mapping[int, str]) -> None:
        """Keep what the tabs are called by now."""
        changed = []
        for tab in self.tabs:
            before = (tab.title, tab.given_title)
            learn_title(tab, titles.get(tab.sheet_id, tab.title), self.language)
            if before != (tab.title, tab.given_title):
                changed.append(tab)
        if changed:
            with held(claim):
                SheetTab.objects.bulk_update(changed, ["title", "given_title"])

    def look_for_locks(self) -> None:
        """Find our locks where a specialist is back, or a tab may be locked already: one read then."""
        opening = {tab.sheet_id for tab in self._opening()}
        if opening or any(tab.access == SheetTab.Access.CLOSING for tab in self.closing):
            found = google.protections_of(self.link.spreadsheet_id)
            ours = [one for one in found if one.text == LOCK and one.is_editable]
            self._locked = {one.sheet_id for one in ours}
            self._unlocking = [
                {"deleteProtectedRange": {"protectedRangeId": one.number}}
                for one in ours
                if one.sheet_id in opening
            ]

    def _opening(self) -> list[SheetTab]:
        opened = SheetTab.Access.OPEN
        return [tab for tab in self.tabs if tab.access != opened and tab not in self.closing]

    def requests(self, *, others: Collection[str] = (), is_last: bool = True) -> list[Request]:
        """Return what is to be done; `others` are titles that do not belong to ours.

        Without `is_last` there is more to write, and nothing is closed yet.
        """
        tabs = [tab for tab in self.tabs if tab.state != SheetTab.State.FROZEN]
        self._last = [tab for tab in self.closing if tab in tabs and is_last]
        names = {
            tab.sheet_id: names_for(tab.specialist, left=self.language if tab in self._last else "")
            for tab in tabs
        }
        self.titles = new_titles(tabs, names, others)
        locking = [self._locking(tab) for tab in self._last if tab.sheet_id not in self._locked]
        return [*self._unlocking, *self._renaming(), *locking]

    def _renaming(self) -> list[Request]:
        """A title that another of ours gives away in the same batch is cleared before it is given."""
        given = {comparable(title): sheet_id for sheet_id, title in self.titles.items()}
        away = [
            tab.sheet_id
            for tab in self.tabs
            if tab.sheet_id in self.titles and given.get(comparable(tab.title), tab.sheet_id) != tab.sheet_id
        ]
        return [
            *(_rename(sheet_id, f"{sheet_id}") for sheet_id in away),
            *(_rename(sheet_id, title) for sheet_id, title in self.titles.items()),
        ]

    def _locking(self, tab: SheetTab) -> Request:
        editors = {"users": [google.service_account_email(self.link.spreadsheet_id)]}
        area = {"sheetId": tab.sheet_id}
        return {
            "addProtectedRange": {
                "protectedRange": {
                    "range": area, "description": LOCK, "warningOnly": False, "editors": editors,
                }
            }
        }  # fmt: skip

    def begin(self, claim: Claim) -> None:
        """Store what is about to be closed: the answer may get lost, and then it is closed all the same."""
        self._store(claim, self._last, SheetTab.Access.CLOSING)

    def keep(self, claim: Claim) -> None:
        """Store what the batch did."""
        renamed = [tab for tab in self.tabs if tab.sheet_id in self.titles]
        for tab in renamed:
            tab.title = tab.given_title = self.titles[tab.sheet_id]
        opened = self._opening()
        self._store(claim, self._last, SheetTab.Access.CLOSED)
        self._store(claim, opened, SheetTab.Access.OPEN)
        if renamed:
            with held(claim):
                SheetTab.objects.bulk_update(renamed, ["title", "given_title"])

    @staticmethod
    def _store(claim: Claim, tabs: Collection[SheetTab], access: SheetTab.Access) -> None:
        changed = [tab for tab in tabs if tab.access != access]
        for tab in changed:
            tab.access = access
        if changed:
            with held(claim):
                SheetTab.objects.bulk_update(changed, ["access"])


def _rename(sheet_id: int, title: str) -> Request:
    properties = {"sheetId": sheet_id, "title": title}
    return {"updateSheetProperties": {"properties": properties, "fields": "title"}}
