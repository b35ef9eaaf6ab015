"""Handing texts to SendPulse: every way it can end, judged by rows and by what the stand-in received."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.records import Record
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import lanes
from dialogues.models import Dialogue, Message, SendPulseAccount, StaffTask
from dialogues.outbound.messages import say
from dialogues.selectors import history, show_typing
from dialogues.tests.factories import make_dialogue, make_event, make_incoming, make_project
from dialogues.tests.steps import deliver, receive, states

pytestmark = pytest.mark.django_db
SEND = "/telegram/contacts/send$"


@pytest.fixture
def dialogue(sendpulse: SendPulseStandIn) -> Dialogue:
    """A client whom the stand-in knows."""
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (contact,) = sendpulse.contacts.all()
    return make_dialogue(contact_id=contact.id)


def sends(sendpulse: SendPulseStandIn) -> list[Record]:
    """Every attempt to send a text that reached the stand-in."""
    return [record for record in sendpulse.log.find(path=SEND) if record.body["message"]["type"] == "text"]


def seen(sendpulse: SendPulseStandIn) -> list[str]:
    """The texts before the client's eyes."""
    (contact,) = sendpulse.contacts.all()
    return [message.text for message in contact.messages if message.direction == OUTGOING]


def fault(
    sendpulse: SendPulseStandIn, kind: str, *, path: str = SEND, times: int | None = 1, **rule: Any
) -> None:
    sendpulse.faults.set([{"kind": kind, "match": {"path": path}, "times": times, **rule}])


def deliver_after(seconds: float) -> None:
    """Deliver as if so many seconds had passed since the last attempt."""
    Task.objects.filter(state=Task.State.WAITING).update(due_at=timezone.now())
    Message.objects.exclude(sending_at=None).update(sending_at=timezone.now() - timedelta(seconds=seconds))
    deliver()


def reply(dialogue: Dialogue, *texts: str) -> list[Message]:
    return say(dialogue=dialogue, texts=texts or ("Reply",), turn_id=1)


def test_texts_arrive_in_order_and_count_as_sent(sendpulse: SendPulseStandIn, dialogue: Dialogue) -> None:
    reply(dialogue, "one", "two", "three")
    deliver()
    assert seen(sendpulse) == ["one", "two", "three"]
    assert states() == ["sent"] * 3
    assert len(sendpulse.log.find(path="/oauth/access_token")) == 1
    assert not Task.objects.filter(state=Task.State.WAITING, topic="message.queued").exists()


