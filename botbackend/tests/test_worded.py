"""Queries that are worded once give what the ORM gives."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, connections
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from bookings.models import Client
from botbackend.lib.inserts import insert_row
from botbackend.lib.worded import Worded, among, update_row
from dialogues.models import Dialogue, InboundEvent, Message
from dialogues.outbound.texts import text_hash
from projects.models import Project

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def make_dialogue(slug: str = "one") -> Dialogue:
    project = Project.objects.create(slug=slug, name=slug.title())
    client = Client.objects.create(
        project=project, contact_id=f"c-{slug}", name="Ольга", phone="+380501234567"
    )
    return Dialogue.objects.create(project=project, client=client)


def make_message(dialogue: Dialogue, text: str, minute: int = 0) -> Message:
    return Message(
        project_id=dialogue.project_id,
        dialogue=dialogue,
        direction=Message.Direction.IN,
        author=Message.Author.CLIENT,
        text=text,
        text_hash=text_hash(text),
        media={"url": "https://example.org/photo"},
        state=Message.State.RECEIVED,
        channel_date=NOON,
        created_at=NOON + timedelta(minutes=minute),
    )


def values(row: object) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # type: ignore[attr-defined]


BY_ID = Worded(lambda pk: Dialogue.objects.filter(pk=pk).select_related("project", "client"))
RECENT = Worded(
    lambda dialogue, since, until: (
        Message.objects.filter(dialogue_id=dialogue, created_at__gte=since, created_at__lt=until)
        .exclude(state=Message.State.SKIPPED)
        .order_by("-pk")[:2]
    )
)

OF_THESE = Worded(
    lambda dialogue, ids: Message.objects.filter(among("pk", ids), dialogue_id=dialogue).order_by("pk")
)


def test_it_finds_the_rows_of_a_given_list() -> None:
    dialogue = make_dialogue()
    rows = [make_message(dialogue, f"text {minute}", minute) for minute in range(3)]
    for row in rows:
        row.save()
    stranger = make_message(make_dialogue("two"), "other")
    stranger.save()
    assert OF_THESE.all(dialogue.pk, [rows[2].pk, rows[0].pk, stranger.pk]) == [rows[0], rows[2]]
    assert OF_THESE.all(dialogue.pk, [2**40, rows[1].pk]) == [rows[1]]
    assert OF_THESE.all(dialogue.pk, []) == []


def test_it_finds_the_row_with_its_relations_and_decrypts_it() -> None:
    one, other = make_dialogue(), make_dialogue("other")
    for wanted in (one, other, one):
        found = BY_ID.first(wanted.pk)
        assert found == wanted
        with CaptureQueriesContext(connection) as queries:
            assert (found.project.slug, found.client.name) == (wanted.project.slug, "Ольга")
        assert len(queries) == 0
        assert values(found) == values(Dialogue.objects.get(pk=wanted.pk))
        assert values(found.client) == values(wanted.client)
    assert BY_ID.first(other.pk + 1000) is None


def test_it_keeps_filters_order_and_limit() -> None:
    dialogue = make_dialogue()
    for minute in range(5):
        insert_row(make_message(dialogue, f"text {minute}", minute))
    Message.objects.filter(text_hash=text_hash("text 2")).update(state=Message.State.SKIPPED)
    found = RECENT.all(dialogue.pk, NOON, NOON + timedelta(minutes=4))
    assert [message.text for message in found] == ["text 3", "text 1"]
    assert found[0].media == {"url": "https://example.org/photo"}
    assert RECENT.all(dialogue.pk, NOON + timedelta(hours=1), NOON + timedelta(hours=2)) == []


def test_what_it_found_can_be_saved_as_any_row() -> None:
    dialogue = make_dialogue()
    found = BY_ID.first(dialogue.pk)
    assert found is not None
    found.handoff_reason = "wants a person"
    found.save()
    assert Dialogue.objects.get().handoff_reason == "wants a person"


def test_a_query_with_annotations_is_refused() -> None:
    counted = Worded(lambda pk: Dialogue.objects.filter(pk=pk).annotate(messages_found=Count("messages")))
    with pytest.raises(TypeError, match="whole rows"):
        counted.first(1)


def test_a_new_row_is_stored_like_save_does_it() -> None:
    dialogue = make_dialogue()
    message = make_message(dialogue, "привіт")
    insert_row(message)
    stored = Message.objects.get()
    assert values(stored) == values(message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM dialogues_message")
        assert "привіт" not in cursor.fetchone()[0]  # encrypted


def test_only_the_named_fields_are_changed() -> None:
    dialogue = make_dialogue()
    message = make_message(dialogue, "before")
    insert_row(message)
    message.text, message.note, message.state = "after", "why", Message.State.SKIPPED
    update_row(message, "note", "state")
    stored = Message.objects.get()
    assert (stored.text, stored.note, stored.state) == ("before", "why", Message.State.SKIPPED)


def test_an_unknown_field_is_an_error_before_anything_is_written() -> None:
    dialogue = make_dialogue()
    with pytest.raises(FieldDoesNotExist, match="Dialogue"):
        update_row(dialogue, "mode", "no_such_field")


@pytest.mark.django_db(transaction=True)
def test_it_may_be_used_by_many_threads_at_once() -> None:
    dialogues = [make_dialogue(f"salon-{number}") for number in range(4)]
    fresh = Worded(lambda pk: Dialogue.objects.filter(pk=pk).select_related("project", "client"))
    found: dict[int, set[str]] = {dialogue.pk: set() for dialogue in dialogues}

    def look(pk: int) -> None:
        for _ in range(20):
            row = fresh.first(pk)
            assert row is not None
            found[pk].add(row.project.slug)
        connections.close_all()

    threads = [threading.Thread(target=look, args=[dialogue.pk]) for dialogue in dialogues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {dialogue.pk: {dialogue.project.slug} for dialogue in dialogues}


def test_an_event_comes_back_with_its_payload_as_it_was() -> None:
    project = Project.objects.create(slug="one", name="One")
    event = InboundEvent(
        project=project, dedupe_key="k", bot_id="b", contact_id="c", title="t", payload={"a": [1, "ї"]}
    )
    insert_row(event)
    known = Worded(lambda pk: InboundEvent.objects.filter(pk=pk).select_related("project"))
    found = known.first(event.pk)
    assert found is not None
    assert found.payload == {"a": [1, "ї"]}
