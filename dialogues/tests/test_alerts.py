"""Staff are told: by a SendPulse message to their contact, by mail where none arrives, and in the admin."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING, Contact
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from dialogues.models import Dialogue, StaffTask
from dialogues.selectors import history
from dialogues.staff import handoff
from dialogues.tests.factories import make_dialogue, make_incoming, make_project
from dialogues.tests.mail_server import MailServer, running_mail_server
from dialogues.tests.steps import deliver
from projects.models import Project
from projects.tests.factories import change_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailServer]:
    """A mail server that the installation uses."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def anna(sendpulse: SendPulseStandIn) -> Contact:
    """The staff contact."""
    sendpulse.people.client_says({"contact": "anna", "text": "/start"})
    (found,) = sendpulse.contacts.all()
    return found


@pytest.fixture
def salon(anna: Contact) -> Project:
    return make_project(name="Salon Malva", staff_contact_id=anna.id, staff_email="anna@example.com")


def tell() -> None:
    for topic in (topics.STAFF_TASK, topics.MESSAGE_QUEUED, topics.STAFF_MAIL):
        run_due(topic)


def hand_off(salon: Project) -> Dialogue:
    dialogue = make_dialogue(project=salon)
    make_incoming(dialogue, "I want to talk to a human")
    handoff.hand_off(dialogue=dialogue, reason="asked for a person", origin="client")
    return dialogue


def read(contact: Contact) -> list[str]:
    return [message.text for message in contact.messages if message.direction == OUTGOING]


def test_the_staff_contact_reads_who_why_and_the_last_words(
    salon: Project, anna: Contact, mails: MailServer
) -> None:
    hand_off(salon)
    tell()
    (text,) = read(anna)
    for part in ("Salon Malva", "Olena", "asked for a person", "> I want to talk to a human"):
        assert part in text
    task = StaffTask.objects.get()
    assert (task.told_by, task.told_at is not None, mails.mails) == ("message", True, [])


def test_a_task_is_told_once_however_often_its_handler_runs(salon: Project, anna: Contact) -> None:
    hand_off(salon)
    tell()
    task = StaffTask.objects.get()
    Task.objects.create(
        topic=topics.STAFF_TASK, handler="dialogues.alerts", key=str(task.pk), due_at=timezone.now()
    )
    tell()
    assert len(read(anna)) == 1


def test_without_a_staff_contact_a_mail_goes_out(salon: Project, anna: Contact, mails: MailServer) -> None:
    change_settings(salon, staff_contact_id="")
    hand_off(salon)
    tell()
    (letter,) = mails.mails
    assert (letter["To"], letter["Subject"]) == (
        "anna@example.com",
        "A client asks for a person (Salon Malva)",
    )
    assert "> I want to talk to a human" in letter.get_content()
    assert (StaffTask.objects.get().told_by, read(anna)) == ("mail", [])


def test_a_message_that_staff_did_not_get_is_mailed(
    salon: Project, anna: Contact, mails: MailServer, sendpulse: SendPulseStandIn
) -> None:
    sendpulse.people.block({"contact": anna.id})
    hand_off(salon)
    tell()
    assert len(mails.mails) == 1
    assert StaffTask.objects.get().told_by == "mail"


def test_trouble_with_the_channel_itself_is_mailed(salon: Project, anna: Contact, mails: MailServer) -> None:
    handoff.open_staff_task(project=salon, dialogue=None, kind="channel_refused", reason="HTTP 401")
    tell()
    assert [letter["Subject"] for letter in mails.mails] == [
        "SendPulse refuses the credentials (Salon Malva)"
    ]
    assert read(anna) == []


def test_a_mail_server_that_is_away_is_tried_again(
    salon: Project, mails: MailServer, settings: Settings
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    handoff.open_staff_task(project=salon, dialogue=None, kind="channel_refused", reason="HTTP 401")
    tell()
    assert StaffTask.objects.get().told_at is None
    settings.EMAIL_PORT = port
    Task.objects.update(due_at=timezone.now())
    tell()
    assert len(mails.mails) == 1


def test_where_nobody_can_be_told_the_task_stands_in_the_admin_and_nothing_is_parked(
    salon: Project,
) -> None:
    change_settings(salon, staff_contact_id="", staff_email="")
    hand_off(salon)
    tell()
    task = StaffTask.objects.get()
    assert (task.state, task.told_at, mail.outbox) == ("open", None, [])
    assert not Task.objects.filter(topic=topics.STAFF_TASK).exists()


def test_an_alert_is_no_part_of_the_talk_with_the_staff_contact(salon: Project, anna: Contact) -> None:
    hand_off(salon)
    tell()
    deliver()
    assert history(dialogue=Dialogue.objects.get(client__contact_id=anna.id)) == []
