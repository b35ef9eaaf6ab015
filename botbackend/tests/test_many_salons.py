"""What an installation with twenty times as many salons costs: the same statements, and the same rows read.

A salon of the same size is asked for in both. What looks at each salon, once, is named here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ai.figures.closed_days import close_days
from ai.proposals.jobs import expire_proposals
from botbackend.health.doctor import examine
from botbackend.health.findings import look_at_queue, look_at_sheets, look_at_strays
from botbackend.health.metrics import render_metrics
from botbackend.outbox import leases
from botbackend.outbox.claims import Claim
from botbackend.outbox.processes import announcements, clock
from botbackend.tests.rows_read import Cost, costs
from botbackend.workshop.bench import endpoints
from botbackend.workshop.bench._office.salon import find_salon
from botbackend.workshop.bench._town.requests import questions
from botbackend.workshop.bench._town.seed import Town, make_town
from dialogues import housekeeping
from projects import admin_many
from sheets.handlers import poll

FEW = Town(salons=10, clients=160, largest=50, visits=500, messages=2_400)
MANY = Town(salons=200, clients=1_400, largest=50, visits=4_000, messages=22_000)
TIMES, SLACK, OF_A_SALON = 3, 200, 12  # rows: those of the few so often, so many more, and of each salon
ROOMS = ("calendar", "inbox", "clients", "team", "assistant", "figures", "settings", "salons", "talk")
TABLES = ("Message", "Booking", "BookingEvent", "Client", "Dialogue", "Turn", "Summary", "StaffTask")


class Run(Claim):
    """A claim that nobody else can take."""

    def extend(self, seconds: float) -> None:
        """There is all the time in the world."""


def jobs() -> dict[str, Callable[[], object]]:
    """What the processes do again and again for all salons together."""
    run = Run(0, 0, "", "clock", "clock", None, {}, 1, timezone.now())
    return {
        "expired proposals and broken turns": lambda: expire_proposals(run),
        "sweep": lambda: housekeeping.sweep(run),
        "announcing": announcements.mark_due,
        "jobs of the clock": clock.ensure_jobs,
        "lapsed leases": leases.reclaim_lapsed,
        "claim": lambda: leases.claim_due("turns", 5),
        "queue": look_at_queue,
        "strays": look_at_strays,
    }


def jobs_of_each_salon() -> dict[str, Callable[[], object]]:
    """What has to look at every salon."""
    run = Run(0, 0, "", "clock", "clock", None, {}, 1, timezone.now())
    return {
        "closing of days": lambda: close_days(run),
        "poll of spreadsheets": lambda: poll(run),
        "health of sheets": look_at_sheets,
        "metrics": render_metrics,
        "doctor": lambda: list(examine()),
    }


def asked() -> Iterator[tuple[str, Callable[[], Any]]]:
    """The API, the first page of each room, and the tables that grow."""
    wanted = {f"office {room}" for room in ROOMS}
    for question in questions(find_salon()):
        if question.what in wanted or not question.what.startswith(("office", "table", "GET /metrics")):
            yield question.what, question.ask


def tables() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Those that the operator sees of all salons."""
    for question in questions(find_salon()):
        if question.what.startswith("table") and question.what.endswith(TABLES):
            yield question.what, question.ask


def measured() -> dict[str, tuple[Cost, int]]:
    """What each costs, and how many rows of each salon it may look at."""
    found = {}
    kinds = (
        ({**jobs(), **dict(asked())}, 0),
        ({**jobs_of_each_salon(), **dict(tables())}, OF_A_SALON),
    )
    for acts, of_each in kinds:
        for what, act in acts.items():
            found[what] = (_cost(act), of_each)
    return found


def _cost(act: Callable[[], object]) -> Cost:
    with transaction.atomic():
        act()  # what is remembered from the first time is not asked again
        transaction.set_rollback(True)
    with costs() as cost:
        act()
    return cost


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_times_as_many_salons_cost_no_statement_and_hardly_a_row_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin_many, "MOST_ROWS", 500)  # these tables are small
    endpoints.settle_settings()
    make_town(FEW)
    few = measured()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE projects_project, auth_user RESTART IDENTITY CASCADE")
    make_town(MANY)
    many = measured()
    assert few.keys() == many.keys()
    statements = {what: (few[what][0].statements, many[what][0].statements) for what in few}
    assert {what: pair for what, pair in statements.items() if pair[0] < pair[1]} == {}
    over = []
    for what, (cost, of_each) in many.items():
        before = few[what][0].rows
        if cost.rows > TIMES * before + SLACK + of_each * MANY.salons:
            over.append(f"{what}: {before} -> {cost.rows}, most of them in {cost.dearest}")
    assert not over, "\n".join(over)
