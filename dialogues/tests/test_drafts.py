"""A reply that the bot drafted: sent by one person, who has seen what the client wrote since."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from dialogues.models import Dialogue, Message, StaffTask
from dialogues.staff.drafts import DraftGone, drop_draft, leave_once, open_drafts, send_draft
from dialogues.staff.errors import ChannelClosed, RepliedMeanwhile
from dialogues.staff.handoff import reply_as_staff
from dialogues.tests.factories import make_dialogue, make_incoming, make_project

pytestmark = pytest.mark.django_db


def make_draft(dialogue: Dialogue, text: str = "We open at nine.") -> StaffTask:
    asked = make_incoming(dialogue, "When do you open?")
    return leave_once(dialogue=dialogue, kind="draft", reason="questions", draft=text, knows_up_to=asked.pk)


def send(task: StaffTask, text: str = "We open at nine.", **values: object) -> list[Message]:
    return send_draft(project=task.project, task_id=task.pk, text=text, who="Iryna", **values)  # type: ignore[arg-type]


def sent() -> list[str]:
    return list(Message.objects.filter(author="staff").values_list("text", flat=True))


def is_stale() -> bool:
    return bool(open_drafts().get().is_stale)  # type: ignore[attr-defined]


def test_it_is_sent_once_under_the_name_of_whoever_sends_it() -> None:
    task = make_draft(make_dialogue())
    (message,) = send(task, key="one")
    assert send(task, key="one") == [message]
    assert message.written_by == "Iryna"
    with pytest.raises(DraftGone):
        send(task, key="two")
    with pytest.raises(DraftGone):
        drop_draft(project=task.project, task_id=task.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_one_wins_and_the_other_is_told() -> None:
    task, start, told = make_draft(make_dialogue()), Barrier(2), []

    def press(key: str) -> None:
        start.wait()
        try:
            send(task, f"Said by {key}", key=key)
        except DraftGone:
            told.append(key)
        connection.close()

    people = [Thread(target=press, args=[name]) for name in ("anna", "iryna")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(told) == 1
    assert sent() == [f"Said by {({'anna', 'iryna'} - set(told)).pop()}"]


def test_what_the_client_wrote_since_has_to_be_seen_first() -> None:
    dialogue = make_dialogue()
    task = make_draft(dialogue)
    seen = Message.objects.latest("pk").pk
    assert not is_stale()
    more = make_incoming(dialogue, "And on Sunday?")
    assert is_stale()
    with pytest.raises(RepliedMeanwhile) as caught:
        send(task, seen=seen)
    assert list(caught.value.messages) == [more]
    assert sent() == []
    assert StaffTask.objects.get().state == "open"
    assert send(task, seen=more.pk)


def test_a_newer_draft_of_the_same_talk_is_no_longer_stale() -> None:
    dialogue = make_dialogue()
    make_draft(dialogue)
    make_incoming(dialogue, "And on Sunday?")
    make_draft(dialogue, "We are closed on Sundays.")
    assert not is_stale()


def test_a_draft_of_which_nobody_knows_what_it_answers_is_stale() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue)
    leave_once(dialogue=dialogue, kind="draft", reason="questions", draft="We open at nine.")
    assert is_stale()


def test_a_reply_in_its_own_words_takes_the_draft_away() -> None:
    task = make_draft(make_dialogue())
    reply_as_staff(dialogue_id=task.dialogue_id or 0, text="At nine", who="Anna")
    with pytest.raises(DraftGone):
        send(task)


def test_a_client_who_left_and_another_salon_get_nothing() -> None:
    dialogue = make_dialogue()
    task = make_draft(dialogue)
    with pytest.raises(DraftGone):
        send_draft(project=make_project(sendpulse_bot_id="b"), task_id=task.pk, text="x", who="Iryna")
    Dialogue.objects.update(channel_closed=True)
    with pytest.raises(ChannelClosed):
        send(task)
    assert StaffTask.objects.get().state == "open"
