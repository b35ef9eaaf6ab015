"""A real replica: pages that only show are read there, and nobody misses what they did themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from botbackend.health.pooling import look_at_replica
from botbackend.lib.postgres import replica
from botbackend.office.tests.calendar.salon import Salon
from botbackend.outbox.tests.processes import database_url
from botbackend.tests.standby import standby, wait_until_it_has_all
from botbackend.workshop.launcher.replicas import Standby
from projects.own_changes import COOKIE, OwnChangesMiddleware

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "replica"]),
    pytest.mark.usefixtures("known"),
]
PAGES = (
    *("calendar", "calendar-list", "calendar-print", "calendar-events", "calendar-pulse"),
    *("figures", "figures-visits", "figures-team", "figures-clients"),
)


@pytest.fixture(scope="module")
def known(django_db_setup: None) -> Iterator[None]:
    """A second database in the settings, which pytest has to know of before a test begins."""
    settings = connections.settings
    settings["replica"] = {
        **settings["default"], "TEST": {**settings["default"]["TEST"], "MIRROR": "default"}
    }  # fmt: skip
    yield
    del settings["replica"]


@pytest.fixture
def copy(transactional_db: None, tmp_path: Path) -> Iterator[Standby]:
    """A replica that streams from the test's database, and the settings that name it."""
    replica.watch.forget()
    with standby(database_url(), tmp_path / "replica") as server:
        settings = connections.settings["replica"]
        settings.update(NAME=connections.settings["default"]["NAME"], PORT=server.port)
        yield server
        connections["replica"].close()


def beat(server: Standby) -> None:
    """A commit, as the dispatcher's sign of life is one."""
    wait_until_it_has_all(database_url(), server)
    replica.watch.forget()


def pause(server: Standby, word: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as behind:
        behind.execute(f"SELECT pg_wal_replay_{word}()")


def test_pages_that_show_are_read_from_a_replica_until_it_fails(
    copy: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    salon = Salon()
    salon.book("10:00")
    beat(copy)
    assert look_at_replica().status == "ok"
    # 1. A page that shows is the replica's: what it does not have yet is not in it.
    pause(copy, "pause")
    salon.book("14:00")
    day = {"date": salon.day().isoformat(), "view": "list"}
    assert shown(salon, day) == ["10:00"]
    for page in PAGES:
        assert asked_the_primary_for_visits(salon, page) == []
    # 2. What decides sees the primary, whatever is shown.
    visit = salon.book("16:00")
    assert salon.get("visit", visit.pk).status_code == 200
    # 3. Who changed something is shown it.
    with replica.primary_only():
        assert shown(salon, day) == ["10:00", "14:00"]
    # 4. One that falls behind is not used, and one that is none neither.
    monkeypatch.setattr(replica, "MOST_BEHIND_SECONDS", -1.0)
    replica.watch.forget()
    assert shown(salon, day) == ["10:00", "14:00"]
    assert look_at_replica().status == "degraded"
    monkeypatch.undo()
    pause(copy, "resume")
    # 5. One that goes away in the middle of a page costs nobody the page.
    beat(copy)
    assert replica.watch.keeps_up()
    copy.kill()
    assert shown(salon, day) == ["10:00", "14:00"]
    assert (look_at_replica().status, replica.watch.keeps_up()) == ("degraded", False)


def asked_the_primary_for_visits(salon: Salon, page: str) -> list[str]:
    """The statements of a page that read visits or hours on the primary."""
    with CaptureQueriesContext(connections["default"]) as asked:
        assert salon.get(page, date=salon.day().isoformat()).status_code == 200
    return [one["sql"] for one in asked if re.search(r"\bbookings_(booking|weeklybreak)\b", one["sql"])]


def shown(salon: Salon, day: dict[str, str]) -> list[str]:
    """When the visits begin that the list has."""
    page: str = salon.get("calendar-list", **day).content.decode()
    return [clock for clock in ("10:00", "14:00") if f"{clock}–" in page]


def test_a_change_marks_its_browser_and_nobody_elses() -> None:
    seen: list[bool] = []

    def view(request: object) -> HttpResponse:
        seen.append(replica._owns_change.get())
        return HttpResponse()

    ask, make = OwnChangesMiddleware(view), RequestFactory()
    assert COOKIE not in ask(make.get("/admin/x/")).cookies
    marked = ask(make.post("/admin/x/")).cookies[COOKIE]
    assert marked["max-age"] == replica.OWN_CHANGE_SECONDS
    again = make.get("/admin/x/")
    again.COOKIES[COOKIE] = marked.value
    ask(again)
    assert COOKIE not in ask(make.post("/projects/x/bookings")).cookies
    assert seen == [False, True, True, False]


def test_only_what_the_replica_refuses_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def read() -> str:
        tried.append(replica.alias())
        if replica.alias() == replica.REPLICA:
            raise OperationalError("canceling statement due to conflict with recovery")
        return "shown"

    monkeypatch.setattr(replica.watch, "keeps_up", lambda: True)
    assert replica.shown(read) == "shown"
    assert tried == ["replica", "default"]
    replica.watch.forget()
