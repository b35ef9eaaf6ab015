"""Names in the languages of clients: written by language, kept apart, beside the name itself."""

from typing import Any

import pytest

from bookings.models import Service
from botbackend.salon_api.tests.test_config import ConfiguredSalon

pytestmark = pytest.mark.django_db
SALON: dict[str, Any] = {
    "specialists": ["Анна", "Олена"],
    "services": {"Манікюр": 2, "Педикюр": 2},
}
NAMES = {
    "Манікюр": {"ru": "Маникюр", "en": "Manicure"},
    "Педикюр": {"en": "Pedicure"},
    "Олена": {"en": "Olena", "ru": "Елена"},
}


@pytest.fixture
def salon() -> ConfiguredSalon:
    found = ConfiguredSalon()
    found.post(SALON)
    return found


def test_names_by_language_come_back_as_they_were_written(salon: ConfiguredSalon) -> None:
    assert "names" not in salon.get()
    answer = salon.post({"names": NAMES})
    assert answer["names"] == NAMES
    assert salon.post(salon.get()) == answer
    assert salon.post(SALON)["names"] == NAMES


def test_names_are_replaced_whole_and_found_in_any_spelling(salon: ConfiguredSalon) -> None:
    salon.post({"names": NAMES})
    assert salon.post({"names": {"педикюр\u200b": {"en": "Pedi\u200bcure"}}})["names"] == {
        "Педикюр": {"en": "Pedicure"}
    }


def test_a_service_that_comes_back_has_its_names(salon: ConfiguredSalon) -> None:
    salon.post({"names": NAMES})
    salon.post({"services": {"Педикюр": 2}})
    assert salon.post(SALON)["names"] == NAMES


def test_another_name_is_nobody_s_name_for_the_configuration(salon: ConfiguredSalon) -> None:
    salon.post({"names": NAMES})
    assert "no service of this name" in str(salon.mistakes({"prices": {"Manicure": 1}}))
    salon.post({"specialists": ["Анна", "Олена", "Olena"]}, 400)
    assert Service.objects.count() == 2


@pytest.mark.parametrize(
    ("names", "path", "message"),
    [
        ({"Масаж": {"en": "Massage"}}, "names.Масаж", "no specialist or service of this name"),
        ({"Манікюр": {"de": "Maniküre"}}, "names.Манікюр.de", "the bot speaks uk, ru, en, pl"),
        ({"Манікюр": {"en": ""}}, "names.Манікюр.en", "at least 1 character"),
        ({"Манікюр": {"en": "\u200b"}}, "names.Манікюр.en", "must not be blank"),
        ({"Манікюр": {"en": None}}, "names.Манікюр.en", "valid string"),
        ({"Манікюр": {"en": "x" * 201}}, "names.Манікюр.en", "at most 200"),
        ({"Манікюр": "Manicure"}, "names.Манікюр", "an object"),
        ({"Манікюр": {"ru": "педикюр"}}, "names.Манікюр.ru", "is also a name of Педикюр"),
        (
            {"Манікюр": {"en": "Nails"}, "Педикюр": {"en": "NAILS"}},
            "names.Педикюр.en",
            "is also a name of Манікюр",
        ),
        ({"Манікюр": {"en": "A"}, "манікюр": {"en": "B"}}, "names.манікюр", "in another spelling"),
    ],
)
def test_what_would_leave_open_who_or_what_is_meant_is_refused(
    salon: ConfiguredSalon, names: dict[str, Any], path: str, message: str
) -> None:
    assert message in salon.mistakes({"names": names})[path][0]


@pytest.mark.parametrize(
    "names",
    [
        {"Манікюр": {"en": "Anna"}, "Анна": {"en": "Anna"}},  # a service is no person
        {"Манікюр": {"en": "Nails", "uk": "Манікюр"}, "Педикюр": {"pl": "Nails"}},
    ],
)
def test_the_same_name_is_fine_where_it_leaves_nothing_open(
    salon: ConfiguredSalon, names: dict[str, Any]
) -> None:
    assert salon.post({"names": names})["names"] == names


def test_a_new_service_may_not_bear_the_other_name_of_one_there(salon: ConfiguredSalon) -> None:
    salon.post({"names": NAMES})
    fields = salon.mistakes({"services": SALON["services"] | {"Маникюр": 1}})
    assert fields == {"services": ["Маникюр (ru) is also a name of Маникюр"]}
