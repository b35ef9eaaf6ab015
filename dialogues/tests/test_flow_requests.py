"""The flow element "API request": the caller waits, gets the reply or nothing, and nothing is said twice."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox.models import Task
from botbackend.outbox.testing import only_these_subscriptions, run_due
from botbackend.workshop.launcher.processes import wait_until
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import lanes, subscriptions, topics
from dialogues.models import Dialogue, InboundEvent, Message, SyncRequest
from dialogues.staff import handoff
from dialogues.tests.factories import make_dialogue, make_event, make_project
from dialogues.tests.flows import (
    PATIENCE_SECONDS,
    SAY_NOTHING,
    Callers,
    answer_lane,
    await_waiting,
    make_request,
    post,
)
from dialogues.tests.steps import deliver, only_dialogue, receive, states
from projects.models import Project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_dialogues() -> Iterator[None]:
    """No turn answers by itself here."""
    with only_these_subscriptions():
        subscriptions.register()
        yield


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def callers() -> Iterator[Callers]:
    found = Callers()
    yield found
    found.end()


@pytest.fixture
def olena(sendpulse: SendPulseStandIn) -> str:
    """The contact id of a client whom the stand-in knows."""
    contact_id: str = sendpulse.people.client_says({"contact": "olena", "text": "hello"})["contact_id"]
    return contact_id


def seen(sendpulse: SendPulseStandIn) -> list[str]:
    (contact,) = sendpulse.contacts.all()
    return [message.text for message in contact.messages if message.direction == OUTGOING]


def take_in() -> None:
    run_due(topics.EVENT_RECEIVED)


def answer_of(asked: Future[dict[str, Any]]) -> dict[str, Any]:
    return asked.result(PATIENCE_SECONDS)


def test_the_caller_gets_the_reply_of_its_lane_and_nothing_is_pushed(
    project: Project, callers: Callers, sendpulse: SendPulseStandIn, olena: str
) -> None:
    asked = callers.ask(make_request(project, "Haircut?", contact_send_id=olena, count="3"))
    await_waiting(project=project)
    take_in()
    answer_lane(only_dialogue(), "Gladly.", "When?")
    assert answer_of(asked) == {
        "send_status": "TRUE",
        "gpt_response": "Gladly.\n\nWhen?",
        "pic": "",
        "count": "0",
        "status": "200",
        "user_message": "Haircut?",
    }
    Task.objects.update(due_at=timezone.now())
    deliver()
    assert (states(), seen(sendpulse)) == (["sent", "sent"], [])
    assert not Task.objects.filter(topic=topics.MESSAGE_QUEUED).exists()


def test_a_newer_request_lets_the_older_one_go_and_gets_the_one_reply_to_both(
    project: Project, callers: Callers
) -> None:
    older = callers.ask(make_request(project, "Haircut"))
    await_waiting(project=project)
    take_in()
    newer = callers.ask(make_request(project, "tomorrow at 15"))
    assert answer_of(older) == {**SAY_NOTHING, "user_message": "Haircut"}
    await_waiting(project=project)
    take_in()
    answer_lane(only_dialogue(), "Booked soon")
    assert answer_of(newer)["gpt_response"] == "Booked soon"
    incoming = Message.objects.filter(direction="in").order_by("pk")
    assert [(message.text, message.turn_id is None) for message in incoming] == [
        ("Haircut", False),
        ("tomorrow at 15", False),
    ]


def test_clients_do_not_get_each_others_replies(project: Project, callers: Callers) -> None:
    asked = {name: callers.ask(make_request(project, name, contact_send_id=name)) for name in ("one", "two")}
    await_waiting(2, project=project)
    take_in()
    for dialogue in Dialogue.objects.select_related("client"):
        answer_lane(dialogue, f"for {dialogue.client.contact_id}")
    assert {name: answer_of(future)["gpt_response"] for name, future in asked.items()} == {
        "one": "for one",
        "two": "for two",
    }


def test_when_the_time_is_over_the_caller_says_nothing_and_the_reply_is_pushed(
    project: Project, callers: Callers, sendpulse: SendPulseStandIn, olena: str, settings: Settings
) -> None:
    settings.SYNC_WAIT_SECONDS = 0.3
    asked = callers.ask(make_request(project, "Haircut?", contact_send_id=olena))
    assert answer_of(asked) == {**SAY_NOTHING, "user_message": "Haircut?"}
    take_in()
    answer_lane(only_dialogue(), "Here I am")
    deliver()
    assert (states(), seen(sendpulse)) == (["sent"], ["Here I am"])


def test_the_callers_limit_leaves_room_within_the_fifty_seconds(settings: Settings) -> None:
    assert 40 < settings.SYNC_WAIT_SECONDS < 50


def test_a_caller_whose_process_died_gets_its_reply_pushed_after_its_time(
    project: Project, sendpulse: SendPulseStandIn, olena: str
) -> None:
    dialogue = make_dialogue(project=project, contact_id=olena)
    expires = timezone.now() + timedelta(seconds=30)
    request = SyncRequest.objects.create(project=project, contact_id=olena, expires_at=expires)
    Dialogue.objects.filter(pk=dialogue.pk).update(sync_until=expires)
    receive([make_event(contact_id=olena)])
    answer_lane(dialogue, "Reply")
    deliver()
    assert (states(), seen(sendpulse)) == (["queued"], [])
    task = Task.objects.get(topic=topics.MESSAGE_QUEUED)
    assert expires < task.due_at < expires + timedelta(seconds=5)
    past = timezone.now() - timedelta(seconds=3)
    SyncRequest.objects.filter(pk=request.pk).update(expires_at=past)
    Task.objects.filter(pk=task.pk).update(due_at=past)
    deliver()
    assert (states(), seen(sendpulse)) == (["sent"], ["Reply"])


def test_at_most_half_of_the_threads_wait_and_the_others_are_answered_at_once_and_pushed(
    project: Project, callers: Callers, sendpulse: SendPulseStandIn, olena: str, settings: Settings
) -> None:
    settings.WEB_THREADS = 4
    waiting = [callers.ask(make_request(project, "hi", contact_send_id=f"client-{n}")) for n in range(2)]
    await_waiting(2, project=project)
    status, answer = post(make_request(project, "me too", contact_send_id=olena))
    assert (status, answer) == (200, {**SAY_NOTHING, "user_message": "me too"})
    take_in()
    for dialogue in Dialogue.objects.all():
        answer_lane(dialogue, "Reply")
    assert [answer_of(future)["send_status"] for future in waiting] == ["TRUE", "TRUE"]
    deliver()
    assert seen(sendpulse) == ["Reply"]
    again = callers.ask(make_request(project, "room again", contact_send_id=olena))
    await_waiting(1, project=project)
    take_in()
    answer_lane(Dialogue.objects.get(client__contact_id=olena), "Reply")
    assert answer_of(again)["send_status"] == "TRUE"


def test_a_waiting_thread_does_not_poll_postgresql(
    project: Project, callers: Callers, settings: Settings
) -> None:
    settings.SYNC_WAIT_SECONDS = 2.0
    assert answer_of(callers.ask(make_request(project, "waits")))["count"] is None
    # To register, to look when the line stands, to look at the end; a look twice a second would take 35.
    assert 0 < callers.statements["waits"] < 18


def test_the_reply_still_comes_when_the_waiting_connection_breaks(project: Project, callers: Callers) -> None:
    asked = callers.ask(make_request(project))
    await_waiting(project=project)
    take_in()
    assert wait_until(lambda: bool(_break_listener()), PATIENCE_SECONDS)
    answer_lane(only_dialogue(), "Reply")
    assert answer_of(asked)["gpt_response"] == "Reply"


def _break_listener() -> list[tuple[bool]]:
    """Cut the connection on which the process waits for news, as a restart of PostgreSQL would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN dialogues_sync%'"
        )
        found: list[tuple[bool]] = cursor.fetchall()
    return found


