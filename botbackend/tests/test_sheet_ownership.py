"""A spreadsheet belongs to one salon, also where earlier versions let two have it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from botbackend.health.findings import look_at_sheets
from projects.tests.factories import make_project
from sheets.models import SheetLink
from sheets.operations import use_spreadsheet

pytestmark = pytest.mark.django_db


def test_the_database_lets_no_second_salon_have_it() -> None:
    make_project(spreadsheet_id="book")
    with pytest.raises(IntegrityError, match="sheet_of_one_salon"):
        make_project(spreadsheet_id="book")


def test_any_number_of_salons_have_none() -> None:
    for _ in range(2):
        SheetLink.objects.create(project=make_project())


def test_of_those_who_had_one_together_the_first_keeps_it_and_doctor_names_the_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX sheet_of_one_salon")  # as it was before
    ids = ["book", "other", "book", "", "", "book"]
    links = [SheetLink.objects.create(project=make_project(), spreadsheet_id=name) for name in ids]
    import_module("sheets.migrations.0003_one_salon_per_spreadsheet").clear_later_links(apps, None)
    found = SheetLink.objects.order_by("pk")
    assert [link.spreadsheet_id for link in found] == ["book", "other", "", "", "", ""]
    assert [link.state for link in found] == ["new", "new", "taken", "new", "new", "taken"]
    assert found[2].reason == "the spreadsheet book belongs to another project"
    slugs = f"{links[2].project.slug}, {links[5].project.slug}"
    assert look_at_sheets().detail.endswith(slugs)
    for link, name in ((links[2], "third"), (links[5], "sixth")):
        use_spreadsheet(project=link.project, spreadsheet_id=name)
    assert slugs not in look_at_sheets().detail
