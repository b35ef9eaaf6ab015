"""Plain admin of the mirror."""

from django.contrib import admin

from projects.admin import on_project_page
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin, SettingsInline
from sheets.models import SheetConflict, SheetLink, SheetRow, SheetTab


@on_project_page
class SpreadsheetInline(SettingsInline):
    """Which spreadsheet mirrors the visits; its state has a page of its own."""

    model = SheetLink
    fields = ["spreadsheet_id"]


@admin.register(SheetLink)
class SheetLinkAdmin(ProjectScopedAdmin):
    """State of each spreadsheet; a frozen mirror is set going again by choosing "new"."""

    list_display = ["project", "state", "reason", "advice", "failing_since", "waiting_since", "last_ok_at"]
    exclude = ["hint_secret", "mark", "marked_id", "drive_version", "look_at", "busy_until", "flights"]
    readonly_fields = [
        "spreadsheet_id", "mirrored_id", "account", "advice", "failing_since", "waiting_since",
        "last_read_at", "last_ok_at", "failures",
    ]  # fmt: skip


@admin.register(SheetConflict)
class SheetConflictAdmin(ProjectScopedAdmin):
    """What staff typed and the rules refused."""

    project_path = "link__project"
    list_display = ["at", "link", "booking", "reason"]
    readonly_fields = ["link", "booking", "reason", "rejected", "at"]


@admin.register(SheetTab)
class SheetTabAdmin(ReadOnlyAdmin):
    """The worksheet of each specialist."""

    project_path = "link__project"
    list_display = ["title", "specialist", "link", "spreadsheet_id"]
    list_select_related = ["specialist", "link__project"]


@admin.register(SheetRow)
class SheetRowAdmin(ReadOnlyAdmin):
    """What was last written to or read from the row of each booking."""

    project_path = "link__project"
    list_display = ["row_uid", "booking", "link", "spreadsheet_id", "seen_at", "missing_since"]
    list_select_related = ["booking__service", "booking__specialist", "booking__client", "link__project"]
