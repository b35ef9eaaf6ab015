"""The worksheets of a spreadsheet: one per specialist, found or made."""

import secrets
from collections.abc import Iterable
from typing import Any

from bookings.models import Specialist
from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from sheets import google
from sheets.adoption.contact import left_alone
from sheets.cycle import plan
from sheets.models import SheetLink, SheetTab
from sheets.moments import clean

FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]*?/\\:", " "))


def title_of(specialist: Specialist) -> str:
    """Return the tab's title: the name without what spreadsheets refuse, at most 90 characters."""
    return clean(specialist.name.translate(FORBIDDEN_IN_TITLES))[:90] or f"specialist {specialist.pk}"


def ensure_tabs(
    link: SheetLink, specialists: list[Specialist], *, refresh: bool, dry_run: bool = False
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
        if not dry_run:
            tab.delete()
    requests: list[dict[str, Any]] = []
    for specialist in specialists:
        if specialist.pk not in known:
            known[specialist.pk], made = _make_tab(link, specialist, there)
            requests += made
            if not dry_run:
                known[specialist.pk].save()
    return {specialist.pk: known[specialist.pk] for specialist in specialists}, requests


def learn_titles(link: SheetLink, claim: Claim, known: Iterable[SheetTab]) -> None:
    """Take over what staff call the tabs by now. One read. Raises GoogleError."""
    titles = {sheet_id: title for title, sheet_id in google.tabs_of(link.spreadsheet_id).items()}
    renamed = [tab for tab in known if titles.get(tab.sheet_id, tab.title) != tab.title]
    for tab in renamed:
        tab.title = titles[tab.sheet_id]
    with held(claim):
        SheetTab.objects.bulk_update(renamed, ["title"])


def _make_tab(
    link: SheetLink, specialist: Specialist, there: dict[str, int]
) -> tuple[SheetTab, list[dict[str, Any]]]:
    title = title_of(specialist)
    taken = set(link.own_tabs().values_list("sheet_id", flat=True)) | set(there.values())
    found = there.get(comparable(title))
    not_ours = {*link.own_tabs().values_list("sheet_id", flat=True), *left_alone(link)}
    if found is not None and found not in not_ours:
        sheet_id, requests = found, plan.prepare_tab(found)
    else:
        names = (title, f"{title} {specialist.pk}", f"{title} ({specialist.pk})")
        title = next(name for name in names if comparable(name) not in there)
        sheet_id = next(number for number in iter(_random_id, None) if number not in taken)
        requests = plan.new_tab(sheet_id, title)
        there[comparable(title)] = sheet_id  # of two new namesakes the second gets another title
    tab = SheetTab(
        link=link,
        specialist=specialist,
        spreadsheet_id=link.spreadsheet_id,
        sheet_id=sheet_id,
        title=title,
    )
    return tab, requests


def _random_id() -> int:
    return secrets.randbelow(2**31 - 2) + 1
