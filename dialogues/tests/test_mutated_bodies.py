"""Bodies that nobody meant to send: pieces and values of real ones are lost, doubled and exchanged.

Each is answered, none with an error of ours, none at the cost of a second: of the thread's own time, since
the clock on the wall tells of the machine. The nightly profile tries 10,000.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import settings as hypothesis
from pytest_django import Settings

from dialogues.models import InboundEvent
from dialogues.tests.factories import BOT_ID, CONTACT_ID, SECRET, make_event, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
IS_NIGHTLY = hypothesis().max_examples > 1_000
BODIES = 10_000 if IS_NIGHTLY else 1_500
SECONDS = 1.0
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**63, 10**400, 1e308, float("nan"), float("-inf"), "", "\x00", "\ud800", "﷽" * 99),
    *([], {}, [[]], [{}], "{{name}}", "/start", "a" * 70_000, BOT_ID, CONTACT_ID, "incoming_message", "TRUE"),
    *(json.loads("[" * 40 + "]" * 40), {"": ""}, {"id": {"id": None}}, "2026-02-30", "9" * 5_000, -1.5),
)
PIECES = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b'"',
    b"{",
    b"]",
    b",",
    b"\\u0000",
    b"\\ud800",
    b"1e999",
    b"[" * 99,
)


def originals(slug: str) -> list[Any]:
    """What SendPulse posts: events of several kinds, alone and together, and the request of a flow."""
    flow = {
        "template": "project_id contact_send_id response",
        "project_id": slug,
        "contact_send_id": CONTACT_ID,
        "response": 'A "haircut", please',
        "tg_id": "380485157",
        "date": 1_790_000_000,
    }
    photo = {"message_id": 5, "message": {"caption": "so?", "photo": [{"file_id": "a", "file_size": 9}]}}
    return [
        [make_event(), make_event("outgoing_message", sent_by="1")],
        make_event(info={"message": {"id": "6a49", "channel_data": photo}}),
        [make_event("new_subscriber"), make_event("bot_block", info=None)],
        flow,
        {**flow, "image_url": "https://example.com/a.png", "retry": 1, "count": "2"},
    ]


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every object or list of a document, with each of its keys."""
    for key in list(document) if isinstance(document, dict) else range(len(document)):
        yield document, key
        if isinstance(document[key], dict | list):
            yield from places(document[key])


def other_values(document: Any, dice: random.Random) -> bytes:
    """The document with a few values exchanged, taken out, or given another name."""
    changed = json.loads(json.dumps(document))
    for _ in range(dice.randint(1, 4)):
        found = list(places(changed))
        if not found:
            break
        inside, key = dice.choice(found)
        act = dice.random()
        if act < 0.6:
            inside[key] = dice.choice(ODD)
        elif act < 0.8:
            del inside[key]
        elif isinstance(inside, dict):
            inside[str(dice.choice(ODD))[:300]] = inside.pop(key)
        else:
            inside.append(inside[key])
    return json.dumps(changed).encode()


def other_bytes(document: Any, dice: random.Random) -> bytes:
    """The text of the document with pieces lost, doubled or put in."""
    raw = json.dumps(document, ensure_ascii=False).encode()
    for _ in range(dice.randint(1, 5)):
        start = dice.randrange(len(raw) + 1)
        end = min(len(raw), start + dice.choice((0, 1, 1, 2, 8, 60)))
        piece = dice.choice((raw[start:end] * 2, b"", *PIECES, bytes([dice.randrange(256)])))
        raw = raw[:start] + piece + raw[end:]
    return raw


MUTATIONS: tuple[Callable[[Any, random.Random], bytes], ...] = (other_values, other_bytes)


def test_no_body_is_an_error_of_ours_or_costs_a_second(settings: Settings) -> None:
    settings.SYNC_WAIT_SECONDS = 0.0  # a flow's request that is good is not waited for
    project = make_project()
    documents, dice, browser = originals(project.slug), random.Random(20261130), Client()
    statuses: Counter[int] = Counter()
    for number in range(BODIES):
        raw = MUTATIONS[number % len(MUTATIONS)](dice.choice(documents), dice)
        began = time.thread_time()
        answer = browser.generic("POST", f"/webhook/sendpulse/{SECRET}", raw, "application/json")
        spent = time.thread_time() - began
        assert answer.status_code < 500, raw
        assert spent < SECONDS, raw
        json.loads(answer.content)
        statuses[answer.status_code] += 1
    # It does meet both what is taken in and what is refused.
    assert statuses[200] > BODIES / 5
    assert statuses[400] > BODIES / 20
    assert InboundEvent.objects.count() > BODIES / 10
