"""A spreadsheet belongs to one salon, also where earlier versions let two have it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from bookings.tests.factories import NOW, make_booking, make_service, make_specialist
from botbackend.health.findings import look_at_sheets
from projects.tests.factories import make_project
from sheets.models import SheetLink, SheetRow, SheetTab
from sheets.operations import use_spreadsheet

pytestmark = pytest.mark.django_db


def allow_any_id() -> None:
    """Let ids stand as they could before they had one form."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sheets_sheetlink DROP CONSTRAINT sheet_id_in_one_form")


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


def test_stored_addresses_become_ids_and_what_names_no_sheet_of_the_salons_own_is_let_go() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE sheets_sheetlink DROP CONSTRAINT sheet_id_in_one_form"
        )  # as it was before
    whole = "https://docs.google.com/spreadsheets/d/one/edit#gid=0"
    stored = [
        whole,
        "two?usp=sharing",
        "bo%6Fk",
        "book",
        "book#gid=0",
        "",
        "docs.google.com/spreadsheets/d/one",
    ]
    links = [
        SheetLink.objects.create(project=make_project(), spreadsheet_id=text, mirrored_id=text, state="error")
        for text in stored
    ]
    import_module("sheets.migrations.0013_spreadsheet_ids_in_one_form").bring_ids_into_form(apps, None)
    found = SheetLink.objects.order_by("pk")
    assert [(link.spreadsheet_id, link.mirrored_id, link.state) for link in found] == [
        ("one", "one", "new"), ("two", "two", "new"), ("", "bo%6Fk", "taken"), ("book", "book", "error"),
        ("", "book", "taken"), ("", "", "error"), ("", "one", "taken"),
    ]  # fmt: skip
    assert found[2].reason == "bo%6Fk is no id and no address of a spreadsheet"
    assert found[4].reason == "the spreadsheet book belongs to another project"
    lost = [link.project.slug for link in (links[2], links[4], links[6])]
    assert look_at_sheets().detail.endswith(", ".join(lost))


def test_what_was_seen_under_an_address_is_the_spreadsheets_and_nothing_is_lost() -> None:
    allow_any_id()
    salon = make_project()
    link = SheetLink.objects.create(
        project=salon, spreadsheet_id="book?x", mirrored_id="book?x", marked_id="book?x"
    )
    anna, service = make_specialist(salon, "Anna"), make_service(salon)
    tabs = [
        SheetTab.objects.create(link=link, specialist=one, spreadsheet_id=text, sheet_id=number, title="A")
        for one, text, number in [
            (anna, "book?x", 1), (make_specialist(salon, "Maria"), "book?x", 2), (anna, "book", 7),
        ]
    ]  # fmt: skip
    visit = make_booking(anna, service, NOW)
    row = SheetRow.objects.create(
        link=link, booking=visit, spreadsheet_id="book?x", row_uid="b-1", sheet_id=1, cells=[]
    )
    import_module("sheets.migrations.0013_spreadsheet_ids_in_one_form").bring_ids_into_form(apps, None)
    link.refresh_from_db()
    assert (link.spreadsheet_id, link.mirrored_id, link.marked_id) == ("book", "book", "")
    assert [SheetTab.objects.get(pk=tab.pk).spreadsheet_id for tab in tabs] == ["book?x", "book", "book"]
    row.refresh_from_db()
    assert row.spreadsheet_id == "book"
