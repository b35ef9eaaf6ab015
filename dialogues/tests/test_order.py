"""Properties of intake: in whatever order, however often, in however many POSTs: one burst, in order."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from dialogues import lanes, topics
from dialogues.models import Dialogue, InboundEvent, Message
from dialogues.tests.factories import make_claim, make_event, make_project
from dialogues.tests.steps import receive
from dialogues.tests.test_webhook import post
from projects.models import Project

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CONTACTS = ("olena", "taras")
# Seconds of the channel's date; it decides, and among messages of one second their numbers in the chat.
said = st.lists(
    st.tuples(st.sampled_from(CONTACTS), st.integers(min_value=0, max_value=6)), min_size=1, max_size=8
)
quick = hypothesis_settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def make_burst(spoken: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """An event per (contact, second), in the order they were written; each text is unique."""
    start = int(timezone.now().timestamp()) - 60
    written = sorted(enumerate(spoken), key=lambda item: item[1][1])
    return [
        make_event(text=f"{contact} {number} at {second}", contact_id=contact, date=start + second)
        for number, (contact, second) in written
    ]


def split(events: list[dict[str, Any]], chance: random.Random) -> list[list[dict[str, Any]]]:
    """The events as POSTs of random sizes."""
    posts: list[list[dict[str, Any]]] = [[]]
    for event in events:
        if posts[-1] and chance.random() < 0.5:
            posts.append([])
        posts[-1].append(event)
    return posts


def forget_everything() -> None:
    for model in (Message, Dialogue, InboundEvent, Task):
        model.objects.all().delete()


def texts_of(events: list[dict[str, Any]], contact: str) -> list[str]:
    mine = [event for event in events if event["contact"]["id"] == contact]
    return [event["info"]["message"]["channel_data"]["message"]["text"] for event in mine]


def check(written: list[dict[str, Any]]) -> None:
    """One lane and one burst per client, each message once, as they were written."""
    assert Message.objects.count() == len(written)
    for contact in {event["contact"]["id"] for event in written}:
        dialogue = Dialogue.objects.get(client__contact_id=contact)
        burst = lanes.open_burst(dialogue_id=dialogue.pk)
        assert burst is not None
        assert [message.text for message in burst.messages] == texts_of(written, contact)
        lane = Task.objects.filter(topic=topics.DIALOGUE_DUE, key=str(dialogue.pk), state="waiting")
        assert lane.count() == 1
        latest = max(message.created_at for message in burst.messages)
        assert lane.get().due_at <= latest + timedelta(seconds=4)


@quick
@given(spoken=said, seed=st.integers(0, 2**32), repeats=st.integers(0, 2), handle_between=st.booleans())
def test_a_burst_is_one_burst_in_the_order_it_was_written_however_it_arrives(
    spoken: list[tuple[str, int]], seed: int, repeats: int, handle_between: bool
) -> None:
    forget_everything()
    make_project_once()
    chance, written = random.Random(seed), make_burst(spoken)
    arrived = [event for event in written for _ in range(1 + chance.randint(0, repeats))]
    chance.shuffle(arrived)
    posts = split(arrived, chance)
    if handle_between:
        answers = [receive(events)[0] for events in posts]
    else:
        answers = [_counts(events) for events in posts]
        run_due(topics.EVENT_RECEIVED)
    assert sum(answer["accepted"] for answer in answers) == len(written)
    assert sum(answer["duplicates"] for answer in answers) == len(arrived) - len(written)
    check(written)


@quick
@given(spoken=said, seed=st.integers(0, 2**32))
def test_what_a_turn_answered_stays_answered_when_everything_is_delivered_again(
    spoken: list[tuple[str, int]], seed: int
) -> None:
    forget_everything()
    make_project_once()
    chance, written = random.Random(seed), make_burst(spoken)
    cut = chance.randint(0, len(written))
    receive(written[:cut])
    for dialogue in Dialogue.objects.all():
        answer(dialogue)
    again = [*written]
    chance.shuffle(again)
    receive(*split(again, chance))
    assert Message.objects.count() == len(written)
    for contact in {event["contact"]["id"] for event in written}:
        dialogue = Dialogue.objects.get(client__contact_id=contact)
        burst = lanes.open_burst(dialogue_id=dialogue.pk)
        fresh = [message.text for message in burst.messages] if burst else []
        assert sorted(fresh) == sorted(texts_of(written[cut:], contact))


def make_project_once() -> None:
    if not Project.objects.exists():
        make_project()


def answer(dialogue: Dialogue) -> None:
    burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    claim = make_claim(str(dialogue.pk), handler="test.order_turn")
    with lanes.commit_point(burst=burst, claim=claim, may_discard=True):
        lanes.mark_answered(burst=burst, turn_id=dialogue.pk)


def _counts(events: list[dict[str, Any]]) -> dict[str, int]:
    answered: dict[str, int] = json.loads(post(events).content)
    return answered
