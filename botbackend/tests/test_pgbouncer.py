"""Behind a PgBouncer that lends connections by transaction everything goes on, and the doctor sees it."""

import re
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client as Browser
from pytest_django import Settings

from ai.models import Turn
from ai.tests.factories import SalonRows, understood
from bookings.errors import SlotTaken
from bookings.models import Booking, Client
from bookings.operations import activate_booking
from bookings.tests.factories import STAFF, make_client
from bookings.values import Item, VisitRequest
from botbackend.health.findings import look_at_database
from botbackend.health.pooling import look_at_pooler
from botbackend.outbox import api, leases, wakeups
from botbackend.outbox.models import Task
from botbackend.outbox.processes import dispatcher
from botbackend.outbox.testing import only_these_subscriptions, run_due
from botbackend.outbox.tests.factories import make_handler
from botbackend.outbox.tests.processes import Processes, Watcher, database_url
from botbackend.tests.pgbouncer import PROGRAM, all_through, let_it_have_several, pgbouncer
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.flow.switchboard import CHANNEL, Switchboard, notify
from dialogues.models import Message
from dialogues.tests.factories import BOT_ID, SECRET
from dialogues.tests.media import event_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "direct"]),
    pytest.mark.usefixtures("direct"),
    pytest.mark.skipif(PROGRAM is None, reason="this machine has no pgbouncer: apt-get install pgbouncer"),
]
LONG = 60.0


@pytest.fixture(scope="module")
def direct(django_db_setup: None) -> Iterator[None]:
    """A second way to the test database, which pytest has to know of before a test begins."""
    known = connections.settings
    known["direct"] = {**known["default"], "TEST": {**known["default"]["TEST"], "MIRROR": "default"}}
    yield
    del known["direct"]


@pytest.fixture
def pooled(transactional_db: None, settings: Settings) -> Iterator[str]:
    """Every connection of this process goes through it, but those that need a session of their own."""
    with pgbouncer() as url, all_through(url, settings):
        let_it_have_several(url)
        assert len({server() for _ in range(6)}) > 1  # nobody keeps a connection of PostgreSQL
        yield url


def server() -> int:
    """The process of PostgreSQL that runs our next statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def in_threads(count: int, job: Callable[[], None]) -> None:
    def run() -> None:
        try:
            job()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)


def book_by_chat(sendpulse: SendPulseStandIn, claude: ClaudeStandIn, salon: SalonRows) -> None:
    """A client asks for a manicure, is shown a card, says yes."""
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)
    for text in ("manicure tomorrow at 15:00", "yes"):
        body = [event_of(sendpulse, contact="olena", text=text)]
        path = f"/webhook/sendpulse/{SECRET}"
        assert Browser().post(path, data=body, content_type="application/json").status_code == 200
        for topic in (topics.EVENT_RECEIVED, topics.DIALOGUE_DUE, topics.MESSAGE_QUEUED):
            run_due(topic, ignore_due=True)


def test_a_message_comes_in_becomes_a_visit_and_its_reply_is_delivered(
    pooled: str, sendpulse: SendPulseStandIn, claude: ClaudeStandIn
) -> None:
    salon = SalonRows(
        language="en",
        sendpulse_bot_id=BOT_ID,
        sendpulse_client_id="sp_id_demo",
        sendpulse_client_secret="sp_sk_demo",
        webhook_secret=SECRET,
        debounce_seconds=0,
        max_wait_seconds=0,
    )
    book_by_chat(sendpulse, claude, salon)
    assert [visit.start for visit in salon.visits()] == [salon.at("15:00")]
    assert Turn.objects.count() == 2
    assert not Message.objects.filter(direction="out").exclude(state="sent").exists()
    (client,) = sendpulse.contacts.all()
    assert "15:00" in client.messages[-1].text


def test_tasks_are_claimed_once_each_and_a_slot_is_booked_once(pooled: str) -> None:
    salon, taken, outcomes = SalonRows(), Counter[int](), Counter[str]()
    start = salon.at("12:00")
    items = [Item(salon.manicure.pk, salon.anna.pk, start)]
    clients = [make_client(salon.project) for _ in range(6)]

    def claim() -> None:
        while claims := leases.claim_due("default", 3, lease=LONG):
            taken.update(claim.task_id for claim in claims)

    def book() -> None:
        request = VisitRequest(project=salon.project, items=items, client=clients.pop(), origin=STAFF)
        try:
            activate_booking(request=request)
            outcomes["booked"] += 1
        except SlotTaken:
            outcomes["taken"] += 1

    with only_these_subscriptions():
        make_handler()
        for number in range(40):
            api.put("thing.done", key=str(number))
        in_threads(6, claim)
    in_threads(6, book)
    assert (len(taken), set(taken.values())) == (40, {1})
    assert outcomes == {"booked": 1, "taken": 5}
    assert Booking.objects.count() == 1


def test_whoever_listens_does_so_around_it(pooled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Switchboard(CHANNEL).line(7) as news:
        assert news.wait(LONG)
        news.clear()
        with transaction.atomic():
            notify([7])
        assert news.wait(LONG)
    monkeypatch.setattr(dispatcher, "POLL_SECONDS", 2 * LONG)  # what is found sooner was told
    monkeypatch.setattr(wakeups, "THROTTLE_SECONDS", 0.0)
    stopping = threading.Event()

    def is_announced(key: str) -> bool:
        return Task.objects.filter(key=key).exclude(dispatched_until=None).exists()

    with only_these_subscriptions():
        make_handler()
        thread = threading.Thread(target=dispatcher.Dispatcher().run, args=[stopping])
        thread.start()
        assert wait_until(is_heard, LONG)
        api.put("thing.done", key="7")
        assert wait_until(lambda: is_announced("7"), LONG / 2)
        stopping.set()
        with connection.cursor() as cursor:
            cursor.execute("NOTIFY outbox")
        thread.join(LONG)
    assert not thread.is_alive()


def is_heard() -> bool:
    """Does somebody listen for tasks?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN outbox%'"
        )
        return cursor.fetchone() is not None


