"""Photos and recordings: fetched from where the channel has them, heard, and never waited for without end."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.sendpulse.events import incoming
from botbackend.workshop.sandbox.sendpulse.media import VOICE, picture
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from botbackend.workshop.sandbox.transcriber import TranscriberStandIn
from botbackend.workshop.sandbox.wire import Reply, Request
from dialogues import lanes, topics
from dialogues.lanes import DraftStale
from dialogues.media import attachments
from dialogues.models import Attachment, ChannelSettings, Dialogue, Message
from dialogues.tests.factories import make_claim, make_project
from dialogues.tests.media import due_at, event_of, faulty, fetch, fetch_whatever_it_takes, sends
from dialogues.tests.steps import only_dialogue, only_message, receive
from projects.models import Project

pytestmark = pytest.mark.django_db

HEARD = "Запишіть мене на завтра о третій"


@pytest.fixture
def salon() -> Project:
    return make_project()


def heard_by(transcriber: TranscriberStandIn) -> list[dict[str, object]]:
    return [record.notes for record in transcriber.requests]


# --- fetched ------------------------------------------------------------------------------------------------


def test_a_photo_is_fetched_with_the_token_of_the_salons_bot(
    salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sends(sendpulse, photo="like this")
    row = fetch()
    assert (row.kind, row.state, row.mime_type, row.note) == ("picture", "done", "image/png", "")
    assert row.content == picture()
    assert (row.size, row.sha256) == (len(picture()), hashlib.sha256(picture()).hexdigest())
    message = only_message()
    assert (message.kind, message.text) == ("photo", "like this")
    assert message.media["attachment"] == row.pk
    token = sendpulse.contacts.bots[ChannelSettings.objects.get().sendpulse_bot_id].token
    asked = [record.path for record in sendpulse.requests][-2:]
    assert asked == [f"/bot{token}/getFile", f"/file/bot{token}/photos/file_1.jpg"]
    assert "authorization" not in sendpulse.requests[-1].headers


def test_its_bytes_lie_encrypted(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="like this")
    fetch()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM dialogues_attachment")
        (stored,) = cursor.fetchone()
    assert stored.startswith("gAAAA")
    assert "PNG" not in stored


def test_a_photo_at_an_address_is_fetched_with_the_accounts_token(
    salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sends(sendpulse, photo="like this", by="address")
    assert fetch().content == picture()
    last = sendpulse.requests[-1]
    assert (last.path, last.status) == ("/api/chatbots-service/telegram/messages/media", 200)
    assert last.headers["authorization"].startswith("***")


def test_an_event_that_comes_twice_is_fetched_once(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="like this")
    fetch()
    asked = len(sendpulse.requests)
    (contact,) = sendpulse.contacts.all()
    receive([incoming(contact, contact.messages[-1])])
    fetch()
    assert len(sendpulse.requests) == asked


def test_what_fails_for_a_moment_is_fetched_later(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="like this")
    with faulty(sendpulse, kind="cut_before", match={"path": "^/file/"}, times=1):
        assert fetch().state == "waiting"
    assert Task.objects.get(topic=topics.ATTACHMENT_EXPECTED).state == "waiting"
    assert fetch_whatever_it_takes().state == "done"


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        ({"kind": "status", "status": 503, "match": {"path": "^/file/"}}, "Telegram: HTTP 503"),
        ({"kind": "cut_before", "match": {"path": "getFile$"}}, "Telegram: ConnectionError"),
        (
            {"kind": "status", "status": 500, "match": {"path": "/chatbots/bots"}},
            "SendPulse: unknown HTTP 500",
        ),
    ],
)
def test_what_fails_for_long_is_given_up_without_a_dead_task(
    salon: Project, sendpulse: SendPulseStandIn, fault: dict[str, object], note: str
) -> None:
    sends(sendpulse, photo="like this")
    with faulty(sendpulse, **fault):
        row = fetch_whatever_it_takes()
    assert (row.state, row.size) == ("failed", 0)
    assert row.note.startswith(note)
    assert not Task.objects.filter(topic=topics.ATTACHMENT_EXPECTED).exclude(state="done").exists()
    tries = [record for record in sendpulse.requests if record.fault]
    assert len(tries) == attachments.ATTEMPTS


def test_a_token_that_telegram_refuses_is_told_nowhere(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="like this")
    with faulty(sendpulse, kind="status", status=401, match={"path": "getFile$"}):
        assert fetch().note == "Telegram: HTTP 401"
    assert only_message().media.get("attachment") is None


def test_an_account_without_the_salons_bot_gives_no_other_bots_token(sendpulse: SendPulseStandIn) -> None:
    make_project(sendpulse_bot_id="another")
    event = event_of(sendpulse, photo="like this")
    event["bot"]["id"] = "another"
    receive([event])
    assert fetch().note == "SendPulse gives no token of the bot"
    assert not any("/bot" in record.path for record in sendpulse.requests if record.path != "/chatbots/bots")


# --- limits -------------------------------------------------------------------------------------------------


def test_what_says_that_it_is_too_large_is_not_asked_for(
    salon: Project, sendpulse: SendPulseStandIn, settings: Settings
) -> None:
    settings.MEDIA_MAX_BYTES = 20_000
    sends(sendpulse, voice=7)  # says 28,411
    row = fetch()
    assert (row.state, row.note) == ("failed", "larger than allowed")
    assert sendpulse.requests == []


@pytest.mark.parametrize("by", ["address", "file id"])
def test_what_turns_out_to_be_too_large_is_not_read_to_its_end(
    salon: Project, sendpulse: SendPulseStandIn, settings: Settings, by: str
) -> None:
    settings.MEDIA_MAX_BYTES = 100_000
    sends(sendpulse, photo="large", by=by, content=picture() + bytes(200_000))
    row = fetch()
    assert (row.state, row.note, row.size) == ("failed", "larger than allowed", 0)


def test_a_slow_answer_is_not_waited_for(
    salon: Project, sendpulse: SendPulseStandIn, settings: Settings
) -> None:
    settings.MEDIA_SECONDS = 1
    sends(sendpulse, photo="like this")
    with faulty(sendpulse, kind="delay", seconds=5, match={"path": "^/file/"}):
        assert fetch().state == "waiting"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("photo", b"<html><script>alert(1)</script></html>"),
        ("photo", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("photo", VOICE),
        ("photo", b""),
        ("voice", picture()),
        ("voice", b'{"ok": true}'),
    ],
)
def test_bytes_are_believed_and_names_are_not(
    salon: Project, sendpulse: SendPulseStandIn, kind: str, content: bytes
) -> None:
    said: dict[str, Any] = {kind: 7, "content": content or b" "}
    sends(sendpulse, **said)
    row = fetch()
    assert (row.state, row.size) == ("failed", 0)
    assert row.note in ("it is no picture", "it is no recording")


def test_a_flood_is_not_fetched(salon: Project, sendpulse: SendPulseStandIn) -> None:
    ChannelSettings.objects.update(client_messages_per_hour=2)
    for _ in range(4):
        sends(sendpulse, photo="again")
    assert (Message.objects.filter(direction="in").count(), Attachment.objects.count()) == (4, 2)


def test_nobody_fills_the_disk(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="one")
    Attachment.objects.update(size=attachments.MOST_BYTES_A_DAY + 1, state="done")
    sends(sendpulse, photo="two")
    last = Attachment.objects.order_by("pk").last()
    assert last is not None
    assert (last.state, last.note) == ("failed", "more than one client may send in a day")
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=2))
    sends(sendpulse, photo="three")
    assert Attachment.objects.filter(state="waiting").count() == 1


def test_stickers_places_and_papers_are_not_fetched(salon: Project, sendpulse: SendPulseStandIn) -> None:
    for said in ({"sticker": "x"}, {"location": True}, {"document": "a.pdf"}):
        sends(sendpulse, **said)
    assert not Attachment.objects.exists()


# --- waited for ---------------------------------------------------------------------------------------------


def test_the_turn_waits_for_a_photo_and_goes_on_when_it_is_there(
    salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sends(sendpulse, photo="like this")
    dialogue, came = only_dialogue(), only_message().created_at
    assert due_at(dialogue) == came + timedelta(seconds=20)
    assert lanes.open_burst(dialogue_id=dialogue.pk) is None
    fetch()
    assert due_at(dialogue) == came + timedelta(seconds=4)
    burst = lanes.open_burst(dialogue_id=dialogue.pk)
    assert burst is not None
    assert burst.messages[0].media["attachment"] == only_message().media["attachment"]


def test_words_beside_a_photo_do_not_end_the_waiting(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="like this")
    until = only_dialogue().awaits_media_until
    sends(sendpulse, text="for tomorrow")
    assert due_at(only_dialogue()) == until
    fetch()
    assert due_at(only_dialogue()) < until


def test_several_photos_are_all_waited_for(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="one")
    sends(sendpulse, photo="two")
    run_due(topics.ATTACHMENT_EXPECTED, until_empty=False)
    assert only_dialogue().awaits_media_until is None
    assert set(Attachment.objects.values_list("state", flat=True)) == {"done"}


def test_one_of_two_photos_is_not_enough(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="one")
    sends(sendpulse, photo="two")
    with faulty(sendpulse, kind="status", status=503, match={"path": "file_2"}):
        run_due(topics.ATTACHMENT_EXPECTED)
    assert only_dialogue().awaits_media_until is not None
    run_due(topics.ATTACHMENT_EXPECTED, ignore_due=True)
    assert only_dialogue().awaits_media_until is None


def test_a_photo_that_does_not_come_is_waited_for_a_while_only(
    salon: Project, sendpulse: SendPulseStandIn, settings: Settings
) -> None:
    settings.MEDIA_WAIT_SECONDS = 0
    sends(sendpulse, photo="like this")
    burst = lanes.open_burst(dialogue_id=only_dialogue().pk)
    assert burst is not None
    assert "attachment" not in burst.messages[0].media


def test_photo_after_photo_cannot_put_the_answer_off_for_ever(
    salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sends(sendpulse, photo="one")
    long_ago = timezone.now() - timedelta(seconds=33)
    Dialogue.objects.update(first_unanswered_at=long_ago)
    sends(sendpulse, photo="two")
    assert only_dialogue().awaits_media_until == long_ago + timedelta(seconds=15 + 20)


def test_a_photo_that_cannot_be_had_ends_the_waiting_at_once(
    salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sends(sendpulse, photo="like this", content=b"<html>")
    fetch()
    assert only_dialogue().awaits_media_until is None
    assert due_at(only_dialogue()) == only_message().created_at + timedelta(seconds=4)


# --- heard --------------------------------------------------------------------------------------------------


def test_what_is_heard_becomes_the_text_of_the_message(
    salon: Project, sendpulse: SendPulseStandIn, transcriber: TranscriberStandIn
) -> None:
    sends(sendpulse, voice=7)
    row = fetch()
    assert (row.kind, row.state, row.heard, row.content) == ("recording", "done", HEARD, VOICE)
    message = only_message()
    assert (message.kind, message.text, message.media["heard"]) == ("voice", HEARD, True)
    assert heard_by(transcriber) == [
        {
            "fields": {"model": "whisper-1", "response_format": "json"},
            "file": "voice.ogg",
            "type": "audio/ogg",
            "bytes": len(VOICE),
        }
    ]
    assert due_at(only_dialogue()) == message.created_at + timedelta(seconds=4)


def test_without_a_transcriber_a_voice_is_kept_and_nobody_waits(
    salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sends(sendpulse, voice=7)
    assert only_dialogue().awaits_media_until is None
    row = fetch()
    assert (row.state, row.heard, row.content) == ("done", "", VOICE)
    assert only_message().text == ""


def test_a_long_recording_is_kept_and_not_heard(
    salon: Project, sendpulse: SendPulseStandIn, transcriber: TranscriberStandIn
) -> None:
    sends(sendpulse, voice=301)
    assert only_dialogue().awaits_media_until is None
    assert (fetch().state, heard_by(transcriber)) == ("done", [])


def test_a_transcriber_that_fails_for_a_moment_is_asked_again_and_the_file_is_not(
    salon: Project, sendpulse: SendPulseStandIn, transcriber: TranscriberStandIn
) -> None:
    sends(sendpulse, voice=7)
    with faulty(transcriber, kind="status", status=503, times=1):
        assert fetch().state == "hearing"
    fetched = len(sendpulse.requests)
    assert fetch_whatever_it_takes().heard == HEARD
    assert (len(sendpulse.requests), len(transcriber.requests)) == (fetched, 2)


@pytest.mark.parametrize(
    ("fault", "note", "tries"),
    [
        ({"kind": "status", "status": 503}, "transcriber: HTTP 503", attachments.ATTEMPTS),
        ({"kind": "cut_after"}, "transcriber: ConnectionError", attachments.ATTEMPTS),
        ({"kind": "status", "status": 401}, "transcriber: HTTP 401", 1),
        ({"kind": "garbage"}, "transcriber: no text in the answer", 1),
        ({"kind": "garbage", "body": '{"text": "  \\u200b "}'}, "nothing was heard in it", 1),
        ({"kind": "garbage", "body": '{"text": ["a"]}'}, "nothing was heard in it", 1),
    ],
)
def test_what_cannot_be_heard_is_kept_with_the_reason(
    salon: Project,
    sendpulse: SendPulseStandIn,
    transcriber: TranscriberStandIn,
    fault: dict[str, object],
    note: str,
    tries: int,
) -> None:
    sends(sendpulse, voice=7)
    with faulty(transcriber, **fault):
        row = fetch_whatever_it_takes()
    assert (row.state, row.heard, row.note, row.content) == ("done", "", note, VOICE)
    assert len(transcriber.requests) == tries
    assert only_message().text == ""
    assert only_dialogue().awaits_media_until is None


def test_words_that_are_heard_after_the_answer_stand_beside(
    salon: Project, sendpulse: SendPulseStandIn, transcriber: TranscriberStandIn
) -> None:
    sends(sendpulse, voice=7)
    Message.objects.update(turn_id=1)
    assert fetch().heard == HEARD
    assert only_message().text == ""


def test_a_draft_that_does_not_know_what_was_heard_meanwhile_is_dropped(
    salon: Project, sendpulse: SendPulseStandIn, transcriber: TranscriberStandIn, settings: Settings
) -> None:
    settings.MEDIA_WAIT_SECONDS = 0
    sends(sendpulse, voice=7)
    burst = lanes.open_burst(dialogue_id=only_dialogue().pk)
    assert burst is not None
    fetch()
    claim = make_claim(str(burst.dialogue.pk))
    with pytest.raises(DraftStale), lanes.commit_point(burst=burst, claim=claim, may_discard=True):
        pytest.fail("the draft was used")


@pytest.mark.django_db(transaction=True)
def test_a_client_who_is_forgotten_meanwhile_is_not_brought_back(
    salon: Project, sendpulse: SendPulseStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(sendpulse, photo="like this")
    give = sendpulse.files.of_telegram

    def forget_first(request: Request) -> Reply | None:
        if request.path.startswith("/file/"):
            Dialogue.objects.all().delete()
            connections.close_all()
        return give(request)

    monkeypatch.setattr(sendpulse.files, "of_telegram", forget_first)
    run_due(topics.ATTACHMENT_EXPECTED)
    assert [record.status for record in sendpulse.requests][-1] == 200
    assert not Attachment.objects.exists()
    assert not Task.objects.filter(topic=topics.ATTACHMENT_EXPECTED).exists()


def test_a_bug_of_ours_leaves_no_client_waiting(salon: Project, sendpulse: SendPulseStandIn) -> None:
    sends(sendpulse, photo="like this")
    row = Attachment.objects.get()
    attachments.give_up(make_claim(str(row.pk)), "a bug")
    row.refresh_from_db()
    assert (row.state, row.note) == ("failed", "a bug")
    assert only_dialogue().awaits_media_until is None
