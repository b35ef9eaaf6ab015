"""People's accounts: the operator may change any of them, but no salon is left without an owner unnoticed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import HttpRequest

from botbackend.staff.models import Invitation
from projects.access import OWNER_GROUP, OWNERS_ONLY, STAFF_GROUP, salons_left_by
from projects.admin_base import ReadOnlyAdmin
from projects.admin_saving import SharedAdmin

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
