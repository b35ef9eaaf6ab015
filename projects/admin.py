"""Salons, their people and their keys."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.access import (
    OWNERS_ONLY,
    LastOwner,
    keep_an_owner,
    revoke_membership,
    sees_everything,
    sync_groups,
)
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin, SettingsInline
from projects.admin_forms import ProjectForm
from projects.auth import PREFIX_LENGTH, hash_key, new_key, revoke_api_key
from projects.models import Allowance, ApiKey, Membership, Project, SignIn


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


class MembershipForm(ProjectForm):
    """Refuses to make the last owner something less."""

    @transaction.atomic
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("role") != Membership.Role.OWNER:
            stored = Membership.objects.get(pk=self.instance.pk)
            try:
                keep_an_owner(project=stored.project, without=stored.user)
            except LastOwner as refusal:
                self.add_error("role", refusal.message)
        return cleaned


@admin.register(Membership)
class MembershipAdmin(ProjectScopedAdmin):
    """Who works with which salon; the rights in the admin follow the role."""

    form = MembershipForm
    view_roles = OWNERS_ONLY
    write_roles = OWNERS_ONLY
    list_display = ["user", "project", "role"]
    list_filter = ["project", "role"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        # Another person is another membership: the rights of the one before must not stay behind.
        return [*super().get_readonly_fields(request, obj), *(["user"] if obj else [])]

    def save_model(
        self, request: HttpRequest, obj: Membership, form: ModelForm[Membership], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        sync_groups(user=obj.user)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        try:
            revoke_membership(membership=obj)
        except LastOwner as refusal:
            # Django has told of a deletion already by then; this takes it back.
            messages.set_level(request, messages.ERROR)
            messages.error(request, refusal.message)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership, Membership]) -> None:
        for membership in queryset.select_related("user", "project"):
            self.delete_model(request, membership)


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
