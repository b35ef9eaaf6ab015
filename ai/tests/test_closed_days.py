"""Figures of talks against a count by hand: before days are closed, after, and when something goes wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from ai.figures.closed_days import AGAIN, AT_ONCE, close, close_days
from ai.figures.talks import TalkFigures, talk_figures
from ai.models import ClosedDays, TalkDay, Turn
from bookings.models import Booking, Client
from bookings.tests.factories import make_client, make_project, make_service, make_specialist
from botbackend.outbox import registry
from dialogues.models import Dialogue, Message
from projects.models import Project
from projects.periods import Period, whole_days

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KINDS = [
    ("in", "client", "received"),
    ("out", "bot", "sent"),
    ("out", "staff", "sent"),
    ("out", "bot", "failed"),
]


def make_talks(salon: Project, *, seed: int, count: int = 120, days: int = 80) -> None:
    chance = Random(seed)
    clients = [make_client(salon) for _ in range(6)]
    talks = [Dialogue.objects.create(project=salon, client=one, last_message_at=NOW) for one in clients]
    for client in clients:
        Client.objects.filter(pk=client.pk).update(created_at=_moment(chance, days))
    for _ in range(count):
        direction, author, state = chance.choice(KINDS)
        say(chance.choice(talks), _moment(chance, days), direction=direction, author=author, state=state)
    for _ in range(count // 3):
        take_turn(
            chance.choice(talks), _moment(chance, days), outcome=chance.choice(["replied", "handed_off"])
        )
    anna, cut = make_specialist(salon), make_service(salon)
    for client in clients[:3]:
        status = chance.choice(["booked", "held", "cancelled"])
        book(salon, client, anna, cut, at=_moment(chance, days), status=status)


def _moment(chance: Random, days: int) -> datetime:
    return NOW - timedelta(minutes=chance.randrange(days * 1440))


def say(talk: Dialogue, at: datetime, **values: Any) -> Message:
    known: dict[str, Any] = {"direction": "in", "author": "client", "state": "received", **values}
    return Message.objects.create(project=talk.project, dialogue=talk, channel_date=at, **known)


def take_turn(talk: Dialogue, at: datetime, outcome: str = "replied") -> None:
    row = Turn.objects.create(
        project=talk.project, dialogue=talk, outcome=outcome, cost_usd=Decimal("0.00123")
    )
    Turn.objects.filter(pk=row.pk).update(started_at=at)


def book(salon: Project, client: Client, anna: Any, cut: Any, *, at: datetime, status: str) -> None:
    row = Booking.objects.create(
        project=salon, client=client, specialist=anna, service=cut, source="bot", status=status, start=at,
        end=at + timedelta(hours=1), busy_from=at, busy_until=at + timedelta(hours=1), is_overbooked=True,
        hold_until=at if status == "held" else None,
    )  # fmt: skip
    Booking.objects.filter(pk=row.pk).update(created_at=at)


def by_hand(salon: Project, period: Period) -> TalkFigures:
    def within(at: datetime) -> bool:
        return period.start <= at < period.end

    said = [one for one in Message.objects.filter(project=salon) if within(one.channel_date)]
    taken = [one for one in Turn.objects.filter(project=salon) if within(one.started_at)]
    made = {
        one.client_id
        for one in Booking.objects.filter(project=salon)
        if within(one.created_at)
        and one.status != "held"
        and (one.status != "cancelled" or not one.hold_until)
    }
    wrote = {one.dialogue_id for one in said if one.direction == "in"}
    talks = Dialogue.objects.filter(pk__in=wrote).select_related("client")
    booked = {one.pk for one in talks if one.client_id in made}
    people = {one.dialogue_id for one in said if one.author == "staff"}
    people |= {one.dialogue_id for one in taken if one.outcome == "handed_off"}
    return TalkFigures(
        received=sum(one.direction == "in" for one in said),
        sent=sum(one.direction == "out" and one.state == "sent" for one in said),
        cost_usd=sum((one.cost_usd for one in taken), Decimal(0)),
        active=len(wrote),
        returning=sum(one.client.created_at < period.start for one in talks),
        booked=len(booked),
        to_people=len((wrote - booked) & people),
    )


def periods(salon: Project) -> list[Period]:
    today = NOW.astimezone(ZoneInfo(salon.timezone)).date()
    spans = [(80, 0), (40, 0), (40, 20), (1, 0), (0, 0), (3, 2), (70, 70)]
    return [whole_days(salon, today - timedelta(days=a), today - timedelta(days=b)) for a, b in spans]


def assert_right(salon: Project) -> None:
    for period in periods(salon):
        assert talk_figures(project=salon, period=period) == by_hand(salon, period), period


def closed(salon: Project, now: datetime = NOW, **values: Any) -> list[date]:
    return list(close(project=salon, now=now, **values))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/St_Johns", "Pacific/Apia"])
def test_figures_are_those_of_a_count_by_hand_before_and_after_days_are_closed(seed: int, zone: str) -> None:
    salon, other = make_project(timezone=zone), make_project(timezone=zone)
    make_talks(salon, seed=seed)
    make_talks(other, seed=seed + 100, count=20)
    assert_right(salon)
    reached = closed(salon)
    today = NOW.astimezone(ZoneInfo(zone)).date()
    assert reached[-1] == today - timedelta(days=1)
    assert TalkDay.objects.filter(project=salon).exists()
    assert not TalkDay.objects.exclude(project=salon).exists()
    assert_right(salon)
    assert_right(other)


def test_a_closed_day_is_read_from_its_rows_and_not_from_its_messages() -> None:
    salon = make_project()
    make_talks(salon, seed=1)
    closed(salon)
    TalkDay.objects.filter(project=salon).update(received=7)
    whole = periods(salon)[0]
    assert talk_figures(project=salon, period=whole).received > by_hand(salon, whole).received


def test_a_run_that_broke_off_leaves_right_figures_and_the_next_goes_on_where_it_ended() -> None:
    salon = make_project()
    make_talks(salon, seed=2)
    first = next(close(project=salon, now=NOW))
    assert ClosedDays.objects.get(project=salon).until == first
    assert_right(salon)
    later = closed(salon)
    assert later[0] == first + timedelta(days=AT_ONCE)
    assert_right(salon)
    assert closed(salon) == []


def test_another_clock_of_the_salon_counts_at_once_and_closes_its_own_days() -> None:
    salon = make_project(timezone="Europe/Kyiv")
    make_talks(salon, seed=3)
    closed(salon)
    salon.timezone = "Pacific/Apia"
    salon.save()
    assert_right(salon)
    next(close(project=salon, now=NOW))  # and no further: nothing is left of the days of before
    assert_right(salon)
    closed(salon)
    assert_right(salon)


def test_code_that_does_not_know_the_rows_of_days_may_delete_a_talk() -> None:
    salon = make_project()
    make_talks(salon, seed=7, count=60)
    closed(salon)
    gone = Dialogue.objects.filter(project=salon).earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dialogues_message WHERE dialogue_id = %s", [gone.pk])
        cursor.execute("DELETE FROM ai_turn WHERE dialogue_id = %s", [gone.pk])
        cursor.execute("DELETE FROM dialogues_dialogue WHERE id = %s", [gone.pk])
    assert TalkDay.objects.filter(dialogue=gone.pk).exists()
    assert_right(salon)


def test_a_talk_that_is_forgotten_is_counted_no_more() -> None:
    salon = make_project()
    make_talks(salon, seed=4)
    closed(salon)
    Dialogue.objects.filter(project=salon).earliest("pk").delete()
    assert_right(salon)
    assert TalkDay.objects.exclude(dialogue__in=Dialogue.objects.all()).count() == 0


def test_what_comes_late_is_found_with_the_next_closed_day() -> None:
    salon = make_project()
    make_talks(salon, seed=5)
    closed(salon)
    talk = Dialogue.objects.filter(project=salon).earliest("pk")
    say(talk, NOW - timedelta(days=5))
    Message.objects.filter(project=salon, state="failed", channel_date__gte=NOW - timedelta(days=8)).update(
        state="sent"
    )
    closed(salon, NOW + timedelta(days=1))
    assert_right(salon)


def test_what_is_older_is_found_when_all_days_are_closed_again() -> None:
    salon = make_project()
    make_talks(salon, seed=6)
    closed(salon)
    say(Dialogue.objects.filter(project=salon).earliest("pk"), NOW - timedelta(days=AGAIN + 30))
    closed(salon, NOW + timedelta(days=1))
    whole = periods(salon)[0]
    assert talk_figures(project=salon, period=whole).received == by_hand(salon, whole).received - 1
    closed(salon, again=True)
    assert_right(salon)


def test_a_salon_without_a_word_has_its_days_closed_and_nothing_in_them() -> None:
    salon = make_project()
    assert len(closed(salon)) == 1
    assert talk_figures(project=salon, period=periods(salon)[0]) == TalkFigures(0, 0, Decimal(0), 0, 0, 0, 0)


def test_the_command_tells_how_far_it_came_and_knows_its_projects(capsys: pytest.CaptureFixture[str]) -> None:
    salon = make_project()
    call_command("close_days", project=salon.slug)
    until = ClosedDays.objects.get(project=salon).until
    assert capsys.readouterr().out == f"{salon.slug}: closed up to {until}\n"
    assert until >= timezone.now().date() - timedelta(days=2)
    with pytest.raises(CommandError, match="there is no project nothing"):
        call_command("close_days", project="nothing")


def test_the_clock_closes_the_days_of_every_salon() -> None:
    assert registry.clockwork("ai.closed_days") is not None
    salons = [make_project(), make_project()]

    class Run:
        def extend(self, seconds: float) -> None:
            """Nobody waits for this run."""

    close_days(Run())  # type: ignore[arg-type]
    assert {one.project_id for one in ClosedDays.objects.all()} == {one.pk for one in salons}
