"""A talk: what is shown of it, what is new, who leads, what is sent, and what cannot be."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from ai.turn.decisions import CLIENT_ASKS
from bookings.models import Booking
from bookings.tests.factories import make_booking, make_offering, make_service, make_specialist
from botbackend.lib import redis_client
from botbackend.office.desk import open_desk
from botbackend.office.inbox.pulse import take_pulse
from botbackend.office.inbox.reasons import _REASONS
from botbackend.office.inbox.selectors import count_waiting
from botbackend.office.tests.inbox.talks import make_said, make_talk
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.media import VOICE, picture
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import Attachment, Dialogue, Message, StaffTask
from dialogues.staff.handoff import hand_off, open_staff_task, reply_as_staff
from dialogues.tests.factories import make_project
from dialogues.tests.steps import deliver
from projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def talk(salon: Project) -> Dialogue:
    return make_talk(salon)


@pytest.fixture
def browser(salon: Project) -> Client:
    return signed_in(make_colleague(salon))


def where(talk: Dialogue, name: str = "talk", **query: Any) -> str:
    address = reverse(f"office:{name}", args=[talk.project.slug, talk.pk])
    return address + "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else address


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def shown(browser: Client, talk: Dialogue) -> str:
    answer = browser.get(where(talk))
    assert answer.status_code == 200
    return text_of(answer)  # type: ignore[arg-type]


def stamp_in(text: str) -> str:
    return text.partition("live/?stamp=")[2].partition('"')[0]


def typed(browser: Client, talk: Dialogue, text: str, *, key: str = "k1", seen: int = 0) -> HttpResponse:
    return browser.post(where(talk, "talk-send"), {"text": text, "key": key, "seen": seen})  # type: ignore[return-value]


def sent(talk: Dialogue) -> list[str]:
    return [message.text for message in talk.messages.filter(author="staff").order_by("pk")]


# What is shown
def test_bubbles_stand_by_day_with_who_said_them_and_when(browser: Client, talk: Dialogue) -> None:
    at = timezone.now().replace(hour=10, minute=0)
    make_said(talk, "Good day", at=at - timedelta(days=1))
    make_said(talk, "Hello, how can I help?", by="bot", at=at)
    make_said(talk, "I am Iryna", by="staff", written_by="Iryna Bondar", at=at + timedelta(minutes=1))
    text = shown(browser, talk)
    assert text.count('class="day"') == 2
    order = ["Good day", "Hello, how can I help?", "I am Iryna"]
    assert sorted(order, key=text.partition('id="bubbles"')[2].index) == order
    assert "<bdi>Assistant</bdi>" in text
    assert "<bdi>Iryna Bondar</bdi>" in text
    assert ">12:00<" in text or ">13:00<" in text  # Kyiv, not UTC


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '" autofocus onfocus="alert(1)',
        "{{ 7 }}{% now %}",
    ],
)
def test_client_text_is_text_wherever_it_stands(browser: Client, salon: Project, evil: str) -> None:
    talk = make_talk(salon, evil)
    make_said(talk, evil, edited_text=evil)
    hand_off(dialogue=talk, reason=evil)
    text = shown(browser, talk)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert '" autofocus onfocus=' not in text


def test_photos_and_recordings_are_shown_with_what_was_heard(
    browser: Client, salon: Project, talk: Dialogue
) -> None:
    photo = make_said(talk, "like this", kind="photo")
    voice = make_said(talk, "book me for three", kind="voice", media={"heard": True})
    rows = [
        Attachment.objects.create(
            project=salon,
            message=message,
            kind=kind,
            state="done",
            mime_type=mime,
            content=content,
            size=len(content),
            heard=heard,
        )
        for message, kind, mime, content, heard in (
            (photo, "picture", "image/png", picture(), ""),
            (voice, "recording", "audio/ogg", VOICE, "book me for three"),
        )
    ]
    text = shown(browser, talk)
    addresses = [reverse("office:talk-media", args=[salon.slug, row.pk]) for row in rows]
    assert f'<img src="{addresses[0]}"' in text
    assert f'<audio controls preload="none" src="{addresses[1]}"' in text
    assert text.count("Heard in the recording") == 1
    assert text.count("book me for three") == 2  # in the bubble and in the list
    assert "style=" not in text
    answer = browser.get(addresses[0])
    assert (answer.status_code, answer.content) == (200, picture())
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert browser.get(addresses[1], headers={"Range": "bytes=0-3"}).status_code == 206
    foreign = signed_in(make_colleague(make_project(sendpulse_bot_id="b")))
    assert foreign.get(addresses[0]).status_code == 404


def test_failed_and_uncertain_messages_are_marked_with_what_to_do(browser: Client, talk: Dialogue) -> None:
    make_said(talk, "one", by="bot", state="failed", note="the client left the bot")
    make_said(talk, "two", by="bot", state="uncertain", note="timeout")
    make_said(talk, "three", by="bot", state="uncertain", is_settled=True)
    make_said(talk, "four", by="bot", state="queued")
    text = shown(browser, talk)
    assert "Not delivered." in text
    assert "The client left the bot." in text
    assert text.count("Nobody knows whether it arrived.") == 2
    assert "It is being looked for in the channel" in text
    assert text.count("Send to the client again") == 2
    assert "On its way" in text


def test_earlier_messages_come_on_demand_and_no_day_is_told_twice(browser: Client, talk: Dialogue) -> None:
    at = timezone.now() - timedelta(days=2)
    for number in range(70):
        make_said(talk, f"word-{number:02d}-", at=at + timedelta(minutes=number))
    text = shown(browser, talk)
    assert "word-69-" in text
    assert "word-39-" not in text
    before = int(text.partition("older/?before=")[2].partition('"')[0])
    part = text_of(browser.get(where(talk, "talk-older", before=before)))  # type: ignore[arg-type]
    assert "word-39-" in part
    assert "word-10-" in part
    assert "word-09-" not in part
    assert 'hx-swap-oob="delete"' in part
    last = int(part.partition("older/?before=")[2].partition('"')[0])
    rest = text_of(browser.get(where(talk, "talk-older", before=last)))  # type: ignore[arg-type]
    assert "word-00-" in rest
    assert "older/?before" not in rest


def test_the_client_stands_beside_the_talk(browser: Client, salon: Project, talk: Dialogue) -> None:
    noon = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=2)
    anna, haircut = make_specialist(salon, "Anna"), make_service(salon, "Haircut")
    make_offering(anna, haircut)
    missed = make_booking(anna, haircut, noon, client=talk.client)
    Booking.objects.filter(pk=missed.pk).update(status="no_show")
    make_booking(anna, haircut, noon + timedelta(hours=2), client=talk.client)
    talk.client.notes, talk.client.phone, talk.client.language = "allergic to ammonia", "+380501234567", "uk"
    talk.client.save()
    text = shown(browser, talk)
    assert "allergic to ammonia" in text
    assert 'href="tel:+380501234567"' in text
    assert "<dd>1</dd>" in text  # a no-show
    assert "Haircut · Anna" in text


def test_a_talk_takes_the_same_queries_whatever_its_length() -> None:
    counts = []
    for length in (2, 60):
        salon = make_project(sendpulse_bot_id=f"bot{length}")
        talk = make_talk(salon)
        for number in range(length):
            make_said(talk, f"word {number}")
            make_said(talk, "answer", by="bot", state="failed")
            open_staff_task(project=salon, dialogue=talk, kind="question", reason="?")
        browser = signed_in(make_colleague(salon))
        shown(browser, talk)
        with CaptureQueriesContext(connection) as asked:
            shown(browser, talk)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


# What is new
def test_one_query_says_that_nothing_is_new(browser: Client, salon: Project, talk: Dialogue) -> None:
    for number in range(50):
        make_said(talk, f"word {number}")
    desk = open_desk(user=make_colleague(salon), slug=salon.slug)
    with CaptureQueriesContext(connection) as asked:
        assert take_pulse(desk=desk, dialogue_id=talk.pk) is not None
    assert len(asked) == 1
    stamp = stamp_in(shown(browser, talk))
    assert browser.get(where(talk, "talk-live", stamp=stamp)).status_code == 204


def test_what_is_new_or_changed_is_sent_and_nothing_else(browser: Client, talk: Dialogue) -> None:
    old = make_said(talk, "old words")
    queued = make_said(talk, "on its way", by="bot", state="queued")
    stamp = stamp_in(shown(browser, talk))
    make_said(talk, "new words")
    Message.objects.filter(pk=queued.pk).update(state="failed")
    text = text_of(browser.get(where(talk, "talk-live", stamp=stamp)))  # type: ignore[arg-type]
    assert 'id="bubbles" hx-swap-oob="beforeend"' in text
    assert "new words" in text
    assert f'id="message-{queued.pk}" class="bubble bot lost" hx-swap-oob="true"' in text
    assert f"message-{old.pk}" not in text
    assert 'class="day"' not in text  # the day goes on
    assert browser.get(where(talk, "talk-live", stamp=stamp_in(text))).status_code == 204


def test_a_change_of_who_leads_or_of_what_is_left_is_news(browser: Client, talk: Dialogue) -> None:
    make_said(talk)
    stamp = stamp_in(shown(browser, talk))
    hand_off(dialogue=talk, reason="asks for a person")
    text = text_of(browser.get(where(talk, "talk-live", stamp=stamp)))  # type: ignore[arg-type]
    assert "Asks for a person" in text
    assert "The assistant is quiet until" in text
    assert 'id="bubbles"' not in text


def test_a_page_that_slept_too_long_is_loaded_anew(browser: Client, talk: Dialogue) -> None:
    make_said(talk)
    stamp = stamp_in(shown(browser, talk))
    for number in range(120):
        make_said(talk, f"word {number}")
    assert browser.get(where(talk, "talk-live", stamp=stamp))["HX-Refresh"] == "true"


@pytest.mark.parametrize("stamp", ["", "x", "1", "..", "9" * 30, "0.zz.q", "-1.aa.b"])
def test_a_stamp_that_is_none_breaks_nothing(browser: Client, talk: Dialogue, stamp: str) -> None:
    make_said(talk)
    assert browser.get(where(talk, "talk-live", stamp=stamp)).status_code == 200


def test_a_talk_in_which_nothing_was_said_is_quiet(browser: Client, talk: Dialogue) -> None:
    assert browser.get(where(talk, "talk-live", stamp=stamp_in(shown(browser, talk)))).status_code == 204


# Who leads
def test_a_person_takes_over_replies_and_gives_back(
    sendpulse: SendPulseStandIn, browser: Client, salon: Project
) -> None:
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (contact,) = sendpulse.contacts.all()
    talk = make_talk(salon, contact_id=contact.id)
    hand_off(dialogue=talk, reason="asks for a person", minutes=1)
    text = text_of(browser.post(where(talk, "talk-lead"), {"to": "person"}))  # type: ignore[arg-type]
    assert "The assistant is quiet until" in text
    answer = typed(browser, talk, "Iryna here, good day")
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "talks-changed"
    deliver()
    assert [message.text for message in contact.messages if message.direction == OUTGOING] == [
        "Iryna here, good day"
    ]
    assert StaffTask.objects.get().state == "done"
    text = text_of(browser.post(where(talk, "talk-lead"), {"to": "bot"}))  # type: ignore[arg-type]
    assert "The assistant answers by itself." in text
    talk.refresh_from_db()
    assert talk.mode == "bot"


def test_a_talk_that_waits_may_be_answered_by_phone(browser: Client, talk: Dialogue) -> None:
    hand_off(dialogue=talk, reason="the client asks for a person", minutes=10)
    StaffTask.objects.update(state=StaffTask.State.DONE)
    make_said(talk, "Do you hear me?")
    Dialogue.objects.filter(pk=talk.pk).update(first_unanswered_at=timezone.now())
    assert count_waiting(salon=talk.project) == 1
    assert "Answered by phone" in shown(browser, talk)
    text = text_of(browser.post(where(talk, "talk-lead"), {"to": "nobody"}))  # type: ignore[arg-type]
    assert "Answered by phone" not in text
    assert count_waiting(salon=talk.project) == 0
    talk.refresh_from_db()
    assert talk.mode == "human"  # the bot stays quiet as long as it was to


def test_why_a_task_was_left_is_told_in_the_readers_language(
    browser: Client, salon: Project, talk: Dialogue
) -> None:
    assert CLIENT_ASKS in _REASONS
    hand_off(dialogue=talk, reason=CLIENT_ASKS)
    make_said(talk)
    browser.post(reverse("office:language"), {"language": "uk", "next": where(talk)})
    html = text_of(browser.get(where(talk)))  # type: ignore[arg-type]
    assert "Клієнт просить людину." in html
    assert "the client asks for a person" not in html


def test_only_two_may_lead(browser: Client, talk: Dialogue) -> None:
    assert browser.post(where(talk, "talk-lead"), {"to": "cat"}).status_code == 404


# What is sent
def test_a_double_tap_sends_once(browser: Client, talk: Dialogue) -> None:
    for _ in range(2):
        assert typed(browser, talk, "Good day", key="one").status_code == 200
    assert sent(talk) == ["Good day"]
    assert typed(browser, talk, "Good day", key="two", seen=10**9).status_code == 200
    assert sent(talk) == ["Good day", "Good day"]


def test_what_a_colleague_said_meanwhile_is_shown_first_and_the_second_press_sends(
    browser: Client, talk: Dialogue
) -> None:
    seen = make_said(talk).pk
    reply_as_staff(dialogue_id=talk.pk, text="I answer her", who="Anna")
    answer = typed(browser, talk, "I answer too", seen=seen)
    text = text_of(answer)
    assert answer.status_code == 409
    assert "Look first" in text
    assert "I answer her" in text
    assert ">I answer too</textarea>" in text
    assert 'name="key" value="k1"' in text
    assert sent(talk) == ["I answer her"]
    again = int(text.partition('name="seen" value="')[2].partition('"')[0])
    assert typed(browser, talk, "I answer too", seen=again).status_code == 200
    assert sent(talk) == ["I answer her", "I answer too"]


def test_new_words_of_the_client_hinder_no_reply(browser: Client, talk: Dialogue) -> None:
    seen = make_said(talk).pk
    make_said(talk, "are you there?")
    assert typed(browser, talk, "Yes", seen=seen).status_code == 200


def test_a_client_who_left_cannot_be_written_to_and_the_text_is_kept(browser: Client, salon: Project) -> None:
    talk = make_talk(salon, channel_closed=True, phone="+380501234567")
    text = shown(browser, talk)
    assert "Nothing reaches this client" in text
    assert "Call +380501234567" in text
    answer = typed(browser, talk, "hello?")
    assert answer.status_code == 422
    assert ">hello?</textarea>" in text_of(answer)
    assert sent(talk) == []


@pytest.mark.parametrize(
    "values",
    [
        {"text": " "},
        {"text": "x" * 20_001},
        {"seen": "x"},
        {"seen": str(2**70)},
        {"key": ""},
        {"key": "k" * 65},
    ],
)
def test_a_reply_that_is_none_is_refused_and_kept(
    browser: Client, talk: Dialogue, values: dict[str, str]
) -> None:
    form = {"text": "hello", "key": "k1", "seen": "0"} | values
    answer = browser.post(where(talk, "talk-send"), form)
    assert answer.status_code == 422
    assert 'class="errorlist"' in text_of(answer)  # type: ignore[arg-type]
    assert sent(talk) == []


def test_a_lost_text_is_sent_again_once(browser: Client, talk: Dialogue) -> None:
    lost = make_said(talk, "see you at five", by="bot", state="failed")
    open_staff_task(project=talk.project, dialogue=talk, kind="undelivered", reason="x", message=lost)
    address = reverse("office:message-again", args=[talk.project.slug, lost.pk])
    for _ in range(2):
        assert "Sent to the client again" in browser.post(address)["HX-Trigger"]
    again = talk.messages.get(state="queued")
    assert (again.text, again.author) == ("see you at five", "bot")
    assert StaffTask.objects.get().state == "done"
    text = shown(browser, talk)
    assert "It was sent again" in text
    assert "Send to the client again" not in text


def test_the_other_lost_text_of_the_talk_still_waits_for_somebody(browser: Client, talk: Dialogue) -> None:
    one, two = (make_said(talk, text, by="bot", state="failed") for text in ("one", "two"))
    for lost in (one, two):
        open_staff_task(project=talk.project, dialogue=talk, kind="undelivered", reason="x", message=lost)
    browser.post(reverse("office:message-again", args=[talk.project.slug, one.pk]))
    assert StaffTask.objects.get(state="open").message == two


def test_a_text_that_is_not_lost_is_not_repeated(browser: Client, talk: Dialogue) -> None:
    fine = make_said(talk, "fine", by="bot")
    answer = browser.post(reverse("office:message-again", args=[talk.project.slug, fine.pk]))
    assert "not lost" in answer["HX-Trigger"]
    assert talk.messages.count() == 1


# Who else is there
def test_two_people_who_write_see_each_other(salon: Project, talk: Dialogue) -> None:
    make_said(talk)
    anna, iryna = signed_in(make_colleague(salon)), signed_in(make_colleague(salon))
    stamp = stamp_in(shown(anna, talk))
    assert iryna.post(where(talk, "talk-writing")).status_code == 204
    text = text_of(anna.get(where(talk, "talk-live", stamp=stamp)))  # type: ignore[arg-type]
    assert "Iryna Bondar is writing" in text
    assert "is writing" not in shown(iryna, talk)
    typed(iryna, talk, "Good day")
    assert "is writing" not in shown(anna, talk)


@pytest.fixture
def _no_redis(settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_client._client.cache_clear()
    yield
    redis_client._client.cache_clear()


@pytest.mark.usefixtures("_no_redis")
def test_a_dead_redis_does_no_harm(browser: Client, talk: Dialogue) -> None:
    make_said(talk)
    stamp = stamp_in(shown(browser, talk))
    assert browser.post(where(talk, "talk-writing")).status_code == 204
    assert browser.get(where(talk, "talk-live", stamp=stamp)).status_code == 204
    assert typed(browser, talk, "Good day").status_code == 200


# Who may
@pytest.mark.parametrize("name", ["talk", "talk-live", "talk-older"])
def test_a_talk_of_another_salon_does_not_exist_and_a_specialist_has_none(talk: Dialogue, name: str) -> None:
    make_said(talk)
    other = make_project(sendpulse_bot_id="b")
    address = reverse(f"office:{name}", args=[other.slug, talk.pk])
    assert signed_in(make_colleague(other)).get(address).status_code == 404
    specialist = signed_in(make_colleague(talk.project, Role.SPECIALIST))
    assert specialist.get(where(talk, name)).status_code == 403
