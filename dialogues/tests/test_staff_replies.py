"""What a person writes: sent once, never over somebody's head, and what it closes."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from dialogues.models import Dialogue, Message, ReadMark, StaffTask
from dialogues.staff.errors import ChannelClosed, NotLost, RepliedMeanwhile
from dialogues.staff.handoff import open_staff_task, reply_as_staff
from dialogues.staff.reading import mark_all_read, mark_read
from dialogues.staff.resends import send_again
from dialogues.tests.factories import make_dialogue, make_incoming, make_project
from dialogues.tests.steps import fixture, receive
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


def reply(dialogue: Dialogue, text: str = "Good day", **values: object) -> list[Message]:
    return reply_as_staff(dialogue_id=dialogue.pk, text=text, who="Iryna", **values)  # type: ignore[arg-type]


def kinds(state: str) -> list[str]:
    return sorted(StaffTask.objects.filter(state=state).values_list("kind", flat=True))


def make_lost(dialogue: Dialogue, state: str = "failed", **values: object) -> Message:
    (message,) = reply(dialogue, "See you at five")
    Message.objects.filter(pk=message.pk).update(state=state, **values)
    return message


def test_a_reply_is_known_again_by_its_key() -> None:
    dialogue = make_dialogue()
    first = reply(dialogue, key="one")
    assert reply(dialogue, "something else", key="one") == first
    assert [message.text for message in Message.objects.all()] == ["Good day"]
    assert first[0].written_by == "Iryna"


def test_replies_without_a_key_are_all_sent() -> None:
    dialogue = make_dialogue()
    assert reply(dialogue) != reply(dialogue)


def test_a_key_of_another_talk_is_another_reply() -> None:
    project = make_project()
    one, two = make_dialogue(project=project), make_dialogue(project=project, contact_id="b")
    assert reply(one, key="same") != reply(two, key="same")


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_send_once() -> None:
    dialogue, start = make_dialogue(), Barrier(4)

    def tap() -> None:
        start.wait()
        reply(dialogue, key="one")
        connection.close()

    taps = [Thread(target=tap) for _ in range(4)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert Message.objects.count() == 1


def test_what_was_said_since_is_told_and_nothing_is_sent() -> None:
    dialogue = make_dialogue()
    seen = make_incoming(dialogue).pk
    (theirs,) = reply(dialogue, "I answer her")
    with pytest.raises(RepliedMeanwhile) as caught:
        reply(dialogue, "I answer too", seen=seen)
    assert list(caught.value.messages) == [theirs]
    assert Message.objects.filter(direction="out").count() == 1
    assert reply(dialogue, "I answer too", seen=theirs.pk)


def test_neither_the_clients_words_nor_a_text_that_failed_count_as_an_answer() -> None:
    dialogue = make_dialogue()
    seen = make_incoming(dialogue).pk
    make_lost(dialogue)
    make_incoming(dialogue, "Are you there?")
    assert reply(dialogue, seen=seen)


def test_a_reply_closes_what_was_handed_over_and_leaves_lost_texts_open() -> None:
    dialogue = make_dialogue()
    for kind in ("human", "question", "complaint", "undelivered", "uncertain"):
        open_staff_task(project=dialogue.project, dialogue=dialogue, kind=kind, reason="x")
    open_staff_task(project=dialogue.project, dialogue=None, kind="sheet_down", reason="x")
    reply(dialogue)
    assert kinds("done") == ["complaint", "human", "question"]
    assert kinds("open") == ["sheet_down", "uncertain", "undelivered"]


@pytest.mark.parametrize("contact", ["", "closed"])
def test_nobody_writes_where_nothing_arrives(contact: str) -> None:
    dialogue = make_dialogue(contact_id=contact, channel_closed=bool(contact))
    with pytest.raises(ChannelClosed):
        reply(dialogue)
    assert not Message.objects.exists()


@pytest.mark.parametrize("values", [{}, {"state": "uncertain", "is_settled": True}])
def test_a_lost_text_goes_out_once_more_and_who_leads_stays(values: dict[str, object]) -> None:
    dialogue = make_dialogue()
    message, another = make_lost(dialogue, **values), make_lost(dialogue)  # type: ignore[arg-type]
    Dialogue.objects.filter(pk=dialogue.pk).update(mode="bot", human_until=None)
    task: dict[str, Any] = {"project": dialogue.project, "dialogue": dialogue, "kind": "undelivered"}
    open_staff_task(**task, reason="x", message=message)
    other = open_staff_task(**task, reason="x", message=another)
    first = send_again(message_id=message.pk, who="Anna")
    assert send_again(message_id=message.pk, who="Anna") == first
    assert [one.text for one in first] == ["See you at five"]
    assert first[0].written_by == "Anna"
    assert list(StaffTask.objects.filter(state="open")) == [other]  # that of another lost text
    dialogue.refresh_from_db()
    assert dialogue.mode == "bot"


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "uncertain"])
def test_a_text_that_may_yet_arrive_is_not_repeated(state: str) -> None:
    message = make_lost(make_dialogue(), state)
    with pytest.raises(NotLost):
        send_again(message_id=message.pk, who="Anna")


def test_the_clients_own_words_are_not_sent_back() -> None:
    with pytest.raises(NotLost):
        send_again(message_id=make_incoming(make_dialogue()).pk, who="Anna")


def test_a_colleague_who_writes_in_sendpulse_is_known_by_name() -> None:
    make_project()
    receive(fixture("text_and_open_chat"), fixture("operator_reply"))
    assert Message.objects.get(author="staff").written_by


def test_reading_goes_forward_only_and_for_one_person() -> None:
    dialogue, anna, iryna = make_dialogue(), make_staff(), make_staff()
    first, second, third = (make_incoming(dialogue, "Hello").pk for _ in range(3))
    assert mark_read(dialogue=dialogue, user=anna, up_to=second)
    assert not mark_read(dialogue=dialogue, user=anna, up_to=first)
    assert mark_read(dialogue=dialogue, user=anna, up_to=2**63 - 1)  # as far as there is something
    assert list(ReadMark.objects.values_list("user", "read_up_to")) == [(anna.pk, third)]
    assert mark_read(dialogue=dialogue, user=iryna, up_to=first)


def test_all_talks_of_a_salon_that_moved_are_read_at_once() -> None:
    project, anna = make_project(), make_staff()
    one, empty = make_dialogue(project=project), make_dialogue(project=project, contact_id="b")
    said = make_incoming(one)
    other = make_dialogue(project=make_project(sendpulse_bot_id="c"), contact_id="c")
    make_incoming(other)
    Dialogue.objects.update(last_message_at=said.created_at)
    assert mark_all_read(project=project, user=anna, since=said.created_at) == 1
    assert ReadMark.objects.get().dialogue == one
    assert empty.read_marks.count() == 0
