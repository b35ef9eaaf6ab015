"""What is done to a salon's mirror from outside."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from bookings.models import Booking
from bookings.operations import Origin
from projects.models import Project
from sheets.models import SheetLink, SheetRow, SheetTab

# As whom the mirror books, moves and cancels what staff did in a spreadsheet.
ORIGIN = Origin(source=Booking.Source.SHEET, actor="spreadsheet", for_staff=True, at_desk=True)


def is_taken(spreadsheet_id: str, *, for_project: Project | None) -> bool:
    """Tell whether the spreadsheet belongs to another salon than `for_project`."""
    links = SheetLink.objects.filter(spreadsheet_id=spreadsheet_id)
    return bool(spreadsheet_id) and links.exclude(project=for_project).exists()


def use_spreadsheet(*, project: Project, spreadsheet_id: str) -> None:
    """Mirror the salon's visits in this spreadsheet from the next cycle on; "" ends the mirror."""
    link = SheetLink.objects.filter(project=project).first()
    if link is None and spreadsheet_id:
        SheetLink.objects.create(project=project, spreadsheet_id=spreadsheet_id)
    elif link is not None and link.spreadsheet_id != spreadsheet_id:
        link.project, link.spreadsheet_id = project, spreadsheet_id
        link.save(update_fields=["spreadsheet_id"])


def link_of(project: Project) -> SheetLink | None:
    """Return the project's link, turned to the spreadsheet that it names; None = no spreadsheet."""
    link = (
        SheetLink.objects.select_related("project").filter(project=project).exclude(spreadsheet_id="").first()
    )
    if link is not None and link.mirrored_id != link.spreadsheet_id:
        _turn_to(link)
    return link


@transaction.atomic
def _turn_to(link: SheetLink) -> None:
    """Begin with another spreadsheet, or go on with a former one: what was seen in each stays its own."""
    for seen in (link.tabs, link.rows):
        seen.filter(spreadsheet_id="").update(spreadsheet_id=link.mirrored_id)
    link.mirrored_id, link.last_read_at, link.flights = link.spreadsheet_id, None, None
    link.state, link.reason = SheetLink.State.NEW, ""
    link.save(update_fields=["mirrored_id", "last_read_at", "state", "reason", "flights"])


def look_again(bookings: QuerySet[Booking]) -> None:
    """Have the closed tabs that show these visits brought in line once more."""
    same_place = {name: OuterRef(name) for name in ("link", "spreadsheet_id", "sheet_id")}
    shown = SheetRow.objects.filter(booking__in=bookings, **same_place)
    closed = SheetTab.objects.filter(Exists(shown), access=SheetTab.Access.CLOSED)
    closed.update(access=SheetTab.Access.CLOSING)
