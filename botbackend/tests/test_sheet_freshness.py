"""What staff wrote into the spreadsheet a moment ago is not offered; and nobody waits long for Google."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from ai.claude import budget
from ai.tests.factories import SalonRows, Talk, bodies, hold_clocked_caches, responds, understood
from ai.understanding import early
from bookings.engine.freshness import as_known, before_offer
from bookings.models import Booking
from botbackend.outbox import leases
from botbackend.outbox.claims import network
from botbackend.outbox.models import Task
from botbackend.outbox.registry import subscription
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from sheets import operations
from sheets.cycle import sync
from sheets.models import SheetLink
from sheets.rhythm import freshness
from sheets.rhythm.lane import own_lane

pytestmark = pytest.mark.django_db(transaction=True)

CLOCK = "15:00"
LEARNT = '"ai_keystate"'  # what a process learns of each key, once; which key it is, chance decides
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "NOTIFY")


@pytest.fixture
def salon(google: GoogleStandIn) -> SalonRows:
    """A salon whose spreadsheet was read more than a minute ago; since then staff wrote a visit into it."""
    google.create("book")
    hours = {"work_start_minute": 9 * 60, "work_end_minute": 21 * 60}
    salon = SalonRows(spreadsheet_id="book", language="en", **hours)
    link = operations.link_of(salon.project)
    assert link is not None
    with own_lane(salon.project) as claim:
        sync.run_cycle(link, claim)
    age(61)
    write_visit(google, salon)
    return salon


def age(seconds: float) -> None:
    """Let the last reading be so many seconds ago, and nothing be remembered of it."""
    SheetLink.objects.update(last_read_at=datetime.now(UTC) - timedelta(seconds=seconds))
    freshness.forget_cache()


def write_visit(google: GoogleStandIn, salon: SalonRows) -> None:
    """Staff add a manicure with Anna tomorrow."""
    day = date.fromisoformat(salon.day())
    values = [f"{day:%d.%m}", f"{day:%d.%m.%Y}", CLOCK, "", "Zoe", "Manicure"]
    google.staff.edit(
        {"spreadsheet": "book", "sheet": "Anna", "action": "set_row", "row": 2, "values": values}
    )


@contextmanager
def sheets_worker() -> Iterator[None]:
    """Somebody runs the cycles that are due."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.05):
            run_due("sheet.dirty")
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def seconds_of_offer(salon: SalonRows) -> float:
    began = time.monotonic()
    before_offer(project=salon.project)
    return time.monotonic() - began


def statements_of_turn(talk: Talk, text: str) -> int:
    """Let one turn run, as a worker would, with its statements counted."""
    talk.write(text)
    [claim] = leases.claim_due("turns", 1)
    handler = subscription("ai.turn")
    assert handler is not None
    with CaptureQueriesContext(connection) as found:
        handler.handler(claim)
    said = [str(query["sql"]) for query in found.captured_queries]
    return sum(1 for sql in said if not sql.startswith(FRAME) and LEARNT not in sql)


def readings(google: GoogleStandIn) -> int:
    return google.counters["read"]


