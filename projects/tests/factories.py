"""Rows for tests, made by hand so that a test says only what matters to it."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from projects.auth import create_api_key
from projects.models import ApiKey, Membership, Project

_numbers = count(1)


def make_project(**over: Any) -> Project:
    """A salon in Kyiv, open 9-18."""
    number = next(_numbers)
    return Project.objects.create(**{"slug": f"salon_{number}", "name": f"Salon {number}"} | over)


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
