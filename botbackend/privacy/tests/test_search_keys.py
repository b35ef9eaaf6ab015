"""Keys of the search go with the person, outlive fresh keys of encryption, come to what old code wrote."""

from collections.abc import Callable
from importlib import import_module

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection
from pytest_django import Settings

from bookings.finding import find
from bookings.models import Client
from bookings.operations.search_keys import fill_search_keys
from bookings.tests.factories import make_client, make_project
from botbackend.privacy.forget import forget_client
from botbackend.privacy.rotate import encrypted_columns, rotate_column
from dialogues.tests.factories import make_claim
from projects.models import Project

pytestmark = pytest.mark.django_db
FILLED = import_module("bookings.migrations.0021_search_keys_filled")


def found(salon: Project, text: str) -> list[str]:
    return [client.name for client in find(salon=salon, text=text, limit=20)]


def test_keys_go_with_the_person() -> None:
    salon = make_project()
    client = make_client(salon, name="Олена", phone="+380501234567")
    forget_client(client=client)
    client.refresh_from_db()
    assert (client.search_keys, client.searched_index) == ([], "")
    assert found(salon, "оле") == []


def test_fresh_keys_of_encryption_leave_the_search_as_it_is(settings: Settings) -> None:
    salon = make_project()
    make_client(salon, name="Олена", phone="+380501234567")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    for model, field in encrypted_columns():
        if model is Client:
            assert sum(done.unreadable for done in rotate_column(model, field)) == 0
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert found(salon, "оле 4567") == ["Олена"]


def _by_old_code(salon: Project) -> tuple[Client, Client]:
    """A row that an older version made, and one of which it changed the name."""
    made, renamed = make_client(salon, name="Олена"), make_client(salon, name="Ганна")
    Client.objects.filter(pk=made.pk).update(search_keys=[], searched_index="")
    told = make_client(make_project(), name="Марія")
    Client.objects.filter(pk=renamed.pk).update(name="Марія", name_index=told.name_index)
    return made, renamed


def _by_the_clock() -> None:
    fill_search_keys(make_claim("clock"))


def _by_the_migration() -> None:
    FILLED.fill(apps, None)


@pytest.mark.parametrize("fill", [_by_the_clock, _by_the_migration])
def test_what_old_code_writes_beside_the_new_gets_its_keys(fill: Callable[[], None]) -> None:
    salon = make_project()
    _by_old_code(salon)
    assert found(salon, "оле") == found(salon, "мар") == []
    fill()
    assert found(salon, "оле") == ["Олена"]
    assert found(salon, "мар") == ["Марія"]
    assert found(salon, "ган") == []


def test_a_row_that_no_key_opens_stops_nobody(settings: Settings) -> None:
    salon = make_project()
    _by_old_code(salon)
    lost = make_client(salon, name="Lost")
    Client.objects.filter(pk=lost.pk).update(searched_index="")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_client SET name = 'gone' WHERE id = %s", [lost.pk])
    FILLED.fill(apps, None)
    fill_search_keys(make_claim("clock"))
    assert found(salon, "оле") == ["Олена"]