def test_the_same_request_again_takes_over_and_its_words_are_stored_once(
    project: Project, callers: Callers
) -> None:
    body = make_request(project, date="02.07.2025 19:18", retry="true")
    first = callers.ask(body)
    await_waiting(project=project)
    second = callers.ask(body)
    assert answer_of(first)["send_status"] == "FALSE"
    take_in()
    answer_lane(only_dialogue(), "Reply")
    assert answer_of(second)["gpt_response"] == "Reply"
    assert Message.objects.filter(direction="in").count() == 1
    assert post(body)[1]["gpt_response"] == "Reply"
    assert InboundEvent.objects.count() == 1


def test_the_same_words_said_again_later_are_a_new_message(project: Project, callers: Callers) -> None:
    for number in (1, 2):
        asked = callers.ask(make_request(project, "yes", date=f"02.07.2025 19:1{number}"))
        await_waiting(project=project)
        take_in()
        answer_lane(only_dialogue(), f"Reply {number}")
        assert answer_of(asked)["gpt_response"] == f"Reply {number}"
    assert Message.objects.filter(direction="in", turn_id__isnull=False).count() == 2


def test_a_text_that_came_as_an_event_too_is_one_message(project: Project, callers: Callers) -> None:
    asked = callers.ask(make_request(project, "Haircut?"))
    await_waiting(project=project)
    receive([make_event(text="Haircut?")])
    answer_lane(only_dialogue(), "Reply")
    assert answer_of(asked)["gpt_response"] == "Reply"
    assert Message.objects.filter(direction="in").count() == 1


