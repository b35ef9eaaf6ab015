"""Lengths are minutes; slots are how a configuration writes them."""

from typing import Any

import pytest

from bookings.models import Service, Specialist, rules_of
from bookings.selectors import find_slots
from bookings.tests.factories import MONDAY, NOW, clocks
from botbackend.salon_api.tests.test_config import SEED, ConfiguredSalon

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> ConfiguredSalon:
    salon = ConfiguredSalon()
    salon.post(SEED)
    return salon


def lengths(**only: Any) -> dict[str, int]:
    return dict(Service.objects.filter(**only).values_list("name", "duration_minutes"))


@pytest.mark.parametrize(
    ("size", "slots"),
    [
        (10, {"Haircut": 3, "Coloring": 9, "Manicure": 6, "Massage": 6}),
        (15, {"Haircut": 2, "Coloring": 6, "Manicure": 4, "Massage": 4}),
    ],
)
def test_another_slot_size_keeps_every_length(
    salon: ConfiguredSalon, size: int, slots: dict[str, int]
) -> None:
    before = lengths()
    assert salon.post({"slot_minutes": size})["services"] == slots
    assert salon.get()["services"] == slots
    assert lengths() == before
    assert salon.post({"slot_minutes": 30})["services"] == SEED["services"]


@pytest.mark.parametrize(
    ("size", "named", "fitting"),
    [
        (7, ["Haircut", "Coloring", "Manicure", "Massage"], []),
        (45, ["Haircut", "Manicure", "Massage"], ["Coloring"]),
        (60, ["Haircut", "Coloring"], ["Manicure", "Massage"]),
        (240, ["Haircut", "Coloring", "Manicure", "Massage"], []),
    ],
)
def test_a_slot_size_that_cuts_a_length_is_refused_with_the_names(
    salon: ConfiguredSalon, size: int, named: list[str], fitting: list[str]
) -> None:
    mistakes = salon.mistakes({"slot_minutes": size, "horizon_days": 5})
    assert mistakes.keys() == {"slot_minutes"}
    (message,) = mistakes["slot_minutes"]
    assert all(name in message for name in named)
    assert not any(name in message for name in fitting)


def test_services_are_counted_in_the_slots_of_their_own_document(salon: ConfiguredSalon) -> None:
    salon.post({"slot_minutes": 7, "services": {"Haircut": 5, "Massage": 10}})
    assert lengths(is_active=True) == {"Haircut": 35, "Massage": 70}
    assert salon.get()["services"] == {"Haircut": 5, "Massage": 10}


def test_services_alone_are_counted_in_the_slots_there_are(salon: ConfiguredSalon) -> None:
    salon.post({"slot_minutes": 15})
    salon.post({"services": {"Haircut": 3, "Peeling": 1}})
    assert lengths(is_active=True) == {"Haircut": 45, "Peeling": 15}


def test_a_service_that_left_stands_in_no_slot_sizes_way_and_comes_back_as_given(
    salon: ConfiguredSalon,
) -> None:
    salon.post({"services": {"Massage": 2}})
    assert salon.post({"slot_minutes": 20})["services"] == {"Massage": 3}
    assert salon.post({"services": {"Massage": 3, "Haircut": 2}})["services"] == {"Massage": 3, "Haircut": 2}
    assert lengths(name="Haircut") == {"Haircut": 40}


def test_the_longest_service_is_a_day_whatever_the_slots(salon: ConfiguredSalon) -> None:
    salon.post({"services": {"Marathon": 48}})
    assert salon.post({"slot_minutes": 5})["services"] == {"Marathon": 288}
    assert salon.post({"slot_minutes": 240})["services"] == {"Marathon": 6}
    assert salon.mistakes({"services": {"Marathon": 7}}).keys() == {"services.Marathon"}


@pytest.mark.parametrize("size", [0, -30, 7.5, "30", None, True])
def test_what_is_no_slot_size_is_only_that(salon: ConfiguredSalon, size: object) -> None:
    (message,) = salon.mistakes({"slot_minutes": size})["slot_minutes"]
    assert "Haircut" not in message


def test_one_message_names_few_of_many_services(salon: ConfiguredSalon) -> None:
    salon.post({"services": {f"Service {number:03d}": 1 for number in range(200)}})
    (message,) = salon.mistakes({"slot_minutes": 7})["slot_minutes"]
    assert "Service 000" in message
    assert "190 more" in message
    assert len(message) < 500


def test_starts_follow_the_new_grid_and_last_as_long_as_before(salon: ConfiguredSalon) -> None:
    salon.post({"slot_minutes": 15})
    haircut = Service.objects.get(name="Haircut")
    project = haircut.project
    slots = find_slots(
        project=project,
        service_ids=[haircut.pk],
        specialist_id=Specialist.objects.get(name="Anna").pk,
        date_from=MONDAY,
        date_to=MONDAY,
        now=NOW,
    )
    assert rules_of(project).slot_minutes == 15
    assert clocks(slots)[:3] == ["09:00", "09:15", "09:30"]
    assert {(slot.end - slot.start).seconds for slot in slots} == {30 * 60}
