"""What is done to a salon's mirror from outside."""

from projects.models import Project
from sheets.models import SheetLink


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
