"""Plain admin of the mirror."""

from django.contrib import admin

from projects.admin_base import ProjectScopedAdmin
from sheets.models import SheetConflict, SheetLink


@admin.register(SheetLink)
class SheetLinkAdmin(ProjectScopedAdmin):
    """State of each spreadsheet; a frozen mirror is set going again by choosing "new"."""

    list_display = ["project", "state", "reason", "last_ok_at"]
    readonly_fields = ["spreadsheet_id", "last_read_at", "last_ok_at", "failures"]


@admin.register(SheetConflict)
class SheetConflictAdmin(ProjectScopedAdmin):
    """What staff typed and the rules refused."""

    project_path = "link__project"
    list_display = ["at", "link", "booking", "reason"]
    readonly_fields = ["link", "booking", "reason", "rejected", "at"]
