"""Names and phones are one however they are written, also those that older versions stored."""

import unicodedata
from importlib import import_module

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings

from bookings.models import Booking, Client, Specialist
from bookings.models.clients import name_index, phone_index
from bookings.tests.factories import at, make_booking, make_project, make_service, make_specialist
from projects.models import Project

BEFORE = [("bookings", "0002_booking_rules"), ("projects", "0003_country")]
FILLED = import_module("bookings.migrations.0004_one_form_of_text")


LOOKS = import_module("bookings.migrations.0010_looks_of_names")


def _fill() -> None:
    FILLED.fill(apps, None)


def _old_name(project: Project, name: str, *, is_active: bool = True) -> Specialist:
    """Store a name as it was given, as earlier versions did."""
    row = Specialist.objects.create(
        project=project, name=f"{name} {Specialist.objects.count()}", is_active=is_active
    )
    Specialist.objects.filter(pk=row.pk).update(name=name, name_key=f"none {row.pk}")
    return row


def _old_client(project: Project, phone: str, name: str = "") -> Client:
    row = Client.objects.create(project=project)
    Client.objects.filter(pk=row.pk).update(phone=phone, name=name, phone_index="old", name_index="old")
    return row


@pytest.mark.django_db(transaction=True)
def test_a_database_of_before_is_brought_into_the_one_form_and_back() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    project = old.get_model("projects", "Project").objects.create(slug="old", name="Old")
    people = old.get_model("bookings", "Specialist").objects
    for number, name in enumerate(["Анна", "АННА", "Марія\u200b"]):
        people.create(project=project, name=name, calendar_token=f"t{number}")
    old.get_model("bookings", "Client").objects.create(project=project, phone="0501234567", phone_index="x")
    for _ in range(2):  # forth, back and forth again
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        assert [row.key for row in Specialist.objects.order_by("pk")] == ["ahha", "ahha", "mapiя"]
        assert Client.objects.get(phone_index=phone_index("+380501234567")).phone == "+380501234567"
        if _ == 0:
            MigrationExecutor(connection).migrate(BEFORE)


@pytest.mark.django_db
def test_names_of_before_get_the_one_form_and_namesakes_stay() -> None:
    project, apart = make_project(), unicodedata.normalize("NFD", "Андрій")
    names = [(apart, False), ("Андрій", True), ("Мар\u00a0 я\u200b", True), ("Анна", True), ("Anna", True)]
    for name, is_active in names:
        _old_name(project, name, is_active=is_active)
    _fill()
    rows = list(Specialist.objects.order_by("pk"))
    assert [row.name for row in rows] == [apart, "Андрій", "Мар я", "Анна", "Anna"]
    assert rows[0].key == rows[1].key == rows[1].name_key  # the one in use has the name
    assert len({row.key for row in rows}) == 4


@pytest.mark.django_db
def test_a_namesake_of_before_can_be_stored_and_gets_free_by_a_new_name() -> None:
    project = make_project()
    _old_name(project, "Анна")
    _old_name(project, "АННА")
    _fill()
    later = Specialist.objects.get(name="АННА")
    later.position = 3
    later.clean()
    later.save()
    assert later.name_key != later.key
    later.name = "Анна К."
    later.save()
    assert later.name_key == later.key


@pytest.mark.django_db
def test_phones_of_before_become_one_and_no_client_is_lost() -> None:
    project = make_project()
    for phone in ("0501234567", "380501234567", "8 050 123 45 67", "89161234567", ""):
        _old_client(project, phone, name=f"Ольга\u00a0{phone}")
    _fill()
    rows = list(Client.objects.order_by("pk"))
    assert [row.phone for row in rows] == ["+380501234567"] * 3 + ["89161234567", ""]
    assert Client.objects.filter(phone_index=phone_index("+380501234567")).count() == 3
    assert rows[0].name == "Ольга 0501234567"
    FILLED.unfill(apps, None)
    assert Client.objects.exclude(name_index="").count() == 5


