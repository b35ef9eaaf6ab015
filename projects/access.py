"""Who may see which rows: everything goes through the projects a person is a member of."""

from collections import deque
from collections.abc import Collection
from functools import lru_cache
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.db import transaction
from django.db.models import ForeignKey, Model, Q, QuerySet

from botbackend.lib.errors import DomainError
from projects.locking import lock_project
from projects.models import Membership, Project

AnyUser = AbstractBaseUser | AnonymousUser
Row = TypeVar("Row", bound=Model)

OWNER_GROUP = "Owner"
STAFF_GROUP = "Staff"
# The group that carries a role's rights in the tables; specialists have none.
ROLE_GROUPS = {Membership.Role.OWNER: OWNER_GROUP, Membership.Role.STAFF: STAFF_GROUP}
BOTH_ROLES = frozenset({Membership.Role.OWNER, Membership.Role.STAFF})
OWNERS_ONLY = frozenset({Membership.Role.OWNER})


def sees_everything(user: AnyUser) -> bool:
    """Is this the operator of the installation?"""
    return bool(getattr(user, "is_superuser", False) and user.is_active)


def operators_fields(model: type[Model]) -> tuple[str, ...]:
    """Return the fields that only the operator changes, in the admin and with an API key alike.

    They are what the installation pays for: the model names them itself.
    """
    return getattr(model, "OPERATORS_FIELDS", ())


def visible_projects(
    user: AnyUser, roles: frozenset[Membership.Role] = BOTH_ROLES
) -> QuerySet[Project, Project]:
    """Return the projects in which the user has one of the roles; a superuser has all of them."""
    if sees_everything(user):
        return Project.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Project.objects.none()
    mine = Membership.objects.filter(user_id=user.pk, role__in=roles)
    return Project.objects.filter(pk__in=mine.values("project_id"))


@lru_cache(maxsize=256)
def project_path(model: type[Model]) -> str | None:
    """Return the lookup from a row to its project: "project", "link__project", "pk" for a project itself.

    None means that the model belongs to no project and is the operator's alone.
    """
    if model is Project:
        return "pk"
    waiting: deque[tuple[type[Model], str]] = deque([(model, "")])
    seen: set[type[Model]] = set()
    while waiting:
        current, prefix = waiting.popleft()
        if current in seen or prefix.count("__") > 2:
            continue
        seen.add(current)
        for field in current._meta.get_fields():
            if not isinstance(field, ForeignKey) or not isinstance(field.related_model, type):
                continue
            if field.related_model is Project:
                return f"{prefix}{field.name}"
            waiting.append((field.related_model, f"{prefix}{field.name}__"))
    return None


def scoped(
    rows: QuerySet[Row, Row], user: AnyUser, roles: frozenset[Membership.Role] = BOTH_ROLES
) -> QuerySet[Row, Row]:
    """Return only the rows of the user's own projects; of users only those who share a project."""
    if sees_everything(user):
        return rows
    mine = visible_projects(user, roles)
    if rows.model is get_user_model():
        return rows.filter(pk__in=Membership.objects.filter(project__in=mine).values("user_id"))
    path = project_path(rows.model)
    return rows.none() if path is None else rows.filter(**{f"{path}__in": mine})


def project_of(row: Model) -> int | None:
    """Return the primary key of the project a row belongs to, None if it belongs to none."""
    path = project_path(type(row))
    if path is None:
        return None
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name, None)
    return value.pk if isinstance(value, Project) else value


class LastOwner(DomainError):
    """A salon keeps at least one owner, or nobody of it could let anybody in again."""

    code = "last_owner"


@transaction.atomic
def grant_membership(*, project: Project, user: User, role: Membership.Role) -> Membership:
    """Make the user a member with that role, and give the rights that go with it in the admin.

    Raises LastOwner when the project's only owner would become something less.
    """
    if role != Membership.Role.OWNER:
        keep_an_owner(project=project, without=user)
    membership, _ = Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})
    sync_groups(user=user)
    return membership


class MemberGone(DomainError):
    """Somebody else has ended the membership meanwhile."""

    code = "gone"
    http_status = 404


@transaction.atomic
def change_membership(*, membership: Membership, role: Membership.Role) -> Membership:
    """Give a member another role. Raises LastOwner, and MemberGone for one who was removed meanwhile."""
    lock_project(membership.project_id)
    if not Membership.objects.filter(pk=membership.pk).exists():
        raise MemberGone("This person does not work here any more.")
    return grant_membership(project=membership.project, user=membership.user, role=role)


@transaction.atomic
def revoke_membership(*, membership: Membership) -> None:
    """End a membership and the rights that came with it. Raises LastOwner for the project's only owner."""
    keep_an_owner(project=membership.project, without=membership.user)
    membership.delete()
    sync_groups(user=membership.user)


def keep_an_owner(*, project: Project, without: User) -> None:
    """Raise LastOwner if the project has no other owner than this user; inside a transaction.

    The project's row is locked, so that two owners cannot take the rights from each other at once. Whoever is
    no owner may always go.
    """
    lock_project(project.pk)
    owners = Membership.objects.filter(project=project, role=Membership.Role.OWNER)
    if owners.filter(user=without).exists() and not owners_of(project) - {without.pk}:
        raise LastOwner(f"This is the last owner of {project}. Make somebody else an owner first.")


def owners_of(project: Project) -> set[int]:
    """Return the ids of those who can act as owners: a role without a way to sign in serves nobody."""
    rows = Membership.objects.filter(project=project, role=Membership.Role.OWNER)
    able = rows.filter(user__is_active=True, user__is_staff=True)
    able = able.filter(Q(user__is_superuser=True) | Q(user__groups__name=OWNER_GROUP))
    return set(able.values_list("user_id", flat=True))


def salons_left_by(users: Collection[User]) -> list[Project]:
    """Return the salons that would have no owner any more without these people; inside a transaction."""
    leaving = {user.pk for user in users}
    theirs = Project.objects.filter(memberships__user__in=leaving).distinct().order_by("pk")
    left = []
    for project in theirs:
        lock_project(project.pk)
        owners = owners_of(project)
        if owners and owners <= leaving:
            left.append(project)
    return left


def sync_groups(*, user: User) -> None:
    """Bring the user's groups in line with the memberships; other groups are left alone."""
    roles = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    for role, name in ROLE_GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        if role in roles:
            user.groups.add(group)
        else:
            user.groups.remove(group)
