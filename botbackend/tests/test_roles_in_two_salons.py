"""What somebody is in one salon gives no right in another."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse

from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.tests.planting import plant
from projects.access import grant_membership, project_path
from projects.models import Project
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db


def _rows_of(salon: Project) -> list[Model]:
    found = []
    for model in admin.site._registry:
        path = project_path(model)
        row = model._default_manager.filter(**{path: salon.pk}).last() if path else None
        found += [row] if row is not None else []
    return found


def _rights(browser: Browser, row: Model) -> tuple[bool, bool, bool]:
    """Whether the row's page opens, whether it saves, whether it can be deleted.

    A page that does not open says 403, or leads away as from a row that is not there.
    """
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    page = browser.get(reverse(f"{name}_change", args=[row.pk]))
    gone = browser.get(reverse(f"{name}_delete", args=[row.pk]))
    return page.status_code == 200, 'name="_save"' in page.content.decode(), gone.status_code == 200


def test_an_owner_of_one_salon_is_no_more_than_staff_where_she_is_staff() -> None:
    salon = plant("theirs")
    rows = _rows_of(salon)
    staff, both = make_colleague(salon, Role.STAFF), make_colleague(salon, Role.STAFF)
    grant_membership(project=make_project(), user=both, role=Role.OWNER)
    expected = {str(row._meta): _rights(signed_in(staff), row) for row in rows}
    assert {str(row._meta): _rights(signed_in(both), row) for row in rows} == expected
    assert len(expected) > 20
    assert {row for row, (_, _, gone) in expected.items() if gone} == set()


def test_staff_of_one_salon_stay_the_owner_where_they_own() -> None:
    salon, other = plant("own"), make_project()
    owner, both = make_colleague(salon), make_colleague(salon)
    grant_membership(project=other, user=both, role=Role.STAFF)
    rows = _rows_of(salon)
    expected = {str(row._meta): _rights(signed_in(owner), row) for row in rows}
    assert {str(row._meta): _rights(signed_in(both), row) for row in rows} == expected
    assert {row for row, (_, _, gone) in expected.items() if gone} >= {"bookings.client", "ai.knowledge"}
