"""The channel's id of a person has one form, whoever writes it: two forms were two clients."""

from importlib import import_module
from urllib.parse import quote

import pytest
from django.apps import apps

from bookings.models import Client
from bookings.operations import get_or_create_client
from bookings.tests.factories import make_client, make_project
from bookings.tests.test_bookings_api import ApiSalon, sunday_noon  # noqa: F401 - a fixture
from botbackend.privacy.people import find_clients

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday_noon")]
ID = "6a4969158278b1482a02e7f6"
FORMS = [ID.upper(), f"{ID}\u200b", f"\ufeff {ID}\u00a0", f"\u202a{ID}\u202c", f"{ID[:9]}\u00ad{ID[9:]}"]


@pytest.mark.parametrize("written", FORMS)
def test_in_every_form_it_is_the_contact_that_the_channel_told_of(written: str) -> None:
    salon = ApiSalon()
    client = get_or_create_client(project=salon.project, contact_id=ID)
    booked = salon.book(client={"contact_id": written})
    assert booked.json()["client"]["contact_id"] == ID
    assert Client.objects.get(project=salon.project) == client
    assert len(salon.ask("get", f"bookings?contact_id={quote(written)}").json()["bookings"]) == 1
    assert find_clients(slug=salon.project.slug, client_id=None, contact_id=written, phone="") == [client]


@pytest.mark.parametrize("written", ["\u200b", "\u2060\ufeff", "\u3164"])
def test_what_shows_nothing_is_no_contact(written: str) -> None:
    salon = ApiSalon()
    assert salon.book(client={"contact_id": written}).status_code == 400
    assert not Client.objects.exists()


def test_ids_of_another_kind_keep_their_capitals() -> None:
    project = make_project()
    assert get_or_create_client(project=project, contact_id="CRM-17").contact_id == "CRM-17"


def test_ids_of_before_get_the_form_unless_it_is_taken() -> None:
    project = make_project()
    texts = (ID, ID.upper(), "abc\u200b", "CRM-17", "B" * 24)
    ids = [make_client(project, contact_id=text).pk for text in texts]
    import_module("bookings.migrations.0017_one_form_of_contact_ids").read_anew(apps, None)
    stored = dict(Client.objects.values_list("pk", "contact_id"))
    assert [stored[pk] for pk in ids] == [ID, ID.upper(), "abc", "CRM-17", "b" * 24]
