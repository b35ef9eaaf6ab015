"""GET stats and queue: the contract's shape with true figures."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from ai.models import Turn
from bookings.models import Booking, BookingEvent
from botbackend.outbox.models import Task
from botbackend.salon_api.figures.compose import statistics
from botbackend.tests.planting import plant
from dialogues.models import Dialogue, Message
from projects.models import Project
from projects.periods import last_days, month_to_date
from projects.tests.factories import bearer, make_key, make_project

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _get(project: Project, path: str, code: int = 200) -> Any:
    answer = Client().get(f"/projects/{project.slug}/{path}", headers=bearer(make_key(project)))
    assert answer.status_code == code
    return answer.json()


def test_an_empty_salon_has_the_whole_shape() -> None:
    body = _get(make_project(), "stats")
    assert {name: set(part) for name, part in body.items()} == {
        "period": {"from", "to"},
        "messages": {"received", "sent"},
        "bookings": {"active", "created", "changed", "cancelled", "no_show"},
        "clients": {"total", "new", "active", "returning", "booked_share"},
        "queue": {"waiting", "due", "running", "dead", "oldest_age_s", "by_topic", "workers"},
        "dialogues": {"open", "archived", "handed_off"},
        "ai": {
            "turns",
            "tokens",
            "cost_usd",
            "cache_hit_share",
            "guided_share",
            "p50_ms",
            "p95_ms",
        },
    }
    assert body["clients"] == {"total": 0, "new": 0, "active": 0, "returning": 0, "booked_share": 0.0}


def _salon_with_history() -> Project:
    with time_machine.travel(NOW - timedelta(days=40), tick=False):
        project = plant("busy")
    plant("elsewhere")
    dialogue = Dialogue.objects.get(project=project)
    Dialogue.objects.filter(pk=dialogue.pk).update(last_message_at=NOW)
    Message.objects.filter(project=project).update(channel_date=NOW - timedelta(days=40))
    for direction, state in (("in", "received"), ("in", "skipped"), ("out", "sent"), ("out", "failed")):
        author = "client" if direction == "in" else "bot"
        Message.objects.create(
            project=project,
            dialogue=dialogue,
            direction=direction,
            author=author,
            state=state,
            channel_date=NOW - timedelta(hours=1),
        )
    booking = Booking.objects.get(project=project)
    for action in ("booked", "changed", "changed", "released"):
        BookingEvent.objects.create(project=project, booking=booking, action=action, source="api")
    for weeks, ended in ((1, Booking.Status.CANCELLED), (2, Booking.Status.NO_SHOW)):
        other = _copy_of(booking, weeks=weeks, status=ended)
        BookingEvent.objects.create(project=project, booking=other, action=ended, source="api")
    Booking.objects.filter(pk=booking.pk).update(created_at=NOW)
    _turns(project, dialogue)
    return project


def _copy_of(booking: Booking, *, weeks: int, status: Booking.Status) -> Booking:
    other = Booking.objects.get(pk=booking.pk)
    other.pk, other.visit_id, other.status = None, uuid4(), status
    for name in ("start", "end", "busy_from", "busy_until"):
        setattr(other, name, getattr(other, name) - timedelta(weeks=weeks))
    other.save()
    return other


def _turns(project: Project, dialogue: Dialogue) -> None:
    for seconds, mode in ((1, "model"), (3, "model"), (5, "guided")):
        turn = Turn.objects.create(
            project=project,
            dialogue=dialogue,
            mode=mode,
            outcome="replied",
            input_tokens=10,
            cache_read_tokens=80,
            cache_write_tokens=10,
            output_tokens=5,
            cost_usd="0.0125",
        )
        started = NOW - timedelta(minutes=5)
        Turn.objects.filter(pk=turn.pk).update(
            started_at=started, finished_at=started + timedelta(seconds=seconds)
        )


def test_the_figures_are_those_of_the_period_and_of_this_salon() -> None:
    with time_machine.travel(NOW, tick=False):
        project = _salon_with_history()
        now = NOW + timedelta(minutes=1)
        found = statistics(project=project, period=last_days(project, 7, now))
    assert found["messages"] == {"received": 2, "sent": 1}
    assert found["bookings"] == {"active": 1, "created": 1, "changed": 1, "cancelled": 1, "no_show": 1}
    assert found["clients"] == {"total": 1, "new": 0, "active": 1, "returning": 1, "booked_share": 1.0}
    assert found["dialogues"] == {"open": 1, "archived": 0, "handed_off": 0}
    assert found["ai"] == {
        "turns": 3,
        "tokens": 315,
        "cost_usd": 0.0375,
        "cache_hit_share": 0.8,
        "guided_share": 0.3333,
        "p50_ms": 3000,
        "p95_ms": 4800,
    }
    assert found["queue"]["waiting"] == 1


def test_the_number_of_queries_is_fixed(django_assert_max_num_queries: Any) -> None:
    project = plant("busy")
    now = timezone.now()
    with django_assert_max_num_queries(9):
        statistics(project=project, period=month_to_date(project, now))


def test_a_month_begins_at_the_salons_midnight() -> None:
    project = make_project(timezone="Europe/Kyiv")
    period = month_to_date(project, datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    assert period.start.isoformat() == "2026-11-01T00:00:00+02:00"
    assert last_days(project, 1, period.end).start == period.start


@pytest.mark.parametrize("query", ["days=0", "days=367", "days=x", "days=", "days=1e3", "since=2026"])
def test_a_wrong_period_is_refused(query: str) -> None:
    assert _get(make_project(), f"stats?{query}", 400)["error"]["code"] == "invalid"


def test_days_widen_the_period() -> None:
    project = make_project()
    body = _get(project, "stats?days=30")
    span = datetime.fromisoformat(body["period"]["to"]) - datetime.fromisoformat(body["period"]["from"])
    assert timedelta(days=29) <= span < timedelta(days=30, hours=2)


def test_the_queue_is_the_salons_own() -> None:
    project, other = make_project(), make_project()
    now = timezone.now()
    Task.objects.create(
        project=project, topic="a", handler="a", key="1", due_at=now - timedelta(seconds=90), state="waiting"
    )
    Task.objects.create(project=project, topic="b", handler="b", key="1", due_at=now, state="dead")
    Task.objects.create(project=other, topic="c", handler="c", key="1", due_at=now, state="waiting")
    body = _get(project, "queue")
    assert body.pop("oldest_age_s") == pytest.approx(90, abs=20)
    assert body == {"waiting": 1, "due": 1, "running": 0, "dead": 1, "by_topic": {"a": 1}, "workers": 0}
