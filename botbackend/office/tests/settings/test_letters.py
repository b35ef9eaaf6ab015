"""Invitations by mail, as a mail server gets them. That of alarms is told beside the alerts of staff."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from bookings.tests.factories import make_project
from botbackend.office.tests.people import make_colleague, signed_in
from botbackend.staff.models import Preferences
from dialogues.tests.mail_server import MailServer, running_mail_server
from projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailServer]:
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "salons@example.com"
        yield server


def invite(browser: Browser, salon: Project) -> str:
    there = reverse("office:settings-invite", args=[salon.slug])
    return browser.post(there, {"role": "staff", "email": "olha@example.com"}).content.decode()


def test_an_invitation_arrives_whole_in_the_language_of_who_invites(mails: MailServer) -> None:
    salon = make_project(name="Салон «Їжак» & Ко")
    owner = make_colleague(salon)
    Preferences.objects.create(user=owner, language="uk")
    invite(signed_in(owner), salon)
    (letter,) = mails.mails
    assert (letter["From"], letter["To"]) == ("salons@example.com", "olha@example.com")
    assert "Салон «Їжак» & Ко" in letter["Subject"]
    text = letter.get_content()
    assert "You are invited" not in text
    found = re.search(r"https?://testserver(\S+)", text)
    assert found is not None
    opened = Browser().get(found[1])
    assert opened.status_code == 200
    assert "olha@example.com" in opened.content.decode()


def test_without_a_server_that_takes_it_the_link_is_there_to_send(
    mails: MailServer, settings: Settings
) -> None:
    salon = make_project()
    settings.EMAIL_PORT = 9
    page = invite(signed_in(make_colleague(salon)), salon)
    assert "send the link yourself" in page
    assert mails.mails == []
