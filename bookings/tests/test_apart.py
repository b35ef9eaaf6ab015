"""A family with one phone: kept apart when somebody says so, and found again as the ones they are."""

import pytest

from bookings.errors import ClientNotFound, InvalidRequest
from bookings.models import Client, ClientsApart
from bookings.operations import another_person, get_or_create_client, keep_apart, merge_clients
from bookings.operations.apart import clients_with_phone, kept_apart
from bookings.tests.factories import STAFF, make_client, make_project
from projects.models import Project

pytestmark = pytest.mark.django_db
PHONE = "+380671234567"


@pytest.fixture
def salon() -> Project:
    return make_project()


def make_mother(salon: Project, **over: str) -> Client:
    return make_client(salon, **{"name": "Olena", "phone": PHONE, "contact_id": ""} | over)


def make_son(salon: Project, name: str = "Ivan") -> Client:
    return another_person(project=salon, name=name, phone="067 123 45 67", origin=STAFF)


def test_another_person_of_the_phone_is_made_once_and_the_pair_is_remembered(salon: Project) -> None:
    mother = make_mother(salon)
    son = make_son(salon)
    assert (son.name, son.phone) == ("Ivan", PHONE)
    assert make_son(salon, "ІVAN".replace("І", "I")) == son
    assert Client.objects.count() == 2
    assert kept_apart([son.pk]) == {(mother.pk, son.pk), (son.pk, mother.pk)}


def test_a_third_is_apart_from_both(salon: Project) -> None:
    mother, son, daughter = make_mother(salon), make_son(salon), make_son(salon, "Maria")
    pairs = {(row.one_id, row.other_id) for row in ClientsApart.objects.all()}
    assert pairs == {(mother.pk, son.pk), (mother.pk, daughter.pk), (son.pk, daughter.pk)}


def test_somebody_with_a_chat_keeps_it_to_themselves(salon: Project) -> None:
    mother = make_mother(salon, contact_id="a" * 24)
    other = make_son(salon, "Olena")
    assert other != mother
    assert other.contact_id == ""
    assert get_or_create_client(project=salon, phone=PHONE) == other  # a phone finds nobody's chat
    assert get_or_create_client(project=salon, contact_id="a" * 24, phone=PHONE) == mother


def test_the_phone_finds_the_one_who_is_named_else_the_one_known_longest(salon: Project) -> None:
    mother, son = make_mother(salon), make_son(salon)
    assert get_or_create_client(project=salon, phone=PHONE, name="ivan") == son
    assert get_or_create_client(project=salon, phone=PHONE, name="Olena") == mother
    assert get_or_create_client(project=salon, phone=PHONE, name="Petro") == mother
    assert get_or_create_client(project=salon, phone=PHONE) == mother
    assert clients_with_phone(project=salon, phone="0671234567") == [mother, son]
    assert clients_with_phone(project=make_project(), phone=PHONE) == []


def test_without_name_or_number_nobody_is_made(salon: Project) -> None:
    with pytest.raises(InvalidRequest):
        another_person(project=salon, name="", phone="", origin=STAFF)


def test_two_are_kept_apart_by_hand_and_a_stranger_is_refused(salon: Project) -> None:
    mother, other = make_mother(salon), make_mother(salon, name="Olena")
    for ids in ((other.pk, mother.pk), (mother.pk, other.pk)):
        keep_apart(project=salon, client_ids=ids, origin=STAFF)
    assert ClientsApart.objects.count() == 1
    stranger = make_client(make_project())
    for ids in ((mother.pk, stranger.pk), (mother.pk, mother.pk)):
        with pytest.raises(ClientNotFound):
            keep_apart(project=salon, client_ids=ids, origin=STAFF)


def test_who_was_kept_apart_by_mistake_can_still_be_merged(salon: Project) -> None:
    mother, son = make_mother(salon), make_son(salon)
    done = merge_clients(
        project=salon, client_ids=(mother.pk, son.pk), name_of=mother.pk, phone_of=mother.pk, origin=STAFF
    )
    assert done.kept == mother
