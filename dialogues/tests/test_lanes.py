"""Bursts, the commit point, and what makes a draft stale."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from botbackend.lib.crypto import UndecryptableError
from botbackend.outbox.claims import LeaseLost
from botbackend.outbox.models import Task
from dialogues import lanes
from dialogues.models import Dialogue, Message, StaffTask, channel_of
from dialogues.outbound.messages import say
from dialogues.selectors import history
from dialogues.staff.handoff import hand_off, resume
from dialogues.tests.factories import make_claim, make_dialogue, make_incoming

pytestmark = pytest.mark.django_db


def open_burst(dialogue: Dialogue) -> lanes.Burst:
    burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    return burst


def test_a_burst_is_ordered_by_the_channels_date_then_by_arrival() -> None:
    dialogue, now = make_dialogue(), timezone.now()
    late = make_incoming(dialogue, "second", at=now)
    early = make_incoming(dialogue, "first", at=now - timedelta(seconds=3))
    same = make_incoming(dialogue, "third", at=now)
    assert [message.pk for message in open_burst(dialogue).messages] == [early.pk, late.pk, same.pk]
    assert open_burst(dialogue).last_id == same.pk


def test_the_way_of_a_lane_reads_none_of_the_channels_secrets() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue)
    with connection.cursor() as cursor:  # whoever reads one of these fails
        cursor.execute(
            "UPDATE dialogues_channelsettings SET sendpulse_client_id = 'x', sendpulse_client_secret = 'x',"
            " webhook_secret = 'x'"
        )
    burst = open_burst(dialogue)
    with transaction.atomic():
        lanes.make_due(dialogue=lanes.lock(dialogue.pk), received_at=burst.received_at)
        hand_off(dialogue=burst.dialogue, reason="asked")
    with pytest.raises(UndecryptableError):
        _ = channel_of(burst.project).webhook_secret


def test_there_is_no_burst_when_nothing_is_unanswered_or_the_bot_has_to_be_quiet() -> None:
    dialogue = make_dialogue()
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    make_incoming(dialogue)
    for change in (
        {"channel_closed": True},
        {"mode": "human", "human_until": timezone.now() + timedelta(minutes=1)},
        {"held_until": timezone.now() + timedelta(minutes=1)},
    ):
        Dialogue.objects.filter(pk=dialogue.pk).update(**change)
        assert lanes.open_burst(dialogue_id=dialogue.pk) is None
        Dialogue.objects.filter(pk=dialogue.pk).update(channel_closed=False, mode="bot", held_until=None)
    assert open_burst(dialogue)


def test_a_takeover_ends_by_itself_when_its_time_is_over() -> None:
    dialogue = make_dialogue(mode="human", human_until=timezone.now() - timedelta(seconds=1))
    make_incoming(dialogue)
    assert open_burst(dialogue)
    dialogue.refresh_from_db()
    assert dialogue.mode == Dialogue.Mode.BOT


def test_a_turn_commits_its_reply_and_answers_exactly_its_burst() -> None:
    dialogue = make_dialogue()
    answered = make_incoming(dialogue)
    burst, claim = open_burst(dialogue), make_claim(str(dialogue.pk))
    with lanes.commit_point(burst=burst, claim=claim, may_discard=False) as locked:
        later = make_incoming(dialogue, "and one more thing")
        say(dialogue=locked, texts=["Reply"], turn_id=7)
        lanes.mark_answered(burst=burst, turn_id=7)
    answered.refresh_from_db()
    later.refresh_from_db()
    assert (answered.turn_id, later.turn_id) == (7, None)
    assert Task.objects.filter(topic="dialogue.due", key=str(dialogue.pk)).count() <= 1
    dialogue.refresh_from_db()
    assert dialogue.first_unanswered_at == later.created_at


def test_a_draft_gives_way_to_a_newer_message_twice_and_then_no_more() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue)
    for _ in range(lanes.MAX_DISCARDS):
        burst = open_burst(dialogue)
        make_incoming(dialogue, "wait")
        with (
            pytest.raises(lanes.DraftStale, match="newer_message"),
            lanes.commit_point(burst=burst, claim=make_claim("x"), may_discard=True),
        ):
            pytest.fail("the body must not run")
        lanes.discard_draft(burst=burst)
        Task.objects.all().delete()
    burst = open_burst(dialogue)
    make_incoming(dialogue, "still more")
    with lanes.commit_point(burst=burst, claim=make_claim("x"), may_discard=True) as locked:
        say(dialogue=locked, texts=["Reply"], turn_id=1)
        lanes.mark_answered(burst=burst, turn_id=1)
    assert Message.objects.filter(direction="out").count() == 1
    dialogue.refresh_from_db()
    assert dialogue.discards == 0


def test_what_was_edited_while_its_answer_was_committed_is_still_to_be_answered() -> None:
    dialogue = make_dialogue()
    first, changed = make_incoming(dialogue, "a haircut"), make_incoming(dialogue, "at 10")
    burst = open_burst(dialogue)
    Message.objects.filter(pk=changed.pk).update(text="at 11", edited_at=timezone.now())
    with lanes.commit_point(burst=burst, claim=make_claim("x"), may_discard=False):
        lanes.mark_answered(burst=burst, turn_id=7)
    for message in (first, changed, dialogue):
        message.refresh_from_db()
    assert (first.turn_id, changed.turn_id) == (7, None)
    assert dialogue.first_unanswered_at == changed.created_at
    assert Task.objects.filter(topic="dialogue.due", key=str(dialogue.pk)).exists()
    again = open_burst(dialogue)
    assert [message.text for message in again.messages] == ["at 11"]
    with lanes.commit_point(burst=again, claim=make_claim("y"), may_discard=True):
        lanes.mark_answered(burst=again, turn_id=8)
    assert not lanes.unanswered(dialogue.pk).exists()


def test_a_draft_that_may_not_be_discarded_stands_although_something_newer_came() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue)
    burst = open_burst(dialogue)
    make_incoming(dialogue, "newer")
    with lanes.commit_point(burst=burst, claim=make_claim("x"), may_discard=False):
        pass


def test_a_draft_is_dropped_when_a_person_took_over_or_the_client_left() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue)
    burst = open_burst(dialogue)
    with transaction.atomic():
        hand_off(dialogue=lanes.lock(dialogue.pk), reason="asked for a person")
    with (
        pytest.raises(lanes.DraftStale, match="human"),
        lanes.commit_point(burst=burst, claim=make_claim("x"), may_discard=True),
    ):
        pytest.fail("the body must not run")
    resume(dialogue=dialogue)
    Dialogue.objects.filter(pk=dialogue.pk).update(channel_closed=True)
    with (
        pytest.raises(lanes.DraftStale, match="closed"),
        lanes.commit_point(burst=burst, claim=make_claim("y"), may_discard=True),
    ):
        pytest.fail("the body must not run")


def test_nothing_is_committed_by_a_worker_whose_lease_is_gone() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue)
    burst, claim = open_burst(dialogue), make_claim(str(dialogue.pk))
    Task.objects.filter(pk=claim.task_id).update(lease_token=2)
    with (
        pytest.raises(LeaseLost),
        lanes.commit_point(burst=burst, claim=claim, may_discard=True),
    ):
        pytest.fail("the body must not run")


def test_a_hand_off_tells_staff_who_why_and_the_last_words() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue, "I want to talk to a human")
    hand_off(dialogue=dialogue, reason="asked for a person", minutes=30)
    task = StaffTask.objects.get()
    for part in ("Olena", "asked for a person", "I want to talk to a human"):
        assert part in task.reason
    dialogue.refresh_from_db()
    assert dialogue.is_silenced(timezone.now())
    assert not dialogue.is_silenced(timezone.now() + timedelta(minutes=31))


def test_history_holds_what_was_really_said_and_marks_what_is_uncertain() -> None:
    dialogue = make_dialogue()
    make_incoming(dialogue, "question")
    sent, failed, uncertain, queued = say(dialogue=dialogue, texts=["one", "two", "three", "four"])
    for message, state in ((sent, "sent"), (failed, "failed"), (uncertain, "uncertain")):
        Message.objects.filter(pk=message.pk).update(state=state)
    lines = history(dialogue=dialogue)
    assert [(line.text, line.uncertain) for line in lines] == [
        ("question", False),
        ("one", False),
        ("three", True),
    ]
    assert [line.text for line in history(dialogue=dialogue, limit=1, before_id=queued.pk)] == ["three"]


def test_a_long_text_of_a_turn_becomes_several_messages_in_order_and_later_texts_follow() -> None:
    dialogue = make_dialogue()
    say(dialogue=dialogue, texts=["A sentence. " * 500], turn_id=3)
    say(dialogue=dialogue, texts=["The end."], turn_id=3, first_seq=1)
    texts = [message.text for message in Message.objects.order_by("seq")]
    assert len(texts) == 3
    assert texts[-1] == "The end."
    assert all(len(text) <= 4096 and text.endswith(".") for text in texts)
