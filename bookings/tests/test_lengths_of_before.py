"""Lengths that earlier versions wrote in slots are minutes, also while such a version still runs beside."""

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from bookings.models import BookingRules, Service
from projects.tests.factories import make_project

BEFORE = [("bookings", "0007_closed_dates")]
AFTER = [("bookings", "0008_lengths_in_minutes")]
SALONS: list[tuple[dict[str, int], dict[str, int]]] = [
    ({"slot_minutes": 30}, {"cut": 2, "too long": 288}),
    ({"slot_minutes": 7}, {"odd": 5, "longest": 205}),
    ({}, {"no rules yet": 3}),
]


def old_service(project: int, name: str, slots: int) -> None:
    """Insert as the old code does, which knows no minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_service (project_id, name, name_key, slots, is_active, position,"
            " buffer_before, buffer_after, gap_start, gap_minutes, resource_kind)"
            " VALUES (%s, %s, %s, %s, true, 0, 0, 0, 0, 0, '')",
            [project, name, name, slots],
        )


def slots_of() -> dict[str, int]:
    """What the old code reads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, slots FROM bookings_service")
        return dict(cursor.fetchall())


def minutes_of() -> dict[str, int]:
    return dict(Service.objects.values_list("name", "duration_minutes"))


@pytest.mark.django_db(transaction=True)
def test_lengths_of_before_become_minutes_and_go_back() -> None:
    MigrationExecutor(connection).migrate(BEFORE)
    try:
        for size, services in SALONS:
            project = make_project(**size)
            for name, slots in services.items():
                old_service(project.pk, name, slots)
        MigrationExecutor(connection).migrate(AFTER)
        expected = {"cut": 60, "too long": 1440, "odd": 35, "longest": 1435, "no rules yet": 90}
        assert minutes_of() == expected
        BookingRules.objects.filter(slot_minutes=30).update(slot_minutes=45)  # what 45 cuts is rounded up
        MigrationExecutor(connection).migrate(BEFORE)
        assert slots_of() == {"cut": 2, "too long": 32, "odd": 5, "longest": 205, "no rules yet": 3}
        MigrationExecutor(connection).migrate(AFTER)
        assert minutes_of() == expected | {"cut": 90}
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db
@pytest.mark.parametrize("size", [30, 15])
def test_old_and_new_code_beside_one_another_read_one_length(size: int) -> None:
    project = make_project(slot_minutes=size)
    old_service(project.pk, "Old", 3)
    Service.objects.create(project=project, name="New", duration_minutes=4 * size)
    assert minutes_of() == {"Old": 3 * size, "New": 4 * size}
    assert slots_of() == {"Old": 3, "New": 4}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_service SET slots = slots + 1, position = 5")
    assert minutes_of() == {"Old": 4 * size, "New": 5 * size}
    row = Service.objects.get(name="New")
    row.duration_minutes = size
    row.save()
    assert slots_of() == {"Old": 4, "New": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("slots", [0, -1])
def test_what_no_code_may_write_is_refused_by_either_column(slots: int) -> None:
    project = make_project()
    with pytest.raises(IntegrityError):
        old_service(project.pk, "Odd", slots)
