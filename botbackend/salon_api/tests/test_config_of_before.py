"""What earlier versions stored can be posted back by its salon, too."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from projects.models import Project
from projects.tests.factories import bearer, make_key, make_project

pytestmark = pytest.mark.django_db
MIGRATION = import_module("projects.migrations.0006_known_languages_and_currencies")


@pytest.mark.parametrize(
    ("stored", "known"),
    [
        ({"language": "xx", "currency": "грн"}, ("uk", "UAH")),
        ({"language": "ua", "currency": "uah"}, ("uk", "UAH")),
        ({"language": "EN", "currency": "zł", "timezone": "Europe/Warsaw"}, ("en", "PLN")),
        ({"language": "pl_PL", "currency": "€", "country": "DE"}, ("pl", "EUR")),
        ({"language": "", "currency": "", "timezone": "Etc/UTC"}, ("uk", "UAH")),
        ({"language": "ru", "currency": "USD"}, ("ru", "USD")),
    ],
)
def test_a_language_and_a_currency_of_before_become_known_ones(
    stored: dict[str, str], known: tuple[str, str]
) -> None:
    project = make_project(**stored)
    MIGRATION.take_known_ones(apps, None)
    found = Project.objects.get()
    assert (found.language, found.currency) == known
    url, headers = f"/projects/{project.slug}/config", bearer(make_key(project))
    document = Client().get(url, headers=headers).json()
    answer = Client().post(url, document, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.json()


@pytest.mark.parametrize(
    "stored",
    [
        {"sendpulse_bot_id": "бот-кирилиця"}, {"sendpulse_bot_id": "a/b"}, {"sendpulse_client_id": "ід"},
        {"currency": "XBT"}, {"language": "xx"},
    ],
)  # fmt: skip
def test_what_nobody_may_set_any_more_can_stay_and_be_posted_back(stored: dict[str, str]) -> None:
    project = make_project(**stored)
    url, headers = f"/projects/{project.slug}/config", bearer(make_key(project))
    before = Client().get(url, headers=headers).json()
    document = before | {"name": "Another name", "work_hours": {"start": "10:00", "end": "19:00"}}
    answer = Client().post(url, document, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.json()
    after = Client().get(url, headers=headers).json()
    assert after == before | {"name": "Another name", "work_hours": {"start": "10:00", "end": "19:00"}}


@pytest.mark.parametrize("given", [{"sendpulse": {"bot_id": "інший"}}, {"currency": "XYZ"}])
def test_another_value_is_held_to_the_rules_all_the_same(given: dict[str, object]) -> None:
    project = make_project(sendpulse_bot_id="бот", currency="XBT")
    answer = Client().post(
        f"/projects/{project.slug}/config", given, content_type="application/json",
        headers=bearer(make_key(project)),
    )  # fmt: skip
    assert answer.status_code == 400