def test_rows_are_read_in_pieces_while_others_use_the_same_connections(pooled: str) -> None:
    salon = SalonRows()
    made = [make_client(salon.project).pk for _ in range(9)]
    found = []
    for client in Client.objects.order_by("pk").iterator(chunk_size=2):
        found.append(client.pk)
        assert len({server() for _ in range(4)}) > 1
    assert found == made


def test_migrations_go_around_it(pooled: str) -> None:
    call_command("migrate_live", verbosity=0)
    call_command("migrate", "outbox", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    assert connection.settings_dict["PORT"] == connections["direct"].settings_dict["PORT"]
    assert len({server() for _ in range(6)}) == 1  # one session from the first step to the last


def test_workers_and_dispatcher_work_through_it(
    processes: Processes, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pgbouncer() as url, only_these_subscriptions():
        make_handler(topic="probe.note", name="probe.note")
        processes.database_url = url
        monkeypatch.setenv("DATABASE_DIRECT_URL", database_url())
        processes.start("dispatcher")
        processes.start("rqworker", "default")
        for key in range(60):
            api.put("probe.note", key=str(key))
        watcher.wait_for("ran", times=60)
        assert [watcher.count("ran", str(key)) for key in range(60)] == [1] * 60
        processes.kill_all()


def test_the_doctor_names_the_timeouts_that_are_missing_and_how_to_have_them(pooled: str) -> None:
    found = look_at_pooler()
    assert (found.status, "statement_timeout" in found.detail) == ("degraded", True)
    statements = re.findall(r"ALTER ROLE[^;]+;", found.advice)
    assert len(statements) == 3
    with psycopg.connect(database_url(), autocommit=True) as direct:
        for statement in statements:
            direct.execute(statement)
    try:
        console = urlsplit(pooled)._replace(path="/pgbouncer").geturl()
        with psycopg.connect(console, autocommit=True, cursor_factory=psycopg.ClientCursor) as operator:
            operator.execute("RECONNECT")
        assert look_at_pooler().status == "ok"
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("15s",)
    finally:
        with psycopg.connect(database_url(), autocommit=True) as direct:
            for statement in statements:
                direct.execute(statement.split(" SET ")[0] + " RESET ALL")


def test_the_doctor_sees_what_the_settings_do_not_say(transactional_db: None, settings: Settings) -> None:
    assert look_at_pooler().detail == "none"
    with pgbouncer(more="ignore_startup_parameters = options") as url, leading_to(url):
        found = look_at_pooler()
        assert (found.status, "DATABASE_DIRECT_URL" in found.advice) == ("down", True)
    with pgbouncer(mode="session", more="ignore_startup_parameters = options") as url, leading_to(url):
        assert look_at_pooler().status == "ok"
    with pgbouncer() as url:
        with leading_to(url):
            refused = look_at_database()
            assert ("a pooler" in refused.detail, "DATABASE_DIRECT_URL" in refused.advice) == (True, True)
        with all_through(url, settings):
            settings.PREPARED_STATEMENTS = True
            assert ("PREPARED_STATEMENTS" in look_at_pooler().detail) is not keeps_prepared()
            settings.PREPARED_STATEMENTS = False
            connections.settings["direct"].update(PORT=urlsplit(url).port, OPTIONS={})
            found = look_at_pooler()
            assert (found.status, "through a pooler too" in found.detail) == ("down", True)


@contextmanager
def leading_to(url: str) -> Iterator[None]:
    """DATABASE_URL names the pooler, and no other setting knows of it."""
    known = connections.settings["default"]
    connections.close_all()
    port, known["PORT"] = known["PORT"], urlsplit(url).port
    try:
        yield
    finally:
        connections.close_all()
        known["PORT"] = port


def keeps_prepared() -> bool:
    """PgBouncer keeps prepared statements since 1.21, and by itself since 1.24."""
    told = subprocess.run([str(PROGRAM), "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"(\d+)\.(\d+)", told)
    return version is not None and (int(version[1]), int(version[2])) >= (1, 24)
