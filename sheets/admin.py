"""Plain admin of the mirror."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from projects.admin import on_project_page
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin, SettingsInline
from sheets.models import SheetAdoption, SheetConflict, SheetLink, SheetRow, SheetTab


@on_project_page
class SpreadsheetInline(SettingsInline):
    """Which spreadsheet mirrors the visits; its state has a page of its own."""

    model = SheetLink
    fields = ["spreadsheet_id"]


def _answers_page(model_admin: ProjectScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The page asks Google; whoever never opens it need not have loaded its client."""
    page: Callable[..., HttpResponse] = import_string("sheets.answers.answers_page")
    return page(model_admin, request, pk)


@admin.register(SheetLink)
class SheetLinkAdmin(ProjectScopedAdmin):
    """State of each spreadsheet; a frozen mirror is set going again by choosing "new"."""

    list_display = ["project", "state", "reason", "advice", "failing_since", "waiting_since", "last_ok_at"]
    exclude = [
        "hint_secret", "mark", "marked_id", "drive_version", "look_at", "busy_until",
        "read_due_at", "flights",
    ]  # fmt: skip
    readonly_fields = [
        "questions",
        "spreadsheet_id", "mirrored_id", "account", "advice", "failing_since", "waiting_since",
        "last_read_at", "last_ok_at", "failures",
    ]  # fmt: skip

    @admin.display(description=_("Questions to you"))
    def questions(self, link: SheetLink | None) -> str:
        """The way to what waits for a person's answer, and to what a cycle would do."""
        if link is None or not link.pk:
            return "-"
        address = reverse("admin:sheets_sheetlink_answers", args=[link.pk])
        return format_html('<a href="{}">{}</a>', address, _("Plan, vanished rows, dry run"))

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(_answers_page, self))
        return [
            path("<int:pk>/answers/", page, name="sheets_sheetlink_answers"),
            *super().get_urls(),
        ]


@admin.register(SheetConflict)
class SheetConflictAdmin(ProjectScopedAdmin):
    """What staff typed and the rules refused."""

    project_path = "link__project"
    list_display = ["at", "link", "booking", "reason"]
    readonly_fields = ["link", "booking", "reason", "rejected", "columns", "sheet_id", "settled_at", "at"]


@admin.register(SheetAdoption)
class SheetAdoptionAdmin(ReadOnlyAdmin):
    """Which plans were made, and who said yes or no to them; a plan is read where it is answered."""

    project_path = "link__project"
    list_display = ["made_at", "link", "state", "decided_at", "decided_by"]
    list_select_related = ["link__project"]
    exclude = ["plan"]


@admin.register(SheetTab)
class SheetTabAdmin(ReadOnlyAdmin):
    """The worksheet of each specialist."""

    project_path = "link__project"
    list_display = ["title", "specialist", "link", "spreadsheet_id", "state", "access"]
    list_select_related = ["specialist", "link__project"]


@admin.register(SheetRow)
class SheetRowAdmin(ReadOnlyAdmin):
    """What was last written to or read from the row of each booking."""

    project_path = "link__project"
    list_display = ["row_uid", "booking", "link", "spreadsheet_id", "seen_at", "missing_since"]
    list_select_related = ["booking__service", "booking__specialist", "booking__client", "link__project"]