def test_a_visit_that_staff_just_wrote_is_not_offered_to_the_model(
    claude: ClaudeStandIn, google: GoogleStandIn, salon: SalonRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_clocked_caches(monkeypatch)
    monkeypatch.setattr(early, "WORTH_USING", 600.0)  # on a slow machine the burst had no pause either
    day, before = salon.day(), readings(google)
    wish = {"day": day, "time_from": "13:00", "time_to": "17:00"}
    understood(claude, book=[salon.manicure.pk], **wish)
    responds(claude, "Which time suits you?")
    talk = Talk(salon)
    budget.is_spent(project=salon.project)  # read every two minutes only
    with sheets_worker():
        statements = statements_of_turn(talk, "manicure tomorrow")
    assert talk.deliver() == "Which time suits you?"
    assert Booking.objects.get().source == Booking.Source.SHEET
    told = json.dumps(bodies(claude, "respond"))
    assert f"{day}T16:00" in told
    assert f"{day}T{CLOCK}" not in told
    assert readings(google) == before + 1
    assert statements <= 28


def test_a_visit_that_staff_just_wrote_is_not_offered_by_the_menus(
    google: GoogleStandIn, salon: SalonRows, settings: Settings
) -> None:
    settings.CLAUDE_API_KEYS = []
    talk = Talk(salon)
    with sheets_worker():
        reply = talk.say(f"manicure tomorrow at {CLOCK}")
    assert Booking.objects.get().source == Booking.Source.SHEET
    assert not Booking.objects.filter(client=talk.client).exists()
    assert f"{CLOCK}–" not in reply
    assert "14:00" in reply


def test_a_sheet_that_nobody_reads_is_waited_for_two_seconds_and_once(
    google: GoogleStandIn, salon: SalonRows
) -> None:
    assert 1.9 < seconds_of_offer(salon) < 4
    assert not Booking.objects.exists()
    assert Task.objects.get(topic="sheet.dirty").due_at <= datetime.now(UTC)
    assert seconds_of_offer(salon) < 0.5


def test_a_google_that_hangs_holds_nobody_up_for_longer_than_two_seconds(
    google: GoogleStandIn, salon: SalonRows
) -> None:
    google.faults.set([{"kind": "delay", "seconds": 4, "times": 1}])
    with sheets_worker():
        assert 1.9 < seconds_of_offer(salon) < 3.5


def test_a_google_that_refuses_ends_the_waiting_at_once_and_is_not_asked_again_by_offers(
    google: GoogleStandIn, salon: SalonRows
) -> None:
    google.faults.set([{"kind": "status", "status": 503, "match": {"path": "/v4/spreadsheets"}}])
    with sheets_worker():
        assert seconds_of_offer(salon) < 1.9
        assert SheetLink.objects.get().failures == 1
        due_at = Task.objects.get(topic="sheet.dirty").due_at
        freshness.forget_cache()
        assert seconds_of_offer(salon) < 1
    # Not before the time that the failure set; a slow machine may be past it, and then there is a later one.
    assert Task.objects.get(topic="sheet.dirty").due_at >= due_at


def test_many_offers_at_once_cost_one_reading(google: GoogleStandIn, salon: SalonRows) -> None:
    before = readings(google)

    def offer() -> None:
        before_offer(project=salon.project)
        assert Booking.objects.count() == 1
        connection.close()

    with sheets_worker():
        threads = [threading.Thread(target=offer) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert readings(google) == before + 1


def test_whoever_waits_for_another_is_let_go_when_that_one_fails(
    google: GoogleStandIn, salon: SalonRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, going_on = threading.Event(), threading.Event()
    found: list[BaseException] = []

    def fail(*_: object, **__: object) -> None:
        asking.set()
        going_on.wait(10)
        raise RuntimeError("no connection")

    @contextmanager
    def told_network() -> Iterator[None]:
        if threading.current_thread() is threading.main_thread():
            going_on.set()  # the second one is about to wait
        with network():
            yield

    def ask() -> None:
        try:
            before_offer(project=salon.project)
        except RuntimeError as error:
            found.append(error)
        finally:
            connection.close()

    with monkeypatch.context() as broken:
        broken.setattr(freshness, "mark_dirty", fail)
        broken.setattr(freshness, "network", told_network)
        first = threading.Thread(target=ask)
        first.start()
        assert asking.wait(10)
        assert seconds_of_offer(salon) < 1.5
        first.join()
    assert [str(error) for error in found] == ["no connection"]
    with sheets_worker():
        before_offer(project=salon.project)
    assert Booking.objects.count() == 1


def test_a_fresh_sheet_costs_one_statement_a_minute(google: GoogleStandIn, salon: SalonRows) -> None:
    age(20)
    before = readings(google)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            before_offer(project=salon.project)
    assert len(queries) == 1
    assert readings(google) == before
    assert not Task.objects.filter(topic="sheet.dirty").exists()


def test_a_salon_without_a_sheet_costs_one_look_in_all() -> None:
    project = SalonRows().project
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            before_offer(project=project)
    assert len(queries) == 1


def test_a_frozen_mirror_is_not_waited_for(google: GoogleStandIn, salon: SalonRows) -> None:
    SheetLink.objects.update(state=SheetLink.State.FROZEN)
    assert seconds_of_offer(salon) < 1
    assert not Task.objects.filter(topic="sheet.dirty").exists()


def test_what_only_tries_an_answer_out_asks_nobody_for_news(google: GoogleStandIn, salon: SalonRows) -> None:
    before, tasks = readings(google), list(Task.objects.values_list("pk", "state", "due_at"))
    with as_known():
        before_offer(project=salon.project)
    assert readings(google) == before
    assert list(Task.objects.values_list("pk", "state", "due_at")) == tasks
