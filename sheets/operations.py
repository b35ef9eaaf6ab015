"""What is done to a salon's mirror from outside."""

from projects.models import Project
from sheets.models import SheetLink


def use_spreadsheet(*, project: Project, spreadsheet_id: str) -> None:
    """Mirror the salon's visits in this spreadsheet from the next cycle on; "" ends the mirror."""
    link = SheetLink.objects.filter(project=project).first()
    if link is None and spreadsheet_id:
        SheetLink.objects.create(project=project, spreadsheet_id=spreadsheet_id)
    elif link is not None and link.spreadsheet_id != spreadsheet_id:
        link.project, link.spreadsheet_id = project, spreadsheet_id
        link.save(update_fields=["spreadsheet_id"])