@pytest.mark.django_db
def test_the_country_of_phones_of_before_is_the_salons() -> None:
    kazakh = make_project(timezone="Asia/Almaty", currency="KZT")
    row = _old_client(kazakh, "89161234567")
    _fill()
    row.refresh_from_db()
    assert row.phone == "+79161234567"


@pytest.mark.django_db
def test_guests_of_before_get_the_one_form_and_visits_stay() -> None:
    project = make_project()
    booking = make_booking(make_specialist(project), make_service(project), at("10:00"), guest_name="Зоя")
    Booking.objects.filter(pk=booking.pk).update(guest_name="Зоя\u200b  К", guest_phone="050 123-45-67")
    _fill()
    booking.refresh_from_db()
    assert (booking.guest_name, booking.guest_phone) == ("Зоя К", "+380501234567")


@pytest.mark.django_db
def test_what_no_key_opens_is_passed_over(settings: Settings) -> None:
    project = make_project()
    lost, kept = _old_client(project, "0501234567"), _old_client(project, "0501234568")
    keys = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    Client.objects.filter(pk=lost.pk).update(phone="0501234567")
    settings.FIELD_ENCRYPTION_KEYS = keys
    _fill()
    assert Client.objects.only("phone").get(pk=kept.pk).phone == "+380501234568"
    assert Client.objects.filter(pk=lost.pk).exists()


@pytest.mark.django_db
def test_keys_of_an_earlier_comparing_form_are_renewed() -> None:
    project, other = make_project(), make_project()
    stored = [
        ("Ѓорѓи", "Ѓорѓи", True), ("А\u0301нна", "a\u0301hha", False), ("Анна", "ahha", True),
        ("νita", "nita", True), ("Nita", "vita", True), ("Анна ١", "ahha ١", True),
    ]  # fmt: skip
    for name, key, is_active in stored:
        row = _old_name(project, name, is_active=is_active)
        Specialist.objects.filter(pk=row.pk).update(name_key=key)
    foreign = _old_name(other, "А\u0301нна")
    client = _old_client(project, "", name="Яна\u0301")
    LOOKS.renew(apps, None)
    keys = {row.name: row.name_key for row in project.specialists.all()}
    stressed = project.specialists.get(name="А\u0301нна")
    assert keys["Анна"] == "ahha"
    assert keys["А\u0301нна"] == f"ahha\n{stressed.pk}"  # `doctor` names it
    assert (keys["νita"], keys["Nita"], keys["Анна ١"]) == ("vita", "nita", "ahha 1")
    foreign.refresh_from_db()
    assert foreign.name_key == "ahha"
    assert Client.objects.get(name_index=name_index("Яна")) == client
    before = dict(Specialist.objects.values_list("pk", "name_key"))
    LOOKS.renew(apps, None)
    assert dict(Specialist.objects.values_list("pk", "name_key")) == before


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["анна", "Aннa", " Анна\u200b", "АННА", "Анна\u3164", "Αнна", "А́нна"])
def test_the_database_holds_one_row_per_name(other: str) -> None:
    project = make_project()
    Specialist.objects.create(project=project, name="Анна")
    twin = Specialist(project=project, name=other)
    with pytest.raises(ValidationError, match="in another spelling"):
        twin.full_clean()
    with pytest.raises(IntegrityError):
        twin.save()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["\u200b", "\ufeff \u00ad", "\u3164", "\u2800", "\u034f"])
def test_a_name_that_shows_nothing_is_none(name: str) -> None:
    with pytest.raises(ValidationError):
        Specialist(project=make_project(), name=name).full_clean()


@pytest.mark.django_db
def test_different_names_are_different_people() -> None:
    project = make_project()
    for name in ("Анна", "Anna", "Ганна", "Вера", "Віра", "Наталя", "Наталія", "Łucja", "Lucja", "Анна 2"):
        Specialist.objects.create(project=project, name=name)
    assert Specialist.objects.count() == 10