@pytest.mark.parametrize("event_first", [True, False])
def test_a_caller_of_a_silenced_bot_is_let_go_at_once(
    project: Project, callers: Callers, event_first: bool
) -> None:
    dialogue = make_dialogue(project=project)
    if event_first:
        handoff.hand_off(dialogue=dialogue, reason="asked for a person")
    asked = callers.ask(make_request(project))
    await_waiting(project=project)
    take_in()
    if not event_first:
        handoff.reply_as_staff(dialogue_id=dialogue.pk, text="Anna here", who="Anna")
    assert answer_of(asked)["send_status"] == "FALSE"
    assert SyncRequest.objects.get().state == "released"


def test_a_reply_over_the_limit_of_one_message_is_pushed_in_pieces(
    project: Project, callers: Callers, sendpulse: SendPulseStandIn, olena: str
) -> None:
    asked = callers.ask(make_request(project, contact_send_id=olena))
    await_waiting(project=project)
    take_in()
    answer_lane(only_dialogue(), "A sentence. " * 500)
    assert answer_of(asked)["send_status"] == "FALSE"
    deliver()
    assert [len(text) <= 4096 for text in seen(sendpulse)] == [True, True]


def test_a_reply_is_taken_or_pushed_but_never_both_and_never_lost(
    project: Project, callers: Callers, sendpulse: SendPulseStandIn, settings: Settings
) -> None:
    settings.SYNC_WAIT_SECONDS, settings.WEB_THREADS = 0.25, 16
    known = [sendpulse.people.client_says({"contact": f"c{n}", "text": "hi"}) for n in range(6)]
    asked = [callers.ask(make_request(project, contact_send_id=c["contact_id"])) for c in known]
    assert wait_until(lambda: InboundEvent.objects.count() == len(asked), PATIENCE_SECONDS)
    take_in()
    for dialogue in Dialogue.objects.order_by("pk"):
        answer_lane(dialogue, "Reply")
    deliver()
    taken = sum(answer_of(future)["send_status"] == "TRUE" for future in asked)
    Task.objects.filter(topic=topics.MESSAGE_QUEUED).update(due_at=timezone.now())
    deliver()
    pushed = [m for c in sendpulse.contacts.all() for m in c.messages if m.direction == OUTGOING]
    assert (taken + len(pushed), states()) == (6, ["sent"] * 6)


def test_the_date_of_a_flow_is_the_salons_wall_clock(project: Project, settings: Settings) -> None:
    settings.SYNC_WAIT_SECONDS = 0.0
    Project.objects.update(timezone="Europe/Kyiv")
    post(make_request(project, date="02.07.2025 19:18"))
    take_in()
    assert Message.objects.get().channel_date == datetime(2025, 7, 2, 16, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"response": "{{last_message}}"}, "200"),
        ({"response": ""}, "200"),
        ({"response": None}, "200"),
    ],
)
def test_a_request_with_holes_that_sendpulse_did_not_fill_is_answered_and_leaves_nothing(
    project: Project, fields: dict[str, Any], status: str
) -> None:
    code, answer = post(make_request(project, **fields))
    assert (code, answer["send_status"], answer["count"], answer["status"]) == (200, "FALSE", None, status)
    assert not InboundEvent.objects.exists()


@pytest.mark.parametrize("contact", ["{{contact_id}}", None, ""])
def test_a_request_of_no_contact_is_told_so(project: Project, contact: str | None) -> None:
    code, answer = post(make_request(project, contact_send_id=contact))
    assert (code, answer["send_status"], answer["status"]) == (200, "FALSE", "500")
    assert not SyncRequest.objects.exists()


def test_the_door_of_the_flow_is_that_of_the_project(project: Project) -> None:
    other = make_project(sendpulse_bot_id="other", webhook_secret="another")
    assert post(make_request(project), secret="wrong")[0] == 401
    assert post(make_request(other))[0] == 401
    assert post({**make_request(project), "project_id": "nobody"})[0] == 404
    assert post({**make_request(project), "project_id": ["x"]}, secret="wrong")[0] == 401
    assert not SyncRequest.objects.exists()


def test_a_burst_through_the_flow_is_one_burst_in_order(
    project: Project, callers: Callers, settings: Settings
) -> None:
    settings.SYNC_WAIT_SECONDS = 0.0
    for second, text in ((3, "c"), (1, "a"), (2, "b")):
        post(make_request(project, text, date=f"02.07.2025 19:18:0{second}"))
    take_in()
    burst = lanes.open_burst(dialogue_id=only_dialogue().pk)
    assert burst is not None
    assert [message.text for message in burst.messages] == ["a", "b", "c"]
