"""Salons, their people and their keys."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.access import OWNERS_ONLY, sees_everything
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin, SettingsInline
from projects.auth import PREFIX_LENGTH, hash_key, new_key, revoke_api_key
from projects.models import Allowance, ApiKey, Project, SignIn


@admin.register(Project)
class ProjectAdmin(ProjectScopedAdmin):
    """The salon and its settings, whose parts the apps above add."""

    write_roles = OWNERS_ONLY
    list_display = ["name", "slug", "timezone", "language", "is_active"]
    search_fields = ["name", "slug"]
    readonly_fields = ["created_at", "updated_at"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user)


def on_project_page(part: type[SettingsInline]) -> type[SettingsInline]:
    """Show this part of the settings on the page of the project."""
    ProjectAdmin.inlines = [*ProjectAdmin.inlines, part]
    return part


@on_project_page
class AllowanceInline(SettingsInline):
    """What the operator lets the salon take of what all share; others see it."""

    model = Allowance


@admin.register(ApiKey)
class ApiKeyAdmin(ProjectScopedAdmin):
    """Keys of programs. A new key is shown once, right after it was made."""

    view_roles = OWNERS_ONLY
    write_roles = OWNERS_ONLY
    list_display = ["prefix", "label", "project", "scope", "last_used_at", "revoked_at"]
    list_filter = ["project", "scope"]
    fields = ["project", "label", "scope", "prefix", "created_at", "last_used_at", "revoked_at"]
    readonly_fields = ["prefix", "created_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user)  # a revoked key still tells whose it was

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ModelForm[ApiKey], change: bool) -> None:
        if not change:
            key = new_key()
            obj.prefix, obj.key_hash = key[:PREFIX_LENGTH], hash_key(key)
            messages.warning(request, f"The new key, shown only now: {key}")
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Revoke the selected keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey, ApiKey]) -> None:
        for api_key in queryset:
            revoke_api_key(api_key=api_key)


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    """Who came in when, by what and from where; for superusers, because people work in several salons."""

    list_display = ["at", "user", "factor", "browser", "system", "address", "seen_at"]
    list_filter = ["factor"]
    search_fields = ["user__username"]
    list_select_related = ["user"]
    date_hierarchy = "at"
