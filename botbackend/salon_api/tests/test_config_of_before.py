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
