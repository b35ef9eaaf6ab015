"""The worksheets of a spreadsheet: one per specialist, found or made."""

import secrets
from collections.abc import Collection
from itertools import count

from django.utils import timezone

from bookings.models import Specialist
from botbackend.lib.text import comparable
from botbackend.outbox.claims import Claim, held
from sheets import google
from sheets.adoption.contact import left_alone
from sheets.models import SheetLink, SheetTab
from sheets.rows.batch import Request, new_tab, prepare_tab
from sheets.tabs.titles import free_name, learn_title, names_for


def ensure_tabs(
    link: SheetLink, claim: Claim, specialists: list[Specialist], *, refresh: bool, dry_run: bool = False
) -> tuple[dict[int, SheetTab], list[Request]]:
    """Return the tab of each specialist and the requests that make the missing ones.

    Google is asked for its worksheets only when one is missing here or `refresh` is set: one read.
    A tab that already bears the specialist's name is taken over; its content is read like any other.
    """
    known = {tab.specialist_id: tab for tab in link.own_tabs().select_related("specialist")}
    missing = [specialist for specialist in specialists if specialist.pk not in known]
    if not missing and not refresh:
        return {specialist.pk: known[specialist.pk] for specialist in specialists}, []
    # Google holds titles that differ in case for one; for us names that look the same are.
    titles = google.tabs_of(link.spreadsheet_id)
    there = {comparable(title): number for title, number in titles.items()}
    ours = {tab.sheet_id for tab in known.values()} | left_alone(link)
    gone = [tab for tab in known.values() if tab.sheet_id not in titles.values()]
    known = {pk: tab for pk, tab in known.items() if tab not in gone}
    requests: list[Request] = []
    new: list[SheetTab] = []
    for specialist in specialists:
        if specialist.pk not in known:
            known[specialist.pk], made = _make_tab(link, specialist, there, ours)
            new.append(known[specialist.pk])
            ours.add(known[specialist.pk].sheet_id)
            requests += made
    if not dry_run:
        with held(claim):
            SheetTab.objects.filter(pk__in=[tab.pk for tab in gone]).delete()
            SheetTab.objects.bulk_create(new)
            link.listed_at = timezone.now()  # a copy that is made comes later
            link.save(update_fields=["listed_at"])
    return {specialist.pk: known[specialist.pk] for specialist in specialists}, requests


def learn_titles(link: SheetLink, claim: Claim, known: Collection[SheetTab]) -> dict[int, str]:
    """Take over what staff call the tabs by now; return {sheet id: title} of the others.

    One read. Raises GoogleError.
    """
    titles = {sheet_id: title for title, sheet_id in google.tabs_of(link.spreadsheet_id).items()}
    for tab in known:
        learn_title(tab, titles.pop(tab.sheet_id, tab.title), link.project.language)
    with held(claim):
        SheetTab.objects.bulk_update(known, ["title", "given_title"])
    return titles


def _make_tab(
    link: SheetLink, specialist: Specialist, there: dict[str, int], not_free: Collection[int]
) -> tuple[SheetTab, list[Request]]:
    """`there` maps the titles in use to their tabs; of those `not_free` may not be taken over."""
    names = names_for(specialist)
    title = names[0]
    found = there.get(comparable(title))
    if found is not None and found not in not_free:
        sheet_id, requests = found, prepare_tab(found)
    else:
        title = free_name(names, there)
        sheet_id = random_id({*there.values(), *not_free})
        requests = new_tab(sheet_id, title)
        there[comparable(title)] = sheet_id  # of two new namesakes the second gets another title
    tab = SheetTab(
        link=link,
        specialist=specialist,
        spreadsheet_id=link.spreadsheet_id,
        sheet_id=sheet_id,
        title=title,
        given_title=title,
    )
    return tab, requests


def random_id(taken: Collection[int]) -> int:
    """Return a sheet id that no worksheet has yet."""
    drawn = (secrets.randbelow(2**31 - 2) + 1 for _ in count())
    return next(number for number in drawn if number not in taken)


def freeze(claim: Claim, tab: SheetTab, reason: str) -> None:
    """Leave a tab alone until a person decides."""
    tab.state, tab.reason = SheetTab.State.FROZEN, reason[:500]
    with held(claim):
        tab.save(update_fields=["state", "reason"])
