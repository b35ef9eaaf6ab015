"""Tables, fields and choices are called in the language of whoever reads them; no migration knows of it.

That each has its translation is told by the test of all catalogues.
"""

from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.utils import translation
from django.utils.functional import Promise

from bookings.models import Booking
from botbackend.workshop.messages.catalogues import found_in, sources


def test_every_table_of_ours_has_its_labels_looked_up() -> None:
    known = {source.app for source in sources() if source.app}
    others = {"admin", "auth", "contenttypes", "sessions", "django_rq"}
    assert {model._meta.app_label for model in admin.site._registry} - others <= known
    ours = [model for model in admin.site._registry if model._meta.app_label in known]
    assert [model for model in ours if not isinstance(model._meta.verbose_name, Promise)] == []


def test_a_table_speaks_the_language_of_the_page() -> None:
    status = Booking._meta.get_field("status")
    with translation.override("uk"):
        assert str(Booking._meta.verbose_name_plural) == "візити"
        assert str(status.verbose_name) == "статус"
        assert Booking(status="cancelled").get_status_display() == "Скасовано"
    with translation.override("en"):
        assert Booking(status="cancelled").get_status_display() == "Cancelled"


def test_a_label_that_somebody_adds_is_wanted_in_the_catalogue_of_its_app() -> None:
    (source,) = [one for one in sources() if one.name == "bookings"]
    field, before = Booking._meta.get_field("note"), Booking._meta.get_field("note").verbose_name
    field.verbose_name = "words of nobody"
    try:
        assert "words of nobody" in found_in(source)
    finally:
        field.verbose_name = before
    assert "words of nobody" not in found_in(source)


def test_names_that_are_stored_stay_english() -> None:
    with translation.override("uk"):
        assert Booking._meta.verbose_name_raw == "booking"


@pytest.mark.django_db
def test_no_migration_is_wanted_for_it() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
