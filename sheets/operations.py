"""What is done to a salon's mirror from outside."""

from projects.models import Project
from sheets.models import SheetLink


def use_spreadsheet(*, project: Project, spreadsheet_id: str) -> None:
    """Mirror the salon's visits in this spreadsheet from the next cycle on; "" ends the mirror."""
    link, is_new = SheetLink.objects.get_or_create(
        project=project, defaults={"spreadsheet_id": spreadsheet_id}
    )
    if not is_new and link.spreadsheet_id != spreadsheet_id:
        link.spreadsheet_id = spreadsheet_id
        link.save(update_fields=["spreadsheet_id"])
    project.sheet_link = link
