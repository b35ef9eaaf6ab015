"""Names in the configuration are one however they are spelled, and nothing is left behind in silence."""

import io
import json
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from bookings.models import Client, Service, Specialist
from bookings.operations import get_or_create_client
from bookings.tests.factories import at, make_booking
from botbackend.salon_api.tests.test_config import ConfiguredSalon
from projects.models import Project

pytestmark = pytest.mark.django_db
AHEAD = datetime.now(UTC).date() + timedelta(days=30)
APART = unicodedata.normalize("NFD", "Андрій")


@pytest.fixture
def salon() -> ConfiguredSalon:
    return ConfiguredSalon()


def _visit(salon: ConfiguredSalon, name: str) -> None:
    who = Specialist.objects.get(project=salon.project, name=name)
    make_booking(who, Service.objects.filter(project=salon.project)[0], at("10:00", AHEAD))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (APART, "Андрій"),
        ("\ufeffАнна", "Анна"),
        ("Ан\u200bна", "Анна"),
        ("Анна", "анна"),
        ("Анна", "Aннa"),
        ("Анна  К", "Анна\u00a0К"),
        ("Мар'яна", "Марʼяна"),
        ("Αnna", "Anna"),
        ("Артём", "Артем"),
    ],
)
def test_another_spelling_is_the_same_row(salon: ConfiguredSalon, first: str, second: str) -> None:
    salon.post({"specialists": [first], "services": {first: 2}, "prices": {second: 700}})
    before = salon.get()["ids"]
    answer = salon.post({"specialists": [second], "services": {second: 2}})
    after = answer["ids"]
    assert [*before["specialists"].values(), *before["services"].values()] == [
        *after["specialists"].values(),
        *after["services"].values(),
    ]
    assert list(answer["prices"].values()) == [700]
    assert (Specialist.objects.count(), Service.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({"specialists": ["Марія", APART, "Андрій"]}, ["specialists[1]", "specialists[2]"]),
        ({"specialists": ["Анна", "Анна\u200b"]}, ["specialists[0]", "specialists[1]"]),
        ({"services": {"Стрижка": 1, "cтрижка": 2}}, ["services.Стрижка", "services.cтрижка"]),
        (
            {"services": {"Стрижка": 1}, "prices": {"Стрижка": 1, "СТРИЖКА": 2}},
            ["prices.Стрижка", "prices.СТРИЖКА"],
        ),
        (
            {"specialists": ["Анна"], "services": {"A": 1}, "specialist_services": {"Анна": ["A", "А"]}},
            ["specialist_services.Анна[0]", "specialist_services.Анна[1]"],
        ),
    ],
)
def test_two_spellings_of_one_name_are_refused_at_both_places(
    salon: ConfiguredSalon, document: dict[str, Any], paths: list[str]
) -> None:
    fields = salon.mistakes(document)
    assert sorted(fields) == sorted(paths)
    assert paths[0] in fields[paths[1]][0]
    assert paths[1] in fields[paths[0]][0]


@pytest.mark.parametrize("name", ["\u200b", "\ufeff", "\u00ad\u2060", "\u3164", "\u2800", "\u034f"])
def test_a_name_that_shows_nothing_is_refused(salon: ConfiguredSalon, name: str) -> None:
    assert "must not be blank" in str(salon.mistakes({"services": {name: 1}}))
    assert "must not be blank" in str(salon.mistakes({"specialists": [name]}))


def test_maps_find_their_names_in_any_spelling(salon: ConfiguredSalon) -> None:
    answer = salon.post(
        {
            "specialists": ["Андрій"],
            "services": {"Стрижка": 1, "Масаж": 1},
            "specialist_services": {APART: ["cтpижка"]},
            "specialist_hours": {"АНДРІЙ": {"mon": [["09:00", "13:00"]]}},
            "buffers": {"Масаж\u200b": {"before": 5, "after": 0}},
            "days_off": [{"specialist": "андрій", "from": "2027-01-01", "to": "2027-01-02"}],
        }
    )
    assert answer["specialist_services"] == {"Андрій": ["Стрижка"]}
    assert list(answer["specialist_hours"]) == ["Андрій"]
    assert list(answer["buffers"]) == ["Масаж"]
    assert answer["days_off"][0]["specialist"] == "Андрій"


def test_names_that_only_sound_alike_are_two(salon: ConfiguredSalon) -> None:
    answer = salon.post({"specialists": ["Анна", "Anna", "Ганна", "Віра", "Вера"]})
    assert len(answer["ids"]["specialists"]) == 5


def test_a_list_that_leaves_visits_behind_says_so(salon: ConfiguredSalon) -> None:
    salon.post(
        {
            "specialists": ["Анна", "Марія"],
            "services": {"Стрижка": 1, "Масаж": 1},
            "work_hours": {"start": "09:00", "end": "20:00"},
        }
    )
    _visit(salon, "Анна")
    answer = salon.post({"specialists": ["Ганна", "Марія"]})
    assert list(answer["warnings"]) == ["specialists.Анна"]
    assert "1 visits ahead, the first at" in answer["warnings"]["specialists.Анна"][0]
    assert salon.post(answer)["warnings"] == answer["warnings"]  # what came can be sent back
    assert "warnings" not in salon.post({"specialists": ["Анна", "Марія"]})


def test_a_rename_within_one_name_takes_its_visits_along(salon: ConfiguredSalon) -> None:
    salon.post({"specialists": ["Анна"], "services": {"Стрижка": 1}})
    _visit(salon, "Анна")
    assert "warnings" not in salon.post({"specialists": ["АННА"]})
    assert Specialist.objects.get().bookings.count() == 1


def test_loading_a_file_says_what_is_left_behind(salon: ConfiguredSalon, tmp_path: Path) -> None:
    salon.post({"specialists": ["Анна"], "services": {"Стрижка": 1}})
    _visit(salon, "Анна")
    file, errors = tmp_path / "salon.json", io.StringIO()
    file.write_text(
        json.dumps({"project_id": salon.project.slug, "specialists": ["Марія"], "services": {"Стрижка": 1}})
    )
    call_command("load_project", str(file), stdout=io.StringIO(), stderr=errors)
    assert "specialists.Анна: left the list with 1 visits ahead" in errors.getvalue()


@pytest.mark.parametrize(
    ("given", "country"),
    [
        ({}, "UA"),
        ({"timezone": "Europe/Warsaw", "currency": "EUR"}, "PL"),
        ({"timezone": "Asia/Almaty", "currency": "KZT"}, "KZ"),
        ({"timezone": "UTC", "currency": "PLN"}, "PL"),
        ({"timezone": "Europe/Warsaw", "country": "UA"}, "UA"),
        ({"timezone": "Europe/Warsaw", "country": ""}, "PL"),
    ],
)
def test_the_country_is_that_of_the_zone_unless_it_is_given(
    salon: ConfiguredSalon, given: dict[str, str], country: str
) -> None:
    assert salon.post(given)["country"] == country
    assert salon.get()["country"] == country


@pytest.mark.parametrize("country", ["ua", "UKR", "XX", "Україна", 380, None])
def test_what_is_no_country_is_refused(salon: ConfiguredSalon, country: object) -> None:
    assert list(salon.mistakes({"country": country})) == ["country"]


def test_the_country_reads_the_phones_of_the_api(salon: ConfiguredSalon) -> None:
    salon.post({"country": "KZ", "specialists": ["Анна"], "services": {"Стрижка": 1}})
    project = Project.objects.get()
    assert get_or_create_client(project=project, phone="89161234567").phone == "+79161234567"
    assert Client.objects.count() == 1
