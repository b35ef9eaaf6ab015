"""The worksheets of a spreadsheet: one per specialist, found or made."""

import secrets
from typing import Any

from bookings.models import Specialist
from botbackend.lib.text import comparable
from sheets import google
from sheets.cells import HEADER
from sheets.cycle import plan
from sheets.models import SheetLink, SheetTab
from sheets.moments import clean

FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]*?/\\:", " "))


def title_of(specialist: Specialist) -> str:
    """Return the tab's title: the name without what spreadsheets refuse, at most 90 characters."""
    return clean(specialist.name.translate(FORBIDDEN_IN_TITLES))[:90] or f"specialist {specialist.pk}"


def ensure_tabs(
    link: SheetLink, specialists: list[Specialist], *, refresh: bool
) -> tuple[dict[int, SheetTab], list[dict[str, Any]]]:
    """Return the tab of each specialist and the requests that make the missing ones.

    Google is asked for its worksheets only when one is missing here or `refresh` is set: one read.
    A tab that already bears the specialist's name is taken over; its content is read like any other.
    """
    known = {tab.specialist_id: tab for tab in link.own_tabs()}
    missing = [specialist for specialist in specialists if specialist.pk not in known]
    if not missing and not refresh:
        return {specialist.pk: known[specialist.pk] for specialist in specialists}, []
    # Google holds titles that differ in case for one; for us names that look the same are.
    there = {comparable(title): number for title, number in google.tabs_of(link.spreadsheet_id).items()}
    for tab in [tab for tab in known.values() if tab.sheet_id not in there.values()]:
        known.pop(tab.specialist_id)
        tab.delete()
    requests: list[dict[str, Any]] = []
    for specialist in specialists:
        if specialist.pk not in known:
            known[specialist.pk], made = _make_tab(link, specialist, there)
            requests += made
    return {specialist.pk: known[specialist.pk] for specialist in specialists}, requests


def _make_tab(
    link: SheetLink, specialist: Specialist, there: dict[str, int]
) -> tuple[SheetTab, list[dict[str, Any]]]:
    title = title_of(specialist)
    taken = set(link.own_tabs().values_list("sheet_id", flat=True)) | set(there.values())
    found = there.get(comparable(title))
    if found is not None and found not in link.own_tabs().values_list("sheet_id", flat=True):
        sheet_id, requests = found, plan.prepare_tab(found)
    else:
        title = title if found is None else f"{title} {specialist.pk}"
        sheet_id = next(number for number in iter(_random_id, None) if number not in taken)
        requests = plan.new_tab(sheet_id, title)
    tab = SheetTab.objects.create(
        link=link,
        specialist=specialist,
        spreadsheet_id=link.spreadsheet_id,
        sheet_id=sheet_id,
        title=title,
    )
    return tab, requests


def _random_id() -> int:
    return secrets.randbelow(2**31 - 2) + 1


def header_problem(rows: list[list[object]]) -> str:
    """Return why the first row is not the contract's header, or "" when it is or the tab is empty."""
    if not rows or not any(rows[0]):
        return ""
    found = tuple(clean(cell) for cell in rows[0][: len(HEADER)])
    if [*map(comparable, found[:6])] == [*map(comparable, HEADER[:6])]:
        return ""
    # What stands there instead is not told: without its header a tab begins with a client's row.
    return f"the first row is not the header {', '.join(HEADER[:6])}"
