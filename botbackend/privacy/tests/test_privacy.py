"""What is stored about a person can be given out, forgotten, and kept under fresh keys."""

import io
import json
import stat
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bookings.models import Booking, BookingEvent, Client
from bookings.operations import get_or_create_client
from botbackend.outbox.models import Task
from botbackend.privacy.export import exported_json
from botbackend.privacy.rotate import encrypted_columns
from botbackend.tests.planting import plant
from dialogues.models import Attachment, Dialogue, InboundEvent
from projects.models import Project

pytestmark = pytest.mark.django_db

MARKER = "olenapetrenko"


@pytest.fixture
def salon() -> Project:
    plant("somebodyelse")
    return plant(MARKER)


def _run(command: str, *words: str) -> str:
    out = io.StringIO()
    call_command(command, *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def _who(project: Project) -> list[str]:
    return ["--project", project.slug, "--contact-id", project.clients.get(merged_into=None).contact_id]


def test_an_export_holds_every_part_in_clear_text_and_nobody_else(salon: Project) -> None:
    text = _run("export_client", *_who(salon))
    data = json.loads(text)
    assert data["client"]["name"] == MARKER
    assert data["attachments"][0]["content"] == b64encode(MARKER.encode()).decode()
    assert data["attachments"][0]["heard"] == MARKER
    for part in ("bookings", "booking_history", "messages", "summaries", "turns", "proposals", "raw_events"):
        assert len(data[part]) == 1, part
    assert data["messages"][0]["text"] == MARKER
    assert data["raw_events"][0]["payload"] == {"a": MARKER}
    assert "somebodyelse" not in text


def test_an_export_that_is_sent_while_it_is_read_is_the_same(salon: Project) -> None:
    client = salon.clients.get(merged_into=None)
    whole = json.loads("".join(exported_json(client=client)))
    assert whole == json.loads(_run("export_client", *_who(salon)))
    assert list(whole)[:3] == ["project_id", "client", "client_history"]


def test_an_export_reads_messages_only_when_they_are_asked_for(salon: Project) -> None:
    client = salon.clients.get(merged_into=None)
    with CaptureQueriesContext(connection) as asked:
        begun = next(iter(exported_json(client=client)))
    assert (MARKER in begun, len(asked)) == (True, 0)


def test_an_export_tells_no_hold_that_ended(salon: Project) -> None:
    booking = Booking.objects.get(project=salon)
    values = {"status": "cancelled", "hold_until": booking.start}
    Booking.objects.filter(pk=booking.pk).update(**values)
    data = json.loads(_run("export_client", *_who(salon)))
    assert (data["bookings"], data["booking_history"]) == ([], [])
    Booking.objects.filter(pk=booking.pk).update(hold_until=None)
    data = json.loads(_run("export_client", *_who(salon)))
    assert [row["status"] for row in data["bookings"]] == ["cancelled"]
    assert len(data["booking_history"]) == 1


def test_an_export_file_is_for_its_owner_and_overwrites_nothing(salon: Project, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    _run("export_client", *_who(salon), "--output", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="cannot create"):
        _run("export_client", *_who(salon), "--output", str(file))


def test_forgetting_asks_for_a_clear_yes(salon: Project) -> None:
    with pytest.raises(CommandError, match="--yes"):
        _run("forget_client", *_who(salon))
    assert salon.clients.get(merged_into=None).name == MARKER


def test_a_forgotten_client_is_gone_and_the_visits_stay(salon: Project) -> None:
    client = salon.clients.get(merged_into=None)
    said = _run("forget_client", *_who(salon), "--yes")
    assert f"client={client.pk} bookings=1 messages=1 raw_events=1" in said
    client.refresh_from_db()
    assert not any((client.contact_id, client.name, client.phone, client.notes, client.phone_index))
    booking = Booking.objects.get(client=client)
    assert (booking.guest_name, booking.guest_phone, booking.note) == ("", "", "")
    assert booking.service.name == MARKER
    assert not Dialogue.objects.filter(client=client).exists()
    assert not Attachment.objects.filter(project=salon).exists()
    assert InboundEvent.objects.get(project=salon).payload == {}
    assert Task.objects.filter(topic="booking.changed", key=str(booking.pk)).exists()


def test_nothing_in_the_database_names_the_forgotten_client() -> None:
    project = plant("salonmarker")
    secret = "Xenia Rare-Name"
    Client.objects.filter(project=project).update(name=secret, phone=secret, notes=secret)
    booking = Booking.objects.get(project=project)
    Booking.objects.filter(pk=booking.pk).update(guest_name=secret, note=secret)
    BookingEvent.objects.filter(booking=booking).update(
        after={"guest_name": secret, "note": secret, "status": "booked"}
    )
    InboundEvent.objects.filter(project=project).update(payload={"text": secret})
    assert secret in _everything_in_clear()
    _run("forget_client", *_who(project), "--yes")
    assert secret not in _everything_in_clear()
    assert BookingEvent.objects.get(booking=booking).after == {
        "guest_name": "",
        "note": "",
        "status": "booked",
    }


def _everything_in_clear() -> str:
    values = [
        str(list(model._default_manager.values_list(field.name, flat=True)))
        for model, field in encrypted_columns()
    ]
    return " ".join(values)


def test_another_salons_client_is_left_alone(salon: Project) -> None:
    _run("forget_client", *_who(salon), "--yes")
    assert Client.objects.get(project__slug="somebodyelse", merged_into=None).name == "somebodyelse"


@pytest.mark.parametrize(
    "words",
    [["--project", "nobody", "--client", "1"], ["--project", MARKER, "--phone", "+380000000000"]],
)
def test_a_client_who_does_not_exist_is_told_in_words(salon: Project, words: list[str]) -> None:
    with pytest.raises(CommandError, match="There is no"):
        _run("export_client", *words)


def test_two_clients_of_one_phone_have_to_be_told_apart(salon: Project) -> None:
    for number in (1, 2):
        Client.objects.create(project=salon, contact_id=f"c{number}", phone="+380501112233")
    with pytest.raises(CommandError, match="--client"):
        _run("export_client", "--project", salon.slug, "--phone", "+38 050 111 22 33")


@pytest.mark.parametrize("spelling", ["0501112233", "501112233", "8 050 111 22 33", "+38 (050) 111-22-33"])
def test_a_phone_is_found_in_any_spelling(salon: Project, spelling: str) -> None:
    client = get_or_create_client(project=salon, phone="380501112233")
    data = json.loads(_run("export_client", "--project", salon.slug, "--phone", spelling))
    assert (data["client"]["id"], data["client"]["phone"]) == (client.pk, "+380501112233")
    assert get_or_create_client(project=salon, phone=spelling) == client


def test_all_rows_of_a_phone_are_given_out_and_forgotten_together(salon: Project) -> None:
    for number in (1, 2):
        Client.objects.create(project=salon, contact_id=f"c{number}", phone="+380501112233")
    words = ["--project", salon.slug, "--phone", "050 111-22-33", "--all"]
    data = json.loads(_run("export_client", *words))
    assert [one["client"]["contact_id"] for one in data["clients"]] == ["c1", "c2"]
    assert _run("forget_client", *words, "--yes").count("client=") == 2
    assert not Client.objects.filter(contact_id__in=["c1", "c2"]).exists()


def test_a_phone_that_nobody_can_dial_is_found_as_it_was_stored(salon: Project) -> None:
    Client.objects.create(project=salon, contact_id="c1", phone="8 916 123-45-67")
    data = json.loads(_run("export_client", "--project", salon.slug, "--phone", "89161234567"))
    assert data["client"]["contact_id"] == "c1"


def _tokens() -> list[str]:
    found: list[str] = []
    with connection.cursor() as cursor:
        for model, field in encrypted_columns():
            cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')  # noqa: S608 - our own names
            found += [row[0] for row in cursor.fetchall() if row[0]]
    return found


def test_after_a_rotation_the_old_key_can_go(salon: Project, settings: Settings) -> None:
    before = {client.pk: client.name for client in Client.objects.all()}
    fresh = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [fresh, *settings.FIELD_ENCRYPTION_KEYS]
    planned = _run("rotate_field_keys", "--dry-run")
    tokens = _tokens()
    assert planned.startswith(f"to rotate={len(tokens)} current=0")
    assert _run("rotate_field_keys") == f"rotated={len(tokens)} current=0 unreadable=0\n"
    settings.FIELD_ENCRYPTION_KEYS = [fresh]
    assert {client.pk: client.name for client in Client.objects.all()} == before
    assert all(Fernet(fresh).decrypt(token) for token in _tokens())


def test_a_rotation_can_be_taken_up_again(salon: Project, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    client = salon.clients.get(merged_into=None)
    client.save()  # as if an interrupted walk had come so far
    total = len(_tokens())
    assert _run("rotate_field_keys") == f"rotated={total - 3} current=3 unreadable=0\n"


def test_values_that_no_key_opens_are_counted_and_kept(salon: Project, settings: Settings) -> None:
    lost = len(_tokens())
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    before = sorted(_tokens())
    out = io.StringIO()
    with pytest.raises(CommandError, match="none of FIELD_ENCRYPTION_KEYS"):
        call_command("rotate_field_keys", stdout=out, stderr=io.StringIO())
    assert out.getvalue() == f"rotated=0 current=0 unreadable={lost}\n"
    assert sorted(_tokens()) == before


def test_every_encrypted_column_is_walked() -> None:
    columns = {(model._meta.label, field.name) for model, field in encrypted_columns()}
    assert {("bookings.Client", "name"), ("dialogues.Message", "text"), ("ai.Turn", "trace")} <= columns


def test_search_by_phone_survives_a_rotation(salon: Project, settings: Settings) -> None:
    Client.objects.create(project=salon, contact_id="c1", phone="+380501112233")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    _run("rotate_field_keys")
    data: dict[str, Any] = json.loads(
        _run("export_client", "--project", salon.slug, "--phone", "+380501112233")
    )
    assert data["client"]["contact_id"] == "c1"
