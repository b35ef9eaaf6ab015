"""Make of a plan what it says: tabs with their columns, visits, and rows that are known from then on."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction

from bookings.errors import BookingError
from bookings.models import Booking, Client
from bookings.operations import Item, activate_booking, get_or_create_client, new_client
from bookings.values import VisitRequest
from botbackend.lib.errors import DomainError
from sheets.adoption.clients import Person
from sheets.adoption.planning import RowPlan, ServiceFacts, TabPlan
from sheets.adoption.rows import Kind
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.operations import ORIGIN
from sheets.rows.layout import Layout

_THEIRS = ("date", "full_date", "time", "client_id", "client_name", "service")


def take(link: SheetLink, plans: Sequence[TabPlan]) -> list[TabPlan]:
    """Book what can be booked and return the plans with what could not, and why.

    Runs in the caller's transaction; tabs are taken in the order in which all of us lock specialists.
    """
    taken = {
        plan.sheet_id: _take_tab(link, plan, specialist_id=plan.specialist_id, layout=plan.layout)
        for plan in sorted(plans, key=lambda one: one.specialist_id or 0)
        if plan.layout is not None and plan.specialist_id is not None
    }
    return [taken.get(plan.sheet_id, plan) for plan in plans]


def _take_tab(link: SheetLink, plan: TabPlan, *, specialist_id: int, layout: Layout) -> TabPlan:
    above = plan.columns.header_at if plan.columns else lambda at: ""
    tab = SheetTab.objects.create(
        link=link,
        specialist_id=specialist_id,
        spreadsheet_id=link.spreadsheet_id,
        sheet_id=plan.sheet_id,
        title=plan.title,
        layout=layout.as_json(),
        headers={name: above(at) for name, at in asdict(layout).items() if name in _THEIRS},
    )
    return replace(plan, rows=[_take_row(link, tab, row) for row in plan.rows])


def _take_row(link: SheetLink, tab: SheetTab, row: RowPlan) -> RowPlan:
    if row.kind not in (Kind.VISIT, Kind.KNOWN) or row.start is None or row.service is None:
        return row
    try:
        with transaction.atomic():
            booking_id = row.booking_id or _book(link, tab, row, start=row.start, service=row.service).pk
            SheetRow.objects.create(
                link=link,
                booking_id=booking_id,
                spreadsheet_id=link.spreadsheet_id,
                row_uid=SheetRow.new_uid(),
                sheet_id=tab.sheet_id,
                place=row.index,
                is_theirs=True,
                cells=list(row.cells),
            )
    except (BookingError, DomainError) as error:
        return replace(row, kind=Kind.REFUSED, reason=error.code)
    return row


def _book(link: SheetLink, tab: SheetTab, row: RowPlan, *, start: datetime, service: ServiceFacts) -> Booking:
    request = VisitRequest(
        project=link.project,
        client=_client(link, row.person),
        items=[Item(service.pk, tab.specialist_id, start)],
        origin=ORIGIN,
        guest_name=row.cells[4],
    )
    return activate_booking(request=request)[0]


def _client(link: SheetLink, person: Person) -> Client:
    """By the channel's id, else by the phone; a bare name is nobody whom we know."""
    if person.contact_id:
        return Client.objects.get(project=link.project, contact_id=person.contact_id)
    if person.phone:
        return get_or_create_client(project=link.project, phone=person.phone, name=person.name)
    return new_client(project=link.project, name=person.name)
