"""By whom and under which mark a spreadsheet is read and written."""

import secrets
from dataclasses import dataclass

from django.db.models import Count

from sheets.google import quota
from sheets.google.accounts import Account, accounts
from sheets.models import SheetLink


@dataclass(frozen=True)
class Access:
    """`mark` "" = the spreadsheet of no salon; `is_marked` = it was seen to carry the mark."""

    spreadsheet_id: str
    account: Account
    mark: str
    is_marked: bool


def access_to(spreadsheet_id: str) -> Access:
    """Return how a spreadsheet is reached. A salon keeps the account and the mark it was once given.

    Raises GoogleError if no account is configured.
    """
    link = SheetLink.objects.filter(spreadsheet_id=spreadsheet_id).exclude(spreadsheet_id="").first()
    if link is None:
        return Access(spreadsheet_id, accounts()[0], "", True)
    account = next((one for one in accounts() if one.email == link.account), None)
    if account is None or not link.mark:
        account = _settle(link, account)
    return Access(spreadsheet_id, account, link.mark, link.marked_id == spreadsheet_id)


def service_account_email(spreadsheet_id: str = "") -> str:
    """Return the address that this spreadsheet (any, without one) must be shared with."""
    return access_to(spreadsheet_id).account.email


def has_room(spreadsheet_id: str) -> bool:
    """Tell whether its account has reads left for looking around."""
    return quota.has_room(access_to(spreadsheet_id).account)


def _settle(link: SheetLink, account: Account | None) -> Account:
    """Give the salon what it lacks, once: of two processes that do, the first one's choice holds."""
    mark = link.mark or secrets.token_hex(12)
    email = account.email if account else _account_for(link).email
    same = SheetLink.objects.filter(pk=link.pk, account=link.account, mark=link.mark)
    same.update(account=email, mark=mark)
    link.refresh_from_db(fields=["account", "mark"])
    return next((one for one in accounts() if one.email == link.account), accounts()[0])


def _account_for(link: SheetLink) -> Account:
    """The one with the fewest salons; a spreadsheet of before there were several is shared with the first."""
    if link.last_read_at and not link.account:
        return accounts()[0]
    busy = dict(
        SheetLink.objects.exclude(spreadsheet_id="").values_list("account").annotate(salons=Count("pk"))
    )
    return min(accounts(), key=lambda account: busy.get(account.email, 0))
