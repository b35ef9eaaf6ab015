"""What the person behind a request is and may do, read once for all that a page of the tables asks."""

from collections import defaultdict
from typing import cast

from django.contrib.auth.models import Permission, User
from django.http import HttpRequest

from projects.access import ROLE_GROUPS
from projects.models import Membership


def roles_of(request: HttpRequest) -> dict[int, str]:
    """The user's role by project; read once per request, for a page asks a hundred times."""
    found: dict[int, str] | None = getattr(request, "_project_roles", None)
    if found is None:
        mine = Membership.objects.filter(user_id=request.user.pk or 0)
        found = dict(mine.values_list("project_id", "role")) if request.user.is_active else {}
        request._project_roles = found  # type: ignore[attr-defined]  # a cache that dies with the request
    return found


def rights_of(request: HttpRequest) -> dict[str, set[str]]:
    """The rights of the user's groups by the group's name; "" are those that come with no role of a salon.

    Read once per request. Django joins the rights of all groups, which are those of all salons together.
    """
    found: dict[str, set[str]] | None = getattr(request, "_group_rights", None)
    if found is None:
        found = defaultdict(set)
        rows = Permission.objects.filter(group__user=request.user.pk or 0).order_by()
        for name, app, code in rows.values_list("group__name", "content_type__app_label", "codename"):
            found[name if name in ROLE_GROUPS.values() else ""].add(f"{app}.{code}")
        found[""] |= cast(User, request.user).get_user_permissions()
        request._group_rights = found  # type: ignore[attr-defined]  # a cache that dies with the request
    return found
