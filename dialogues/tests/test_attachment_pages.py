"""What staff see of photos and recordings, and nobody else does."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from botbackend.workshop.sandbox.sendpulse.media import VOICE, picture
from dialogues.models import Attachment, Dialogue, Message
from dialogues.tests.factories import make_dialogue, make_incoming, make_project
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


def make_attachment(salon: Project, **values: Any) -> Attachment:
    """A photo of a client, or what `values` say."""
    kind = values.setdefault("kind", "picture")
    values.setdefault("mime_type", "image/png" if kind == "picture" else "audio/ogg")
    content = values.setdefault("content", picture() if kind == "picture" else VOICE)
    dialogue = Dialogue.objects.filter(project=salon).first() or make_dialogue(project=salon)
    said = {"picture": "photo", "recording": "voice"}[kind]
    message = make_incoming(dialogue, values.get("heard", ""), kind=said)
    values = {"state": "done", "size": len(content), **values}
    row = Attachment.objects.create(project=salon, message=message, **values)
    Message.objects.filter(pk=message.pk).update(media={"attachment": row.pk})
    return row


def as_staff_of(salon: Project | None) -> Browser:
    person, browser = make_staff(), Browser()
    if salon is not None:
        grant_membership(project=salon, user=person, role=Membership.Role.STAFF)
    browser.force_login(person)
    return browser


def content_of(row: Attachment) -> str:
    return reverse("admin:dialogues_attachment_content", args=[row.pk])


def test_staff_open_a_photo_under_headers_that_let_nothing_run(salon: Project) -> None:
    row = make_attachment(salon)
    answer = as_staff_of(salon).get(content_of(row))
    assert (answer.status_code, answer.content) == (200, picture())
    wanted = {
        "Content-Type": "image/png",
        "Content-Disposition": f'inline; filename="picture-{row.pk}.png"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Frame-Options": "DENY",
    }
    assert {name: answer[name] for name in wanted} == wanted
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_staff_of_another_salon_find_nothing(salon: Project) -> None:
    row = make_attachment(salon)
    assert as_staff_of(make_project(sendpulse_bot_id="b")).get(content_of(row)).status_code == 404
    page = reverse("admin:dialogues_attachment_change", args=[row.pk])
    assert as_staff_of(make_project(sendpulse_bot_id="c")).get(page).status_code in (302, 404)


def test_nobody_else_gets_past_the_sign_in(salon: Project) -> None:
    row = make_attachment(salon)
    assert Browser().get(content_of(row)).status_code == 302
    assert as_staff_of(None).get(content_of(row)).status_code in (403, 404)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "expired", "content": b""},
        {"state": "failed", "content": b""},
        {"state": "waiting", "size": 0},
    ],
)
def test_what_is_not_there_cannot_be_opened(salon: Project, values: dict[str, Any]) -> None:
    assert as_staff_of(salon).get(content_of(make_attachment(salon, **values))).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-", 200, slice(None)),
        ("bytes=10-19", 206, slice(10, 20)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=5-99999", 206, slice(5, None)),
        ("bytes=99999-", 200, slice(None)),
        ("bytes=9-3", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=1-2,4-5", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_a_player_may_ask_for_a_part(salon: Project, asked: str, status: int, part: slice) -> None:
    row = make_attachment(salon, kind="recording")
    answer = as_staff_of(salon).get(content_of(row), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, VOICE[part])
    assert ("Content-Range" in answer) == (status == 206)


def test_the_dialogue_shows_photo_player_and_what_was_heard(salon: Project) -> None:
    photo = make_attachment(salon)
    voice = make_attachment(salon, kind="recording", heard="<b>завтра</b> о третій")
    told = make_attachment(salon, kind="recording", heard="і педикюр")
    Message.objects.filter(pk=told.message_id).update(media={"attachment": told.pk, "heard": True})
    gone = make_attachment(salon, state="expired", content=b"")
    failed = make_attachment(salon, state="failed", content=b"", note="larger than allowed")
    page = reverse("admin:dialogues_dialogue_change", args=[photo.message.dialogue_id])
    shown = as_staff_of(salon).get(page).content.decode()
    assert f'<img src="{content_of(photo)}"' in shown
    assert f'<audio controls preload="none" src="{content_of(voice)}"' in shown
    assert "heard, not typed:</em> &lt;b&gt;завтра&lt;/b&gt; о третій" in shown
    assert "[voice, heard] і педикюр" in shown
    assert shown.count("і педикюр") == 1
    assert "larger than allowed" in shown
    assert content_of(gone) not in shown
    assert content_of(failed) not in shown


def test_the_page_of_a_dialogue_reads_no_bytes(salon: Project, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        row = make_attachment(salon)
    page = reverse("admin:dialogues_dialogue_change", args=[row.message.dialogue_id])
    browser = as_staff_of(salon)
    with django_assert_max_num_queries(30) as asked:
        browser.get(page)
    assert not any('"dialogues_attachment"."content"' in query["sql"] for query in asked.captured_queries)


def test_the_attachments_own_page_shows_it_too(salon: Project) -> None:
    row = make_attachment(salon, kind="recording", heard="завтра")
    page = reverse("admin:dialogues_attachment_change", args=[row.pk])
    shown = as_staff_of(salon).get(page).content.decode()
    assert content_of(row) in shown
    assert "завтра" in shown
    assert timezone.localtime(row.created_at).strftime("%Y") in shown
