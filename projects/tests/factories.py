"""Rows for tests, made by hand so that a test says only what matters to it."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from projects.auth import create_api_key
from projects.models import ApiKey, Membership, Project

_numbers = count(1)


def make_project(**over: Any) -> Project:
    """A salon in Kyiv, open 9-18; settings may be named beside the project's own fields."""
    number = next(_numbers)
    values = {"slug": f"salon_{number}", "name": f"Salon {number}"} | over
    own = {field.name for field in Project._meta.concrete_fields}
    project = Project.objects.create(**{name: values[name] for name in values if name in own})
    change_settings(project, **{name: values[name] for name in values if name not in own})
    return project


def change_settings(project: Project, **values: Any) -> None:
    """Store settings, each in the table of whichever app has a field of this name."""
    for relation in Project._meta.related_objects:
        columns = {field.name for field in relation.related_model._meta.concrete_fields}
        mine = {name: values.pop(name) for name in columns & values.keys()}
        if relation.one_to_one and mine:
            row, _ = relation.related_model._base_manager.update_or_create(project=project, defaults=mine)
            setattr(project, str(relation.get_accessor_name()), row)
    assert not values, f"nobody has the settings {list(values)}"


def make_key(project: Project, scope: ApiKey.Scope = ApiKey.Scope.WRITE) -> str:
    """The clear text of a new key of the project."""
    return create_api_key(project=project, scope=scope)[1]


def bearer(key: str) -> dict[str, str]:
    """Headers for the test client: `client.get(url, headers=bearer(key))`."""
    return {"Authorization": f"Bearer {key}"}


def make_staff(*projects: Project, role: Membership.Role = Membership.Role.OWNER, **over: Any) -> User:
    """A staff user who belongs to these projects."""
    number = next(_numbers)
    values: dict[str, Any] = {"username": f"person{number}@example.com", "is_staff": True}
    user = get_user_model().objects.create_user(**values | over)
    for project in projects:
        Membership.objects.create(project=project, user=user, role=role)
    return user
