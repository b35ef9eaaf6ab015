"""The assistant's draft above the composer: sent, changed, thrown away, never sent unseen."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from botbackend.office.tests.inbox.talks import make_said, make_talk
from botbackend.office.tests.people import make_colleague, signed_in
from dialogues.models import Dialogue, Message, StaffTask
from dialogues.staff.drafts import leave_once, send_draft
from dialogues.tests.factories import make_project
from projects.models import Project

pytestmark = pytest.mark.django_db
DRAFT = "We open at <b>nine</b>."


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def talk(salon: Project) -> Dialogue:
    return make_talk(salon)


@pytest.fixture
def task(talk: Dialogue) -> StaffTask:
    asked = make_said(talk, "When do you open?")
    return leave_once(dialogue=talk, kind="draft", reason="questions", draft=DRAFT, knows_up_to=asked.pk)


@pytest.fixture
def browser(salon: Project) -> Client:
    return signed_in(make_colleague(salon))


def page_of(browser: Client, talk: Dialogue) -> str:
    return browser.get(reverse("office:talk", args=[talk.project.slug, talk.pk])).content.decode()


def post(browser: Client, task: StaffTask, act: str, **values: Any) -> HttpResponse:
    form = {"text": DRAFT, "key": "k1", "seen": Message.objects.latest("pk").pk} | values
    return browser.post(reverse(f"office:draft-{act}", args=[task.project.slug, task.pk]), form)  # type: ignore[return-value]


def seen_in(text: str) -> int:
    return int(text.partition('name="seen" value="')[2].partition('"')[0])


def sent() -> list[tuple[str, str]]:
    return list(Message.objects.filter(author="staff").values_list("text", "written_by"))


def test_it_stands_above_the_composer_as_what_would_be_said(
    browser: Client, talk: Dialogue, task: StaffTask
) -> None:
    text = page_of(browser, talk)
    assert text.index('id="draft-title"') < text.index('id="composer"')
    assert "We open at &lt;b&gt;nine&lt;/b&gt;." in text
    assert "Send as it is" in text
    assert "read it before you send" not in text
    assert "a draft waits" in text  # the list beside it
    assert "A reply waits to be sent" not in text  # not twice


def test_it_is_sent_as_it_is_and_is_gone(browser: Client, talk: Dialogue, task: StaffTask) -> None:
    answer = post(browser, task, "send")
    assert answer.status_code == 200
    assert "Send as it is" not in answer.content.decode()
    assert sent() == [(DRAFT, "Iryna Bondar")]
    talk.refresh_from_db()
    assert talk.mode == "bot"
    assert "a draft waits" not in page_of(browser, talk)


def test_a_stale_one_is_marked_and_goes_only_after_it_was_seen(
    browser: Client, talk: Dialogue, task: StaffTask
) -> None:
    seen = Message.objects.latest("pk").pk
    make_said(talk, "And on Sunday?")
    answer = post(browser, task, "send", seen=seen)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Look first: this was said meanwhile." in text
    assert "And on Sunday?" in text
    assert sent() == []
    marked = page_of(browser, talk)
    assert "read it before you send" in marked
    assert "Send it all the same" in marked
    assert post(browser, task, "send", seen=seen_in(text)).status_code == 200
    assert len(sent()) == 1


def test_an_open_page_hears_that_the_draft_has_become_stale(
    browser: Client, talk: Dialogue, task: StaffTask
) -> None:
    stamp = page_of(browser, talk).partition("live/?stamp=")[2].partition('"')[0]
    address = reverse("office:talk-live", args=[talk.project.slug, talk.pk])
    assert browser.get(address, {"stamp": stamp}).status_code == 204
    make_said(talk, "And on Sunday?")
    assert "read it before you send" in browser.get(address, {"stamp": stamp}).content.decode()


def test_it_is_changed_in_the_composer_below_what_was_typed_and_the_bot_goes_on(
    browser: Client, talk: Dialogue, task: StaffTask
) -> None:
    seen = Message.objects.latest("pk").pk
    text = post(browser, task, "edit", text="Good day!", seen=seen).content.decode()
    assert "Good day!\n\nWe open at &lt;b&gt;nine&lt;/b&gt;.</textarea>" in text
    assert f'name="draft" value="{task.pk}"' in text
    assert seen_in(text) == seen
    address = reverse("office:talk-send", args=[talk.project.slug, talk.pk])
    form = {"text": "At nine!", "key": "k2", "seen": seen, "draft": task.pk}
    assert browser.post(address, form).status_code == 200
    assert sent() == [("At nine!", "Iryna Bondar")]
    talk.refresh_from_db()
    assert talk.mode == "bot"
    assert StaffTask.objects.get().state == "done"


def test_who_comes_second_is_told_and_keeps_what_they_typed(
    browser: Client, talk: Dialogue, task: StaffTask
) -> None:
    send_draft(project=talk.project, task_id=task.pk, text="At nine", who="Anna")
    assert "A colleague sent this draft" in post(browser, task, "send")["HX-Trigger"]
    assert "A colleague sent this draft" in post(browser, task, "discard")["HX-Trigger"]
    address = reverse("office:talk-send", args=[talk.project.slug, talk.pk])
    form = {"text": "At nine sharp", "key": "k2", "seen": 10**9, "draft": task.pk}
    answer = browser.post(address, form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "A colleague sent this draft" in text
    assert ">At nine sharp</textarea>" in text
    assert 'name="draft"' not in text
    assert sent() == [("At nine", "Anna")]


def test_a_draft_of_another_talk_is_not_sent_into_this_one(
    browser: Client, salon: Project, task: StaffTask
) -> None:
    other = make_talk(salon, "Maria")
    address = reverse("office:talk-send", args=[salon.slug, other.pk])
    answer = browser.post(address, {"text": "x", "key": "k", "seen": 0, "draft": task.pk})
    assert answer.status_code == 422
    assert sent() == []


def test_it_is_thrown_away(browser: Client, talk: Dialogue, task: StaffTask) -> None:
    answer = post(browser, task, "discard")
    assert "Thrown away" in answer["HX-Trigger"]
    assert StaffTask.objects.get().state == "done"
    assert sent() == []


def test_a_client_who_left_is_told_of(browser: Client, talk: Dialogue, task: StaffTask) -> None:
    Dialogue.objects.update(channel_closed=True)
    assert "Nothing reaches this client" in post(browser, task, "send")["HX-Trigger"]
    assert StaffTask.objects.get().state == "open"
