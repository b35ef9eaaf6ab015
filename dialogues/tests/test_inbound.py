"""Every kind of event the channel can send, and what follows from it."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from botbackend.outbox import registry
from botbackend.outbox.models import Task
from dialogues import lanes
from dialogues.models import ChannelSettings, Dialogue, InboundEvent, Message
from dialogues.tests.factories import CONTACT_ID, make_claim, make_dialogue, make_event, make_project
from dialogues.tests.steps import fixture, only_dialogue, only_message, receive
from projects.models import Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def project() -> Project:
    """The salon that all events are for."""
    return make_project()


@pytest.fixture(autouse=True)
def _turns() -> Any:
    """Somebody who answers, so that due lanes become rows."""
    if not registry.subscribers("dialogue.due"):
        registry.subscribe("dialogue.due", lambda claim: None, name="test.turns", queue="turns")
        yield
        registry._subscriptions.pop("test.turns")
    else:
        yield


def lane_task() -> Task:
    return Task.objects.get(topic="dialogue.due")


def incoming(message: dict[str, Any], **values: Any) -> dict[str, Any]:
    """An incoming event whose Telegram message is given."""
    event = make_event(**values)
    event["info"]["message"]["channel_data"]["message"] = message
    event["contact"]["last_message"] = None
    return event


def test_a_text_makes_client_dialogue_message_and_a_due_lane() -> None:
    receive(fixture("text_and_open_chat"))
    message, dialogue = only_message(), only_dialogue()
    assert (message.kind, message.text, message.state) == ("text", "Haircut tomorrow at 15?", "received")
    assert message.channel_date == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert (dialogue.client.name, dialogue.client.contact_id) == ("Olena Koval", CONTACT_ID)
    assert dialogue.telegram_id == "380485157"
    assert lane_task().due_at == message.created_at + timedelta(seconds=4)
    assert set(InboundEvent.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize(
    ("name", "kind", "text", "media"),
    [
        ("start", "start", "/start", {"payload": ""}),
        ("photo", "photo", "I want this colour", {"file_id": "AgACAgIAAx0L"}),
        ("voice", "voice", "", {"file_id": "AwACAgIAAx0V", "duration": 7}),
        ("shared_contact", "contact", "", {"phone_number": "380671112233"}),
        ("button", "button", "Confirm", None),
    ],
)
def test_captured_shapes_become_messages(
    name: str, kind: str, text: str, media: dict[str, Any] | None
) -> None:
    receive(fixture(name))
    message = only_message()
    assert (message.kind, message.text) == (kind, text)
    assert (media or {}).items() <= (message.media or {}).items()


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"text": "/start spring-sale"}, "start", "/start"),
        ({"video": {"file_id": "v", "duration": 3}, "caption": "look"}, "video", "look"),
        ({"audio": {"file_id": "a"}}, "audio", ""),
        ({"document": {"file_id": "d", "file_name": "x.pdf"}}, "document", ""),
        ({"sticker": {"file_id": "s", "emoji": "👍"}}, "sticker", ""),
        ({"location": {"latitude": 50.45, "longitude": 30.52}}, "location", ""),
        ({"photo": "https://cdn.example/x.jpg"}, "photo", ""),
        ({"text": {"body": "of another channel"}}, "text", "of another channel"),
        ({"callback_query": {"id": "1", "data": "slot 15:00"}}, "button", "slot 15:00"),
        ({"callback_query": {"id": "1", "data": '{"to_chain_id":"x"}'}}, "button", ""),
        ({"dice": {"value": 3}}, "unknown", ""),
    ],
)
def test_other_kinds_become_messages_too(message: dict[str, Any], kind: str, text: str) -> None:
    receive([incoming(message)])
    assert (only_message().kind, only_message().text) == (kind, text)


def test_start_keeps_its_payload() -> None:
    receive([incoming({"text": "/start spring-sale"})])
    assert only_message().media == {"payload": "spring-sale"}


UNREADABLE: list[dict[str, Any]] = [
    {"dice": {"value": 3, "emoji": "🎲"}},
    {"poll": {"question": "так?", "options": [{"text": "так"}]}},
    {"story": {"chat": {"id": 1}, "id": 2}},
    {"game": {"title": "chess"}},
    {"gift": {"gift": {"id": "1"}}},
    {"checklist": {"title": "tomorrow", "tasks": []}},
    {"voice": None},
    {"photo": []},
    {"text": "  \u00a0 "},
    {"text": "\u200b"},
    {"text": "\u2800\u3164"},
    {"text": "\ufe0f"},
    {"text": "\ufffc"},
    {"text": "\u00ad\n\u2060"},
    {"text": None},
    {"new_chat_photo_of_a_later_api": {"a": 1}},
    {},
]


@pytest.mark.parametrize("message", UNREADABLE)
def test_a_message_nobody_can_read_is_not_taken_for_what_was_said_before(message: dict[str, Any]) -> None:
    event = incoming(message)
    event["contact"]["last_message"] = "так"
    event["contact"]["last_message_data"] = {"message_id": 7, "message": {"text": "так"}}
    receive([event])
    assert (only_message().kind, only_message().text) == ("unknown", "")
    assert lane_task() is not None


@pytest.mark.parametrize("info", [None, {}, [], {"message": None}, {"message": {"channel_data": {}}}])
def test_an_event_without_a_message_is_not_taken_for_what_was_said_before(info: Any) -> None:
    receive([make_event(text="так", info=info)])
    assert (only_message().kind, only_message().text) == ("unknown", "")


def test_staff_see_what_the_parts_of_an_unreadable_message_are_called() -> None:
    receive([incoming({"poll": {"question": "?"}})])
    assert only_message().media == {"parts": ["poll"]}


@pytest.mark.parametrize("date", ["2099-01-01T00:00:00Z", 4_000_000_000, 4_000_000_000_000])
def test_a_clock_that_is_ahead_puts_no_message_behind_those_that_follow(date: Any) -> None:
    receive([make_event(text="first", date=date)])
    time_after = timezone.now() + timedelta(minutes=5)
    assert only_message().channel_date < time_after
    receive([make_event("bot_blocked", date=int(time_after.timestamp()) + 60, info=None)])
    assert only_dialogue().channel_closed


def test_ids_may_be_numbers_and_dates_milliseconds() -> None:
    event = make_event(contact_id=4711, date=1617401679000, text="Hello")
    receive([event])
    message = only_message()
    assert (message.text, only_dialogue().client.contact_id) == ("Hello", "4711")
    assert message.channel_date == datetime(2021, 4, 2, 22, 14, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("0671112233", "+380671112233"),
        ("8 067 111 22 33", "+380671112233"),
        ("48600100200", "+48600100200"),
        ("89161234567", ""),
        ("1234567", ""),
        ("\u202d+380671112233\u202c", "+380671112233"),
        ("+380‑67‑111‑22‑33", "+380671112233"),
        ("067–111–22–33\u200b", "+380671112233"),
        ("０６７１１１２２３３", "+380671112233"),
        ("٠٦٧١١١٢٢٣٣", "+380671112233"),
        ("tel:+380671112233", "+380671112233"),
        ("067․111․22․33", "+380671112233"),
        (380671112233.0, "+380671112233"),
        (True, ""),
        ("-", ""),
        ("{{phone}}", ""),
    ],
)
def test_a_phone_is_one_of_the_salons_country_or_none(sent: object, stored: str) -> None:
    event = make_event()
    event["contact"]["phone"] = sent
    receive([event])
    assert only_dialogue().client.phone == stored


def test_what_is_no_phone_leaves_the_next_place_to_look_at() -> None:
    event = make_event()
    event["contact"].update(phone="none", variables={"phone": "tel:067 111 22 33"})
    receive([event])
    assert only_dialogue().client.phone == "+380671112233"


def test_the_phone_is_taken_from_the_variables_or_the_own_card_but_not_from_somebody_elses() -> None:
    receive(fixture("photo"))
    assert only_dialogue().client.phone == "+380671112233"
    card = {"contact": {"phone_number": "+380 50 000 00 00", "user_id": 1}}
    receive([incoming(card, contact_id="second")])
    assert Dialogue.objects.get(client__contact_id="second").client.phone == ""
    card["contact"]["user_id"] = 380485157
    receive([incoming(card, contact_id="third")])
    assert Dialogue.objects.get(client__contact_id="third").client.phone == "+380500000000"


def test_what_staff_corrected_about_a_client_stays() -> None:
    dialogue = make_dialogue(project=Project.objects.get())
    dialogue.client.name = "Olena the tall"
    dialogue.client.save()
    receive([make_event()])
    assert only_dialogue().client.name == "Olena the tall"


@pytest.mark.parametrize(
    "title", ["open_chat", "run_custom_flow", "link_click", "booking_confirm", "opened_live_chat"]
)
def test_events_that_say_nothing_make_no_message(title: str) -> None:
    receive([make_event(title, info=None)])
    assert not Message.objects.exists()
    assert InboundEvent.objects.get().state == "done"


def test_an_event_without_a_contact_is_ignored_with_a_reason() -> None:
    receive([make_event(contact=None), make_event(contact=[])])
    assert set(InboundEvent.objects.values_list("state", "note")) == {("ignored", "no contact")}


def test_the_first_words_of_a_new_subscriber_are_taken_once_whichever_event_comes_first() -> None:
    subscriber, start = fixture("new_subscriber"), fixture("start")
    receive(subscriber, start)
    assert (only_message().kind, only_message().external_id) == ("start", "6a496b4f67a824bf17040c01")
    Message.objects.all().delete()
    InboundEvent.objects.all().delete()
    receive(start, subscriber)
    assert only_message().kind == "start"


def test_the_first_words_are_not_lost_when_only_the_subscription_is_reported() -> None:
    receive([make_event("new_subscriber", info=None, text="Do you have time today?")])
    assert only_message().text == "Do you have time today?"
    assert lane_task()


def test_an_old_last_message_of_a_known_client_is_not_taken_as_new() -> None:
    receive([make_event(text="first")], [make_event("new_subscriber", info=None, text="an old one")])
    assert only_message().text == "first"


def test_two_equal_messages_are_two_messages() -> None:
    receive([make_event(text="yes"), make_event(text="yes")])
    assert Message.objects.count() == 2


@pytest.mark.parametrize("title", ["bot_block", "unsubscribe", "bot_unsubscribe", "bot_blocked"])
def test_a_client_who_leaves_is_not_answered_until_they_write_again(title: str) -> None:
    receive([make_event(text="hello")])
    Message.objects.update(channel_date=timezone.now() - timedelta(seconds=5))
    receive([make_event(title, info=None)])
    dialogue = only_dialogue()
    assert dialogue.channel_closed
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    assert (only_message().state, only_message().note) == ("skipped", "the client left the bot")
    receive([make_event(text="I am back", date=int(timezone.now().timestamp()) + 1)])
    assert not only_dialogue().channel_closed
    assert lanes.open_burst(dialogue_id=dialogue.pk) is not None


def test_a_late_report_of_a_block_does_not_silence_a_client_who_wrote_since() -> None:
    now = int(timezone.now().timestamp())
    receive([make_event(text="hello", date=now)], [make_event("bot_block", info=None, date=now - 60)])
    assert not only_dialogue().channel_closed


def test_messages_of_a_blocked_client_are_stored_and_skipped_with_a_reason() -> None:
    dialogue = make_dialogue(project=Project.objects.get())
    dialogue.client.is_blocked = True
    dialogue.client.save()
    receive([make_event()])
    assert (only_message().state, only_message().note) == ("skipped", "the client is blocked")
    assert not Task.objects.filter(topic="dialogue.due").exists()


@pytest.mark.parametrize(("second", "due"), [(0, 4), (3, 7), (9, 13), (11, 15), (14, 15), (20, 15)])
def test_the_lane_waits_for_silence_but_not_longer_than_the_maximum(second: int, due: int) -> None:
    first = timezone.now()
    dialogue = make_dialogue(project=Project.objects.get(), first_unanswered_at=first)
    at = lanes.due_time(dialogue=dialogue, received_at=first + timedelta(seconds=second))
    assert at == first + timedelta(seconds=due)


def test_every_message_of_a_burst_pushes_the_lane() -> None:
    receive([make_event()])
    before = lane_task().due_at
    receive([make_event()])
    assert lane_task().due_at > before
    assert only_dialogue().first_unanswered_at == Message.objects.earliest("pk").created_at


def test_the_lane_waits_only_a_second_while_a_proposal_is_open() -> None:
    make_dialogue(project=Project.objects.get(), awaits_answer_until=timezone.now() + timedelta(minutes=5))
    receive([make_event(text="yes")])
    assert lane_task().due_at == only_message().created_at + timedelta(seconds=1)


def test_a_lane_in_a_persons_hands_is_due_when_their_time_is_over() -> None:
    until = timezone.now() + timedelta(minutes=30)
    make_dialogue(project=Project.objects.get(), mode="human", human_until=until)
    receive([make_event()])
    assert lane_task().due_at == until


def test_an_event_that_a_bug_broke_is_failed_and_replayed_after_the_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as bug:
        bug.setattr("dialogues.inbound.events.parse", lambda event: event["no such key"])
        receive([make_event(number=1, text="kept")])
    row = InboundEvent.objects.get()
    assert row.state == "failed"
    assert row.note.startswith("KeyError")
    assert "kept" not in row.note
    out = StringIO()
    call_command("replay_events", "--failed", "--dry-run", stdout=out)
    assert "1 events would be replayed" in out.getvalue()
    assert not Message.objects.exists()
    call_command("replay_events", "--failed", stdout=out)
    assert "1 events replayed: 1 done" in out.getvalue()
    assert only_message().text == "kept"


def test_replaying_everything_repeats_nothing() -> None:
    receive(
        fixture("text_and_open_chat"), fixture("new_subscriber"), fixture("start"), fixture("operator_reply")
    )
    receive([make_event(info=None, date=5, text="bare")])
    before = list(Message.objects.order_by("pk").values("pk", "state", "external_id", "turn_id"))
    call_command("replay_events", stdout=StringIO())
    call_command(
        "replay_events", "--project", Project.objects.get().slug, "--since", "2020-01-01", stdout=StringIO()
    )
    assert list(Message.objects.order_by("pk").values("pk", "state", "external_id", "turn_id")) == before


def test_too_many_messages_are_stored_answered_later_and_the_client_is_told_once() -> None:
    ChannelSettings.objects.update(client_messages_per_hour=3)
    receive([make_event(text=f"message {number}") for number in range(6)])
    dialogue = only_dialogue()
    assert Message.objects.filter(direction="in", state="received").count() == 6
    assert Message.objects.filter(direction="out", kind="notice").count() == 1
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    assert dialogue.held_until is not None
    assert lane_task().due_at == dialogue.held_until
    with time_machine.travel(dialogue.held_until + timedelta(seconds=1)):
        burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    assert len(burst.messages) == 6


def test_the_ceiling_of_the_project_counts_all_its_clients() -> None:
    ChannelSettings.objects.update(project_messages_per_hour=2)
    receive([make_event(contact_id=f"contact-{number}") for number in range(3)])
    held = Dialogue.objects.filter(held_until__isnull=False)
    assert held.count() == 1
    assert Message.objects.filter(direction="in").count() == 3


# --- edits ----------------------------------------------------------------------------------------------


def edited(number: int, text: str, *, seconds: int = 5, **values: Any) -> dict[str, Any]:
    """The event of a message whose text was changed."""
    event = make_event(text=text, number=number, **values)
    message = event["info"]["message"]["channel_data"]["message"]
    message["edit_date"] = event["date"] + seconds
    return event


def test_an_edit_within_the_burst_is_what_was_said() -> None:
    receive([make_event(text="tomorrow at 10", number=41)], [edited(41, "tomorrow at 11")])
    assert only_message().text == "tomorrow at 11"
    burst = lanes.open_burst(dialogue_id=only_dialogue().pk)
    assert burst is not None
    assert [message.text for message in burst.messages] == ["tomorrow at 11"]


def test_an_older_edit_that_comes_late_changes_nothing() -> None:
    receive(
        [make_event(text="at 10", number=41)],
        [edited(41, "at 12", seconds=9)],
        [edited(41, "at 11", seconds=5)],
    )
    assert only_message().text == "at 12"


def test_of_two_edits_of_one_second_the_later_one_counts_and_a_repeat_of_the_first_does_not() -> None:
    first, second = edited(41, "at 11"), edited(41, "at 12")
    receive([make_event(text="at 10", number=41)], [first], [second], [first])
    assert only_message().text == "at 12"


def test_two_edits_of_one_second_in_one_body_and_after_the_answer_end_with_the_later_one() -> None:
    receive([make_event(text="at 10", number=41)])
    Message.objects.update(turn_id=7)
    receive([edited(41, "at 11"), edited(41, "at 12")])
    assert (only_message().text, only_message().edited_text) == ("at 10", "at 12")


def test_an_edit_while_the_bot_thinks_drops_its_draft() -> None:
    receive([make_event(text="at 10", number=41)])
    burst = lanes.open_burst(dialogue_id=only_dialogue().pk)
    assert burst is not None
    receive([edited(41, "at 11")])
    claim = make_claim(str(burst.dialogue.pk))
    with pytest.raises(lanes.DraftStale), lanes.commit_point(burst=burst, claim=claim, may_discard=True):
        pass


def test_an_edit_after_the_answer_is_kept_for_staff_beside_what_was_answered() -> None:
    receive([make_event(text="at 10", number=41)])
    Message.objects.update(turn_id=7)
    receive([edited(41, "at 11")])
    message = only_message()
    assert (message.text, message.edited_text) == ("at 10", "at 11")
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    page = browser.get(f"/admin/dialogues/dialogue/{message.dialogue_id}/change/")
    assert "at 10 [edited later: at 11]" in page.content.decode()


def test_an_edit_of_a_message_that_never_came_is_a_message() -> None:
    receive([edited(41, "at 11")])
    assert only_message().text == "at 11"


def test_an_edit_that_changes_no_word_is_no_news() -> None:
    receive([make_event(text="at 10", number=41)], [edited(41, "at 10")])
    assert (only_message().text, only_message().edited_at) == ("at 10", None)


@pytest.mark.parametrize("content", [{"poll": {}}, {"text": None}, {"text": "\u200b "}, {"dice": {}}, {}])
def test_an_edit_that_nobody_can_read_takes_no_words_back(content: dict[str, Any]) -> None:
    edit = edited(41, "")
    date = edit["info"]["message"]["channel_data"]["message"]["edit_date"]
    edit["info"]["message"]["channel_data"]["message"] = {**content, "edit_date": date}
    receive([make_event(text="at 10", number=41)], [edit])
    assert (only_message().text, only_message().edited_at) == ("at 10", None)


@pytest.mark.parametrize("first", [{"poll": {}}, {"text": "/start ad"}, {"voice": {"file_id": "x"}}])
def test_an_edit_says_what_kind_of_message_it_is(first: dict[str, Any]) -> None:
    event = make_event(number=41)
    event["info"]["message"]["channel_data"]["message"] = first
    receive([event], [edited(41, "at 11")])
    message = only_message()
    assert (message.kind, message.text, message.media) == ("text", "at 11", None)


@pytest.mark.parametrize("numbers", [(9, 10), (99, 100), (2121, 2122)])
def test_messages_of_one_second_stand_in_the_order_of_their_numbers(numbers: tuple[int, int]) -> None:
    now = int(timezone.now().timestamp())
    first, second = (make_event(text=f"no {number}", number=number, date=now) for number in numbers)
    receive([second], [first])
    burst = lanes.open_burst(dialogue_id=only_dialogue().pk)
    assert burst is not None
    assert [message.text for message in burst.messages] == [f"no {number}" for number in numbers]
