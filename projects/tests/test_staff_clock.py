"""Staff read the admin on the clock of their salon."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


def make_salon(zone: str) -> Project:
    """A salon that was made at noon UTC of a winter's day."""
    slug = zone.lower().replace("/", "-")
    project = Project.objects.create(slug=slug, name=zone, timezone=zone)
    Project.objects.filter(pk=project.pk).update(created_at=datetime(2026, 1, 15, 12, 0, tzinfo=UTC))
    return project


def page_of(project: Project, *, is_superuser: bool = False) -> str:
    """The project's page in the admin, as its owner or as the operator sees it."""
    user = make_staff(is_superuser=is_superuser)
    grant_membership(project=project, user=user, role=Membership.Role.OWNER)
    browser = Client()
    browser.force_login(user)
    return browser.get(f"/admin/projects/project/{project.pk}/change/").content.decode()


def test_an_owner_sees_the_salons_own_clock() -> None:
    assert "15 January 2026, 14:00" in page_of(make_salon("Europe/Kyiv"))
    assert "15 January 2026, 21:00" in page_of(make_salon("Asia/Tokyo"))


def test_a_page_of_one_salon_has_its_clock_for_people_of_several() -> None:
    tokyo = make_salon("Asia/Tokyo")
    assert "15 January 2026, 14:00" in page_of(make_salon("Europe/Kyiv"), is_superuser=True)
    assert "15 January 2026, 21:00" in page_of(tokyo, is_superuser=True)