def test_a_text_over_the_limit_arrives_as_several_messages(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    text = "Речення про зачіску 💇. " * 400
    reply(dialogue, text)
    deliver()
    assert len(seen(sendpulse)) == 3
    assert "".join(seen(sendpulse)).replace(" ", "") == text.replace(" ", "")


def test_the_token_is_shared_and_kept_encrypted(sendpulse: SendPulseStandIn, dialogue: Dialogue) -> None:
    for text in ("one", "two"):
        say(dialogue=dialogue, texts=[text])
        deliver()
    assert len(sendpulse.log.find(path="/oauth/access_token")) == 1
    stored = SendPulseAccount.objects.get()
    assert stored.token in sendpulse.tokens


def test_a_refused_token_is_renewed_once_and_the_text_sent(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    reply(dialogue)
    deliver()
    sendpulse.tokens.clear()
    say(dialogue=dialogue, texts=["again"])
    deliver()
    assert seen(sendpulse) == ["Reply", "again"]
    assert [record.status for record in sends(sendpulse)] == [200, 401, 200]


def test_credentials_refused_for_good_keep_the_text_and_tell_the_operator_once(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    sendpulse.clients.clear()
    reply(dialogue)
    deliver()
    deliver_after(60)
    assert states() == ["queued"]
    assert sends(sendpulse) == []
    assert [task.kind for task in StaffTask.objects.all()] == ["channel_refused"]
    sendpulse.clients["sp_id_demo"] = "sp_sk_demo"
    deliver_after(60)
    assert (states(), seen(sendpulse)) == (["sent"], ["Reply"])


def test_every_send_refused_with_401_tries_one_fresh_token_only(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    fault(sendpulse, "status", status=401, times=None)
    reply(dialogue)
    deliver()
    assert len(sends(sendpulse)) == 2
    assert states() == ["queued"]
    assert StaffTask.objects.get().kind == "channel_refused"


def test_429_is_tried_again_after_a_pause_of_the_whole_account(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    fault(sendpulse, "status", status=429)
    reply(dialogue)
    deliver()
    assert states() == ["queued"]
    account = SendPulseAccount.objects.get()
    assert account.next_send_at is not None
    assert account.next_send_at > timezone.now()
    deliver_after(2)
    assert (states(), seen(sendpulse)) == (["sent"], ["Reply"])


def test_the_limit_of_the_account_is_obeyed_by_all(sendpulse: SendPulseStandIn, settings: Settings) -> None:
    settings.SENDPULSE_PER_SECOND, sendpulse.per_second = 10, 10
    project = make_project()
    for number in range(3):
        sent_to = sendpulse.people.client_says({"contact": f"client-{number}", "text": "hi"})
        say(
            dialogue=make_dialogue(project=project, contact_id=sent_to["contact_id"]),
            texts=["a", "b", "c", "d"],
        )
    deliver()
    assert states() == ["sent"] * 12
    assert [record.status for record in sends(sendpulse)] == [200] * 12


def test_a_refused_connection_is_certainly_not_sent_and_tried_again(
    sendpulse: SendPulseStandIn, dialogue: Dialogue, settings: Settings
) -> None:
    reply(dialogue, "warm up")
    deliver()
    address, settings.SENDPULSE_BASE_URL = settings.SENDPULSE_BASE_URL, "http://127.0.0.1:9"
    say(dialogue=dialogue, texts=["Reply"])
    deliver()
    assert states() == ["sent", "queued"]
    settings.SENDPULSE_BASE_URL = address
    deliver_after(2)
    assert (states(), seen(sendpulse)) == (["sent", "sent"], ["warm up", "Reply"])


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("cut_after", {}),
        ("cut_before", {}),
        ("status", {"status": 500}),
        ("status", {"status": 503}),
        ("garbage", {}),
        ("html", {}),
    ],
)
def test_a_send_that_ends_in_the_dark_is_uncertain_and_nothing_overtakes_it(
    sendpulse: SendPulseStandIn, dialogue: Dialogue, kind: str, rule: dict[str, Any]
) -> None:
    fault(sendpulse, kind, **rule)
    reply(dialogue, "first", "second")
    deliver()
    assert states() == ["uncertain", "queued"]
    assert len(sends(sendpulse)) == 1
    assert [(line.text, line.uncertain) for line in history(dialogue=dialogue)] == [("first", True)]


def test_an_answer_that_takes_too_long_is_uncertain(
    sendpulse: SendPulseStandIn, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialogues.sendpulse.wire.READ_SECONDS", 0.2)
    fault(sendpulse, "delay", seconds=0.6)
    reply(dialogue)
    deliver()
    assert states() == ["uncertain"]


def test_an_uncertain_text_that_stands_in_the_channels_history_is_sent_and_not_repeated(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    fault(sendpulse, "cut_after")
    reply(dialogue, "first", "second")
    deliver()
    deliver_after(5)
    assert seen(sendpulse) == ["first", "second"]
    assert states() == ["sent", "sent"]


def test_an_uncertain_text_is_settled_by_its_echo(sendpulse: SendPulseStandIn, dialogue: Dialogue) -> None:
    fault(sendpulse, "cut_after")
    reply(dialogue, "first", "second")
    deliver()
    assert states() == ["uncertain", "queued"]
    receive([make_event("outgoing_message", text="first", contact_id=dialogue.client.contact_id)])
    deliver()
    assert states() == ["sent", "sent"]
    assert seen(sendpulse) == ["first", "second"]


def test_an_uncertain_text_not_found_after_half_a_minute_is_sent_once_more(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    fault(sendpulse, "cut_before")
    reply(dialogue)
    deliver()
    for seconds in (5, 15, 25):
        deliver_after(seconds)
        assert states() == ["uncertain"]
    assert len(sends(sendpulse)) == 1
    deliver_after(31)
    assert (states(), seen(sendpulse)) == (["sent"], ["Reply"])
    assert not StaffTask.objects.exists()


def test_after_the_second_time_in_the_dark_staff_are_told_and_the_line_moves_on(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    fault(sendpulse, "cut_before", body=None, times=2)
    reply(dialogue, "lost", "next")
    deliver()
    for _ in range(2):
        deliver_after(31)
    assert states() == ["uncertain", "sent"]
    assert seen(sendpulse) == ["next"]
    task = StaffTask.objects.get()
    assert task.kind == "uncertain"
    assert "lost" in task.reason


def test_nothing_is_sent_again_while_the_history_cannot_be_read(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    sendpulse.faults.set(
        [
            {"kind": "cut_after", "match": {"path": SEND}, "times": 1},
            {"kind": "status", "status": 500, "match": {"path": "chats/messages"}},
        ]
    )
    reply(dialogue)
    deliver()
    for seconds in (5, 40, 100):
        deliver_after(seconds)
        assert states() == ["uncertain"]
    assert seen(sendpulse) == ["Reply"]
    sendpulse.faults.set([])
    deliver_after(110)
    assert (states(), seen(sendpulse)) == (["sent"], ["Reply"])


def test_an_equal_text_sent_before_does_not_settle_an_uncertain_one(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    reply(dialogue, "Ok")
    deliver()
    fault(sendpulse, "cut_before")
    say(dialogue=dialogue, texts=["Ok"])
    deliver()
    assert states() == ["sent", "uncertain"]
    deliver_after(31)
    assert (states(), seen(sendpulse)) == (["sent", "sent"], ["Ok", "Ok"])


def test_a_text_left_in_sending_by_a_dead_process_is_looked_up_before_anything_else(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    (message,) = reply(dialogue)
    (contact,) = sendpulse.contacts.all()
    sendpulse.contacts.add_message(contact, OUTGOING, {"text": "Reply"}, sendpulse.now(), channel="api")
    Message.objects.filter(pk=message.pk).update(
        state="sending", sending_at=timezone.now() - timedelta(seconds=9)
    )
    deliver()
    assert states() == ["sent"]
    assert sends(sendpulse) == []


@pytest.mark.parametrize("how", ["block", "unsubscribe"])
def test_a_client_who_left_closes_the_channel_and_nothing_more_is_tried(
    sendpulse: SendPulseStandIn, dialogue: Dialogue, how: str
) -> None:
    make_incoming(dialogue, at=timezone.now() - timedelta(seconds=5))
    sendpulse.people.block({"contact": dialogue.client.contact_id, "how": how})
    reply(dialogue, "one", "two")
    deliver()
    assert states() == ["failed", "failed"]
    assert len(sends(sendpulse)) == 1
    dialogue.refresh_from_db()
    assert dialogue.channel_closed
    assert not StaffTask.objects.exists()
    assert history(dialogue=dialogue)[-1].text == "Hello"
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 422, "body": {"error_code": 422, "errors": {"message.text": ["invalid"]}}},
        {"status": 400, "body": {"errors": {"x": ["y"]}}},
        {"status": 200, "body": {"success": True, "data": False, "message": "window closed"}},
        {"status": 200, "body": {"success": False}},
        {"status": 404, "body": {"message": "Not found"}},
    ],
)
def test_a_text_refused_for_good_is_failed_told_to_staff_and_never_in_the_history(
    sendpulse: SendPulseStandIn, dialogue: Dialogue, rule: dict[str, Any]
) -> None:
    fault(sendpulse, "status", **rule)
    reply(dialogue, "refused", "next")
    deliver()
    assert states() == ["failed", "sent"]
    assert StaffTask.objects.get().kind == "undelivered"
    assert [line.text for line in history(dialogue=dialogue)] == ["next"]


def test_a_text_that_waited_a_day_is_not_sent_any_more(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    reply(dialogue)
    Message.objects.update(created_at=timezone.now() - timedelta(hours=25))
    deliver()
    assert states() == ["failed"]
    assert sends(sendpulse) == []
    assert StaffTask.objects.get().kind == "undelivered"


def test_an_echo_is_matched_to_one_text_the_oldest_first(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    reply(dialogue, "Ok", "Ok")
    deliver()
    contact_id = dialogue.client.contact_id
    echoes = [make_event("outgoing_message", text="Ok", contact_id=contact_id) for _ in range(2)]
    receive(echoes, echoes)
    ids = Message.objects.order_by("pk").values_list("external_id", flat=True)
    assert list(ids) == [echo["info"]["message"]["id"] for echo in echoes]


def test_a_flows_message_enters_the_history_and_does_not_silence_the_bot(dialogue: Dialogue) -> None:
    receive([make_event("outbound_message", text="Welcome!", contact_id=dialogue.client.contact_id)])
    message = Message.objects.get()
    assert (message.author, message.kind, message.state) == ("bot", "flow", "sent")
    dialogue.refresh_from_db()
    assert dialogue.mode == "bot"
    assert [line.text for line in history(dialogue=dialogue)] == ["Welcome!"]


def test_typing_is_shown_but_not_more_than_every_few_seconds(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    show_typing(dialogue=dialogue)
    show_typing(dialogue=dialogue)
    assert [record.body["message"] for record in sendpulse.log.find(path=SEND)] == [
        {"type": "action", "action": "typing"}
    ]


def test_typing_never_disturbs(sendpulse: SendPulseStandIn, dialogue: Dialogue) -> None:
    fault(sendpulse, "status", status=500)
    show_typing(dialogue=dialogue)
    assert len(sendpulse.log.find(path=SEND)) == 1


def test_a_static_api_key_needs_no_token(sendpulse: SendPulseStandIn) -> None:
    sendpulse.api_keys.add("sp_apikey_1")
    told = sendpulse.people.client_says({"contact": "olena", "text": "hi"})
    project = make_project(sendpulse_client_id="", sendpulse_client_secret="sp_apikey_1")
    say(dialogue=make_dialogue(project=project, contact_id=told["contact_id"]), texts=["Reply"])
    deliver()
    assert states() == ["sent"]
    assert sendpulse.log.find(path="/oauth/access_token") == []


def test_a_short_lived_token_is_renewed_before_it_expires(
    sendpulse: SendPulseStandIn, dialogue: Dialogue
) -> None:
    sendpulse.token_seconds = 90
    reply(dialogue)
    deliver()
    with time_machine.travel(timezone.now() + timedelta(seconds=45)):
        say(dialogue=dialogue, texts=["later"])
        run_due("message.queued")
    assert len(sendpulse.log.find(path="/oauth/access_token")) == 2
    assert [record.status for record in sends(sendpulse)] == [200, 200]
