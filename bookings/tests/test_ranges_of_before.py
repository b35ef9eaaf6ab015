"""Hours of single dates that earlier versions stored as 540.0 are whole minutes and stay such."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from bookings.models import DateOverride
from projects.tests.factories import make_project

BEFORE = [("bookings", "0009_hours_checked_at_the_end")]


@pytest.mark.django_db(transaction=True)
def test_whole_floats_of_before_become_whole_minutes() -> None:
    MigrationExecutor(connection).migrate(BEFORE)
    try:
        project = make_project()
        for day, ranges in enumerate(
            ([[540.0, 600.0], [700, 1440.0]], [[1.0, 2]], [[540, 600]], []), start=1
        ):
            DateOverride.objects.create(project=project, date=date(2026, 12, day), ranges=ranges)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    stored = DateOverride.objects.order_by("date").values_list("ranges", flat=True)
    assert repr(list(stored)) == "[[[540, 600], [700, 1440]], [[1, 2]], [[540, 600]], []]"


@pytest.mark.django_db
@pytest.mark.parametrize("ranges", [[[540.0, 600.0]], [[540, 600.0]], [[540.5, 600]]])
def test_the_database_takes_whole_minutes_only(ranges: list[list[float]]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DateOverride.objects.create(project=make_project(), date=date(2026, 12, 1), ranges=ranges)
