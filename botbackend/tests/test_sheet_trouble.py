"""A mirror in trouble is seen by operator and salon, and puts an end to it by itself."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from botbackend.health import probes
from botbackend.health.doctor import examine
from botbackend.lib.logs import JsonFormatter
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from dialogues.models import StaffTask
from sheets import handlers
from sheets.adoption.tests.books import fill, read_layout
from sheets.google import quota
from sheets.models import SheetLink, SheetTab
from sheets.tests.salon import KYIV, SheetSalon

pytestmark = pytest.mark.django_db(transaction=True)

FORBIDDEN = {"error": {"code": 403, "message": "The caller does not have permission", "status": "X"}}


class Clock:
    """Time that tests move on; the tasks that come due meanwhile run."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def pass_by(self, *, minutes: int) -> None:
        """Let minutes pass one by one; each ends with a look at the spreadsheets."""
        for _ in range(minutes):
            self._traveller.shift(timedelta(minutes=1))
            run_due()
            handlers.poll(None)  # type: ignore[arg-type]
            run_due()


@pytest.fixture
def salon(google: GoogleStandIn) -> SheetSalon:
    return SheetSalon(google)


@pytest.fixture
def clock(salon: SheetSalon, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    # An account rests by the clock of Redis, which nobody moves on.
    monkeypatch.setattr(quota, "RESTS", (0.001,))
    # Sheets are looked at every minute in working hours only; tomorrow, as the database's clock is no later.
    morning = datetime.now(KYIV).replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with time_machine.travel(morning, tick=False) as traveller:
        run_due()
        yield Clock(traveller)


def away(salon: SheetSalon, **fault: Any) -> None:
    salon.google.faults.set([{"kind": "status", "match": {"path": "/v4/"}} | fault])


def back(salon: SheetSalon) -> None:
    salon.google.faults.set([])


def health(client: Client) -> dict[str, Any]:
    probes.forget_cache()
    answer: dict[str, Any] = client.get("/health").json()
    return answer


def tasks(salon: SheetSalon) -> list[StaffTask]:
    return list(StaffTask.objects.filter(project=salon.project, kind="sheet_down"))


@pytest.mark.parametrize("status", [503, 429])
def test_minutes_of_refusals_show_in_health(
    salon: SheetSalon, clock: Clock, client: Client, status: int
) -> None:
    salon.book()
    away(salon, status=status)
    clock.pass_by(minutes=3)
    answer = health(client)
    assert answer["checks"]["sheets"] == "degraded"
    assert salon.project.slug in answer["details"]["sheets"]
    assert "oldest change waits" in answer["details"]["sheets"]
    back(salon)
    clock.pass_by(minutes=1)
    assert health(client)["checks"]["sheets"] == "ok"


def test_one_refusal_is_no_trouble(salon: SheetSalon, clock: Clock, client: Client) -> None:
    away(salon, status=503, times=1)
    clock.pass_by(minutes=1)
    assert health(client)["checks"]["sheets"] == "ok"


def test_google_away_for_an_hour_leaves_one_task_and_one_cycle_catches_up(
    salon: SheetSalon, clock: Clock
) -> None:
    away(salon, status=503)
    booked = [salon.book("10:00")]
    clock.pass_by(minutes=9)
    assert tasks(salon) == []
    clock.pass_by(minutes=21)
    booked.append(salon.book("12:00"))
    clock.pass_by(minutes=30)
    booked.append(salon.book("14:00"))
    assert [task.state for task in tasks(salon)] == ["open"]
    back(salon)
    before = salon.google.counters["write"]
    clock.pass_by(minutes=1)
    assert salon.rows() == [salon.cells(booking) for booking in booked]
    assert salon.google.counters["write"] - before == 1
    assert [task.state for task in tasks(salon)] == ["done"]


def test_a_task_that_staff_closed_is_not_opened_again_for_the_same_trouble(
    salon: SheetSalon, clock: Clock
) -> None:
    away(salon, status=503)
    clock.pass_by(minutes=12)
    StaffTask.objects.update(state=StaffTask.State.DONE)
    clock.pass_by(minutes=12)
    assert [task.state for task in tasks(salon)] == ["done"]
    back(salon)
    clock.pass_by(minutes=1)
    away(salon, status=503)
    salon.book()  # a quiet sheet would not be read, and miss nothing
    clock.pass_by(minutes=12)
    assert sorted(task.state for task in tasks(salon)) == ["done", "open"]


def test_a_spreadsheet_that_is_not_shared_tells_with_whom_to_share_it(
    salon: SheetSalon, clock: Clock, client: Client, admin_client: Client
) -> None:
    away(salon, status=403, body=FORBIDDEN)
    clock.pass_by(minutes=12)
    email = json.loads(Path(settings.GOOGLE_CREDENTIALS_FILE).read_text())["client_email"]
    [task] = tasks(salon)
    sheets = next(line for line in examine() if line.name == "sheets")
    page = admin_client.get(f"/admin/sheets/sheetlink/{salon.link().pk}/change/").content.decode()
    for words in (task.reason, sheets.detail + sheets.advice, page):
        assert email in words
        assert "The caller does not have permission" in words
    assert "The caller does not have permission" in health(client)["details"]["sheets"]


def test_metrics_tell_lag_and_length_of_the_trouble(salon: SheetSalon, clock: Clock, client: Client) -> None:
    clock.pass_by(minutes=1)
    away(salon, status=503)
    salon.book()
    run_due()
    clock.pass_by(minutes=5)
    told = client.get("/metrics").content.decode()
    label = f'{{project="{salon.project.slug}"}}'
    assert f"botbackend_sheet_lag_seconds{label} 300.0" in told
    assert f"botbackend_sheet_failing_seconds{label} 240.0" in told
    assert "botbackend_sheet_last_success_age_seconds 300.0" in told


def lag(salon: SheetSalon, client: Client) -> bool:
    return f'botbackend_sheet_lag_seconds{{project="{salon.project.slug}"}}' in (
        client.get("/metrics").content.decode()
    )


def test_a_frozen_tab_waits_for_a_person_and_google_is_not_behind(
    salon: SheetSalon, clock: Clock, client: Client
) -> None:
    salon.book("10:00")
    clock.pass_by(minutes=2)
    salon.edit("set", cell="B1", value="?")
    salon.book("12:00")
    other = salon.book("12:00", specialist=salon.maria)
    clock.pass_by(minutes=8)
    assert not lag(salon, client)
    told = health(client)["details"]["sheets"]
    assert "no column" in told
    assert "oldest change waits" not in told
    assert salon.rows("Марія") == [salon.cells(other)]
    away(salon, status=503)
    salon.book("15:00", specialist=salon.maria)
    clock.pass_by(minutes=2)
    assert lag(salon, client)


def test_a_plan_that_waits_for_a_yes_is_no_lag(salon: SheetSalon, clock: Clock, client: Client) -> None:
    fill(salon.google, "book", read_layout("bare"))
    SheetTab.objects.all().delete()
    salon.book("10:00")
    clock.pass_by(minutes=8)
    assert salon.link().state == SheetLink.State.PLAN
    assert not lag(salon, client)
    assert health(client)["checks"]["sheets"] == "ok"


def test_a_salon_that_gives_its_spreadsheet_up_has_no_trouble(
    salon: SheetSalon, clock: Clock, client: Client
) -> None:
    away(salon, status=503)
    clock.pass_by(minutes=12)
    SheetLink.objects.update(spreadsheet_id="")
    clock.pass_by(minutes=1)
    assert [task.state for task in tasks(salon)] == ["done"]
    assert health(client)["checks"]["sheets"] == "ok"


def test_no_clients_name_reaches_a_log(
    salon: SheetSalon, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither of a frozen mirror nor of a refused request that is quoted back, nor of a crash."""
    caplog.set_level(logging.DEBUG)
    salon.book(name="Аделаїда")
    clock.pass_by(minutes=2)
    quoted = {"error": {"code": 400, "message": 'Invalid value at "Аделаїда"', "status": "INVALID_ARGUMENT"}}
    away(salon, status=400, body=quoted)
    clock.pass_by(minutes=8)
    back(salon)
    salon.edit("delete_row", row=1)  # the header: its client's row is the first one now
    clock.pass_by(minutes=2)
    assert [tab.state for tab in salon.link().own_tabs()].count(SheetTab.State.FROZEN) == 1
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert lines
    assert not [line for line in lines if "Аделаїда" in line]
    assert "Аделаїда" not in salon.link().reason


def test_a_wait_for_our_own_quota_is_nobodys_failure(salon: SheetSalon, settings: Settings) -> None:
    salon.sync()
    settings.GOOGLE_REQUESTS_PER_MINUTE = 1
    salon.book()
    run_due()
    asked = salon.google.counters["read"]
    Task.objects.update(due_at=timezone.now())
    run_due()
    [task], link = Task.objects.filter(topic="sheet.dirty", state="waiting"), salon.link()
    assert "used up" in task.last_error
    assert task.due_at > timezone.now()
    assert (link.failures, link.failing_since, link.reason) == (0, None, "")
    assert salon.google.counters["read"] == asked
    assert link.waiting_since is not None  # the lag tells if it lasts
