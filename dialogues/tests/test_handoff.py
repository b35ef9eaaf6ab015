"""A person takes over, in SendPulse or in the admin, and gives back: the bot is quiet exactly meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING, Contact
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import housekeeping, lanes, topics
from dialogues.models import Dialogue, Message
from dialogues.selectors import history
from dialogues.staff import handoff
from dialogues.tests.factories import make_claim, make_dialogue, make_event, make_incoming, make_project
from dialogues.tests.steps import deliver, fixture, only_dialogue, receive
from projects.access import grant_membership
from projects.models import Membership
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(sendpulse: SendPulseStandIn) -> Contact:
    """A client whom the stand-in knows."""
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (found,) = sendpulse.contacts.all()
    return found


@pytest.fixture
def dialogue(contact: Contact) -> Dialogue:
    return make_dialogue(contact_id=contact.id)


def seen(contact: Contact) -> list[str]:
    return [message.text for message in contact.messages if message.direction == OUTGOING]


def mirror_pause() -> None:
    Task.objects.filter(topic=topics.PAUSE_CHANGED).update(due_at=timezone.now())
    run_due(topics.PAUSE_CHANGED, until_empty=False)


def minutes_paused(sendpulse: SendPulseStandIn) -> list[int]:
    return [record.body["minutes"] for record in sendpulse.log.find(path="setPauseAutomation")]


def browser_of(dialogue: Dialogue, *, role: Membership.Role = Membership.Role.STAFF) -> Client:
    """The admin as a colleague of this salon sees it."""
    browser = Client()
    user = make_staff(first_name="Anna", last_name="Kovalenko")
    grant_membership(project=dialogue.project, user=user, role=role)
    browser.force_login(user)
    return browser


def type_reply(browser: Client, dialogue: Dialogue, text: str) -> HttpResponse:
    url = reverse("admin:dialogues_dialogue_change", args=[dialogue.pk])
    return browser.post(url, {"reply": text})  # type: ignore[return-value]  # the stub leaves it open


def choose(browser: Client, dialogue: Dialogue, action: str) -> None:
    url = reverse("admin:dialogues_dialogue_changelist")
    answer = browser.post(url, {"action": action, "_selected_action": [dialogue.pk]})
    assert answer.status_code == 302


def test_a_message_of_an_operator_silences_the_bot_and_enters_the_history() -> None:
    make_project()
    receive(fixture("text_and_open_chat"), fixture("operator_reply"))
    dialogue = only_dialogue()
    assert dialogue.is_silenced(timezone.now() + timedelta(minutes=119))
    assert not dialogue.is_silenced(timezone.now() + timedelta(minutes=121))
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    assert [(line.author, line.text) for line in history(dialogue=dialogue)] == [
        ("client", "Haircut tomorrow at 15?"),
        ("staff", "Yes, 15:00 is free"),
    ]
    assert Message.objects.get(direction="in").note == "answered by a person"


@pytest.mark.parametrize(
    "message", [{"poll": {"question": "?"}}, {"invoice": {"title": "x"}}, {"text": ""}, {}]
)
@pytest.mark.parametrize("sent_by", [{"firstname": "Anna"}, {"id": 7}, "anna@example.com", 7])
def test_whatever_a_person_sends_silences_the_bot(message: dict[str, object], sent_by: object) -> None:
    make_project()
    event = make_event("outgoing_message", sent_by=sent_by)
    event["info"]["message"]["channel_data"]["message"] = message
    receive(fixture("text_and_open_chat"), [event])
    assert only_dialogue().is_silenced(timezone.now())
    assert Message.objects.get(direction="out").author == Message.Author.STAFF


@pytest.mark.parametrize("sent_by", [None, [], {}, "", False])
def test_an_empty_message_of_a_program_silences_nobody(sent_by: object) -> None:
    make_project()
    event = make_event("outgoing_message", sent_by=sent_by)
    event["info"]["message"]["channel_data"]["message"] = {}
    receive(fixture("text_and_open_chat"), [event])
    assert not only_dialogue().is_silenced(timezone.now())


def test_what_the_client_writes_to_a_person_waits_and_is_answered_by_the_bot_when_the_time_is_over() -> None:
    dialogue = make_dialogue()
    handoff.hand_off(dialogue=dialogue, reason="asked for a person", minutes=30)
    receive([make_event(text="are you there?")])
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        housekeeping.sweep(make_claim("sweep"))
        dialogue.refresh_from_db()
        assert (dialogue.mode, dialogue.human_until) == ("bot", None)
        burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    assert [message.text for message in burst.messages] == ["are you there?"]


def test_a_second_message_of_a_person_lengthens_the_pause_and_never_shortens_it() -> None:
    dialogue = make_dialogue()
    handoff.hand_off(dialogue=dialogue, reason="long talk", minutes=600)
    long_until = Dialogue.objects.get().human_until
    handoff.reply_as_staff(dialogue_id=dialogue.pk, text="Anna here", who="Anna")
    assert Dialogue.objects.get().human_until == long_until


def test_a_reply_typed_in_the_admin_reaches_the_client_and_silences_the_bot(
    contact: Contact, dialogue: Dialogue
) -> None:
    make_incoming(dialogue, "Is anybody there?")
    assert type_reply(browser_of(dialogue), dialogue, "  Anna here, good day  ").status_code == 302
    deliver()
    assert seen(contact) == ["Anna here, good day"]
    dialogue.refresh_from_db()
    assert dialogue.is_silenced(timezone.now())
    assert dialogue.handoff_reason == "Anna Kovalenko wrote"
    assert Message.objects.get(direction="out").author == "staff"
    assert Message.objects.get(direction="in").state == "skipped"


def test_the_page_shows_the_end_of_a_talk_of_any_length(dialogue: Dialogue) -> None:
    for number in range(120):
        make_incoming(dialogue, f"<b>line {number}</b>")
    url = reverse("admin:dialogues_dialogue_change", args=[dialogue.pk])
    page = browser_of(dialogue).get(url).content.decode()
    shown = [number for number in range(120) if f"&lt;b&gt;line {number}&lt;/b&gt;" in page]
    assert shown == list(range(20, 120))


def test_the_echo_of_a_reply_typed_in_the_admin_is_the_same_message(
    contact: Contact, dialogue: Dialogue
) -> None:
    type_reply(browser_of(dialogue), dialogue, "Anna here")
    deliver()
    receive([make_event("outgoing_message", text="Anna here", contact_id=contact.id)])
    assert Message.objects.filter(direction="out").count() == 1


def test_saving_the_page_without_a_reply_changes_nothing(dialogue: Dialogue) -> None:
    assert type_reply(browser_of(dialogue), dialogue, "  ").status_code == 302
    dialogue.refresh_from_db()
    assert (dialogue.mode, Message.objects.count()) == ("bot", 0)


def test_a_reply_to_a_client_who_left_is_refused_in_words(dialogue: Dialogue) -> None:
    Dialogue.objects.update(channel_closed=True)
    answer = type_reply(browser_of(dialogue), dialogue, "Anna here")
    assert answer.status_code == 200
    assert b"blocked the bot or unsubscribed" in answer.content
    assert not Message.objects.exists()


def test_nobody_replies_to_the_clients_of_another_salon(dialogue: Dialogue) -> None:
    stranger = browser_of(make_dialogue(project=make_project(sendpulse_bot_id="other")))
    assert type_reply(stranger, dialogue, "Hello from elsewhere").status_code == 302
    assert not Message.objects.exists()
    assert Dialogue.objects.get(pk=dialogue.pk).mode == "bot"


def test_staff_take_a_dialogue_over_and_give_it_back(dialogue: Dialogue) -> None:
    make_incoming(dialogue, "still unanswered")
    browser = browser_of(dialogue)
    choose(browser, dialogue, "take_over")
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    assert Dialogue.objects.get().handoff_reason == "Anna Kovalenko took over"
    choose(browser, dialogue, "give_back_to_the_bot")
    burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    assert [message.text for message in burst.messages] == ["still unanswered"]


def test_a_pause_is_mirrored_and_ended_with_the_persons_time(
    sendpulse: SendPulseStandIn, contact: Contact, dialogue: Dialogue
) -> None:
    handoff.hand_off(dialogue=dialogue, reason="asked", minutes=30)
    mirror_pause()
    assert minutes_paused(sendpulse) == [30]
    assert contact.paused_until > sendpulse.now() + 29 * 60
    handoff.resume(dialogue=dialogue)
    mirror_pause()
    assert contact.paused_until == 0
    assert len(sendpulse.log.find(path="deletePauseAutomation")) == 1


def test_a_pause_longer_than_sendpulse_takes_is_renewed_before_it_ends(
    sendpulse: SendPulseStandIn, contact: Contact, dialogue: Dialogue
) -> None:
    handoff.hand_off(dialogue=dialogue, reason="asked", minutes=300)
    mirror_pause()
    renewal = Task.objects.get(topic=topics.PAUSE_CHANGED)
    assert timedelta(minutes=110) < renewal.due_at - timezone.now() < timedelta(minutes=120)
    with time_machine.travel(timezone.now() + timedelta(minutes=115), tick=True):
        mirror_pause()
    with time_machine.travel(timezone.now() + timedelta(minutes=230), tick=True):
        mirror_pause()
    assert minutes_paused(sendpulse) == [120, 120, 70]
    assert not Task.objects.filter(topic=topics.PAUSE_CHANGED).exists()


def test_a_pause_that_sendpulse_did_not_take_is_tried_again(
    sendpulse: SendPulseStandIn, contact: Contact, dialogue: Dialogue
) -> None:
    sendpulse.faults.set([{"kind": "status", "status": 500, "match": {"path": "Pause"}, "times": 1}])
    handoff.hand_off(dialogue=dialogue, reason="asked", minutes=30)
    mirror_pause()
    assert contact.paused_until == 0
    mirror_pause()
    assert contact.paused_until > 0
