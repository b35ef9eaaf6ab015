"""People's accounts: the operator may change any of them, but no salon is left without an owner unnoticed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from botbackend.staff.colleagues import change_role, remove_colleague, take_all_calendars
from botbackend.staff.models import Invitation
from projects.access import (
    OWNER_GROUP,
    OWNERS_ONLY,
    STAFF_GROUP,
    LastOwner,
    keep_an_owner,
    salons_left_by,
    sync_groups,
)
from projects.admin_base import ProjectScopedAdmin, ReadOnlyAdmin
from projects.admin_forms import ProjectForm
from projects.admin_saving import SharedAdmin
from projects.models import Membership

LEFT = "{project} would have no owner any more. Make somebody else an owner of it first."

admin.site.unregister(User)
admin.site.unregister(Group)


class AccountForm(UserChangeForm[User]):
    """Refuses to take from a salon's last owner what an owner needs: the account, the admin, the group."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if field := _what_an_owner_lacks(cleaned):
            for project in salons_left_by([self.instance]):
                self.add_error(field, LEFT.format(project=project))
        return cleaned


def _what_an_owner_lacks(cleaned: dict[str, Any]) -> str:
    for field in ("is_active", "is_staff"):
        if not cleaned.get(field, True):
            return field
    groups = cleaned.get("groups")
    if groups is None or cleaned.get("is_superuser") or any(group.name == OWNER_GROUP for group in groups):
        return ""
    return "groups"


@admin.register(User)
class AccountAdmin(SharedAdmin, UserAdmin[User]):
    """Who may sign in."""

    form = AccountForm

    @transaction.atomic
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count a salon that would be left without an owner among what stands against deleting."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        left = [LEFT.format(project=project) for project in salons_left_by(list(objs))]
        return found, counts, needed, [*protected, *left]

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not (obj.is_active and obj.is_staff):
            take_all_calendars(users=[obj])

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: User) -> None:
        take_all_calendars(users=[obj])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User, User]) -> None:
        take_all_calendars(users=list(queryset))
        super().delete_queryset(request, queryset)


@admin.register(Group)
class RightsAdmin(SharedAdmin, GroupAdmin):
    """What roles may do; those that memberships give keep their names and stay."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "name"] if obj is not None and _is_ours(obj) else fields

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count the groups that memberships give among what stands against deleting."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed, [*protected, *_kept(objs)]


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
        """Change a role as the office does: it knows what else goes with one."""
        if change:
            change_role(membership=obj, role=Membership.Role(obj.role))
            return
        super().save_model(request, obj, form, change)
        sync_groups(user=obj.user)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        try:
            remove_colleague(membership=obj)
        except LastOwner as refusal:
            # Django has told of a deletion already by then; this takes it back.
            messages.set_level(request, messages.ERROR)
            messages.error(request, refusal.message)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership, Membership]) -> None:
        for membership in queryset.select_related("user", "project"):
            self.delete_model(request, membership)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited by whom, and what became of it; links are made and revoked in the office."""

    view_roles = OWNERS_ONLY
    list_display = ["created_at", "project", "role", "email", "expires_at", "used_at", "revoked_at"]
    list_filter = ["project", "role"]
    list_select_related = ["project"]
    exclude = ["token_hash"]


def _is_ours(group: Group) -> bool:
    return group.name in (OWNER_GROUP, STAFF_GROUP)


def _kept(groups: Iterable[Group]) -> list[str]:
    return [
        f"{group.name}: members of salons have their rights by this group."
        for group in groups
        if _is_ours(group)
    ]
