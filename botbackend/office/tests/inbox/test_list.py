"""The list of talks: who waits comes first, and it costs the same however long it is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bookings.models import Client as SalonClient
from botbackend.office.desk import open_desk
from botbackend.office.inbox.selectors import count_waiting, read_talks, stamp_of_list
from botbackend.office.tests.inbox.talks import make_said, make_talk
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import Dialogue, ReadMark, StaffTask
from dialogues.staff.handoff import hand_off, open_staff_task
from projects.models import Project
from projects.tests.factories import change_settings, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def browser(salon: Project) -> Client:
    return signed_in(make_colleague(salon))


def page(browser: Client, salon: Project, query: str = "") -> str:
    answer = browser.get(reverse("office:inbox", args=[salon.slug]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def left_to_people(talk: Dialogue, *, minutes_ago: int, kind: str = "human") -> StaffTask:
    task = open_staff_task(project=talk.project, dialogue=talk, kind=kind, reason="asks for a person")
    StaffTask.objects.filter(pk=task.pk).update(created_at=timezone.now() - timedelta(minutes=minutes_ago))
    return task


def order_of(text: str, *names: str) -> list[str]:
    return sorted(names, key=text.index)


def test_who_waits_longest_stands_first_then_the_unread_then_the_rest(salon: Project) -> None:
    user = make_colleague(salon)
    long, short = make_talk(salon, "Long", minutes_ago=90), make_talk(salon, "Short", minutes_ago=80)
    left_to_people(short, minutes_ago=10)
    left_to_people(long, minutes_ago=70)
    unread, seen = make_talk(salon, "Unread", minutes_ago=60), make_talk(salon, "Seen", minutes_ago=1)
    make_said(unread)
    said = make_said(seen)
    ReadMark.objects.create(dialogue=seen, user=user, read_up_to=said.pk)
    found = read_talks(desk=open_desk(user=user, slug=salon.slug))
    assert [row.dialogue.client.name for row in found.waiting] == ["Long", "Short"]
    assert [row.dialogue.client.name for row in found.unread] == ["Unread"]
    assert [row.dialogue.client.name for row in found.others] == ["Seen"]
    assert found.waiting[0].since is not None
    text = page(signed_in(user), salon)
    assert order_of(text, "Seen", "Unread", "Short", "Long") == ["Long", "Short", "Unread", "Seen"]
    assert "waits 1\xa0hour, 10\xa0minutes" in text


def test_a_client_whom_a_person_left_unanswered_waits_without_a_task(salon: Project) -> None:
    now = timezone.now()
    led = make_talk(salon, "Led", mode="human", human_until=now + timedelta(hours=1), first_unanswered_at=now)
    make_talk(salon, "Over", mode="human", human_until=now - timedelta(hours=1), first_unanswered_at=now)
    make_talk(salon, "Bot", first_unanswered_at=now)
    assert count_waiting(salon=salon) == 1
    left_to_people(led, minutes_ago=3)
    assert count_waiting(salon=salon) == 1


def test_what_one_person_has_read_is_news_to_another(salon: Project) -> None:
    anna, iryna = make_colleague(salon), make_colleague(salon)
    talk = make_talk(salon)
    said = make_said(talk)
    address = reverse("office:talk-read", args=[salon.slug, talk.pk])
    assert signed_in(anna).post(address, {"up_to": said.pk})["HX-Trigger"] == "talks-changed"
    assert "HX-Trigger" not in signed_in(anna).post(address, {"up_to": said.pk - 1}).headers
    assert not read_talks(desk=open_desk(user=anna, slug=salon.slug)).unread
    assert read_talks(desk=open_desk(user=iryna, slug=salon.slug)).unread
    assert ReadMark.objects.get().read_up_to == said.pk


@pytest.mark.parametrize("typed", ["", "x", "-1", "0", str(2**63), "99999999999999999999999"])
def test_nonsense_marks_nothing(salon: Project, browser: Client, typed: str) -> None:
    talk = make_talk(salon)
    answer = browser.post(reverse("office:talk-read", args=[salon.slug, talk.pk]), {"up_to": typed})
    assert answer.status_code == 204
    assert not ReadMark.objects.exists()


def test_all_is_read_with_one_tap(salon: Project) -> None:
    user = make_colleague(salon)
    other = make_talk(make_project())
    make_said(other)
    for number in range(3):
        make_said(make_talk(salon, f"Client {number}"))
    answer = signed_in(user).post(reverse("office:inbox-read", args=[salon.slug]))
    assert "talks-changed" in answer["HX-Trigger"]
    assert not read_talks(desk=open_desk(user=user, slug=salon.slug)).unread
    assert ReadMark.objects.filter(user=user).count() == 3


def test_a_task_without_a_talk_stands_on_top_and_goes_when_it_is_done(
    salon: Project, browser: Client
) -> None:
    task = open_staff_task(project=salon, dialogue=None, kind="sheet_down", reason="<b>no</b> access")
    text = page(browser, salon)
    assert "The spreadsheet does not follow" in text
    assert "&lt;b&gt;no&lt;/b&gt; access" in text
    answer = browser.post(reverse("office:task-done", args=[salon.slug, task.pk]))
    assert "talks-changed" in answer["HX-Trigger"]
    assert "The spreadsheet does not follow" not in page(browser, salon)
    task.refresh_from_db()
    assert task.state == "done"


def test_filters_show_who_waits_and_whom_a_person_leads(salon: Project, browser: Client) -> None:
    left_to_people(make_talk(salon, "Wanda"), minutes_ago=3)
    Dialogue.objects.update(mode="bot")
    make_talk(salon, "Ksenia", mode="human", human_until=timezone.now() + timedelta(hours=1))
    make_talk(salon, "Fedir")
    waiting, person = page(browser, salon, "?show=waiting"), page(browser, salon, "?show=person")
    assert "Wanda" in waiting
    assert "Ksenia" not in waiting
    assert "Ksenia" in person
    assert "Wanda" not in person
    assert "Fedir" in page(browser, salon, "?show=nonsense")


def test_all_that_wait_are_seen_page_by_page_the_longest_wait_first(salon: Project, browser: Client) -> None:
    names = [f"client-{number:03d}-" for number in range(70)]
    for number, name in enumerate(names):
        talk = make_talk(salon, name)
        for again in (0, 1):  # two tasks of one talk are one wait, the longer one
            left_to_people(talk, minutes_ago=300 - number - again)
        if number % 2:
            Dialogue.objects.filter(pk=talk.pk).update(mode="human", first_unanswered_at=timezone.now())
    first = page(browser, salon, "?show=waiting")
    link = re.search(r'href="[^"]*/inbox/(\?show=waiting&amp;below=[^"]+)"', first)
    assert link is not None
    second = page(browser, salon, unescape(link[1]))
    assert order_of(first, *names[:50]) == names[:50]
    assert order_of(second, *names[50:]) == names[50:]
    assert not any(name in second for name in names[:50])
    assert count_waiting(salon=salon) == 70


def test_what_the_salon_says_makes_no_talk_unread_and_the_line_says_who_said_it(salon: Project) -> None:
    user, talk = make_colleague(salon), make_talk(salon)
    said = make_said(talk, "long ago")
    type(said).objects.filter(pk=said.pk).update(created_at=timezone.now() - timedelta(days=30))
    make_said(talk, "See you tomorrow", by="bot", kind="notice")
    text = page(signed_in(user), salon)
    assert 'class="unread"' not in text
    assert "Assistant: See you tomorrow" in text
    make_said(talk, "I am here", by="staff", written_by="Iryna Bondar")
    assert "You: I am here" in page(signed_in(user), salon)
    assert "Iryna Bondar: I am here" in page(signed_in(make_staff_named(salon, "Olga")), salon)


def make_staff_named(salon: Project, name: str) -> User:
    user = make_colleague(salon)
    User.objects.filter(pk=user.pk).update(first_name=name)
    return user


def test_nobody_has_read_further_than_was_said(salon: Project, browser: Client) -> None:
    talk = make_talk(salon)
    said = make_said(talk)
    browser.post(reverse("office:talk-read", args=[salon.slug, talk.pk]), {"up_to": 2**62})
    assert ReadMark.objects.get().read_up_to == said.pk


def test_older_talks_stand_on_the_next_page_and_none_is_lost(salon: Project, browser: Client) -> None:
    at = timezone.now()
    names = [f"client-{number:03d}-" for number in range(70)]
    for number, name in enumerate(names):  # pairs of them moved in the same moment
        talk = make_talk(salon, name)
        Dialogue.objects.filter(pk=talk.pk).update(last_message_at=at - timedelta(minutes=number // 2))
    seen, query = [], ""
    for _ in range(3):
        text = page(browser, salon, query)
        seen += [name for name in names if name in text]
        link = re.search(r'href="[^"]*/inbox/(\?show=all&amp;below=[^"]+)"', text)
        query = unescape(link[1]) if link else ""
    assert seen == names


@pytest.mark.parametrize(
    "below", ["x", "2026-01-01", "~", "2026-01-01T00:00:00~1", f"2026-01-01T00:00:00Z~{2**70}"]
)
def test_a_place_that_is_none_shows_the_beginning(salon: Project, browser: Client, below: str) -> None:
    make_talk(salon, "Olena")
    assert "Olena" in page(browser, salon, f"?below={below}")


def test_a_client_is_found_by_phone(salon: Project, browser: Client) -> None:
    make_talk(salon, "Olena", phone="+380501234567")
    make_talk(salon, "Maria", phone="+380671112233")
    text = page(browser, salon, "?q=050 123 45 67")
    assert "Olena" in text
    assert "Maria" not in text
    assert "Nobody of this name" in page(browser, salon, "?q=nobody")


def test_the_chat_of_the_colleague_who_is_told_of_tasks_is_no_news(salon: Project, browser: Client) -> None:
    staff = make_talk(salon, "Colleague", contact_id="a" * 24)
    make_said(staff, "A client asks for a person", by="bot", kind="alert")
    change_settings(salon, staff_contact_id="a" * 24)
    assert "Colleague" not in page(browser, salon)


def test_the_list_asks_once_and_is_sent_again_only_when_it_would_be_another(
    salon: Project, browser: Client
) -> None:
    user = make_colleague(salon)
    desk = open_desk(user=user, slug=salon.slug)
    talk = make_talk(salon)
    address = reverse("office:inbox-list", args=[salon.slug])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        stamp = stamp_of_list(desk=desk)
    assert len(asked) == 1
    assert browser.get(address, {"stamp": stamp}).status_code == 204
    Dialogue.objects.filter(pk=talk.pk).update(last_message_at=timezone.now() + timedelta(seconds=1))
    answer = browser.get(address, {"stamp": stamp})
    assert answer.status_code == 200
    assert "Olena" in answer.content.decode()


def test_the_menu_counts_with_one_query(salon: Project, browser: Client) -> None:
    for number in range(3):
        left_to_people(make_talk(salon, f"Client {number}"), minutes_ago=3)
    with CaptureQueriesContext(connection) as asked:
        assert count_waiting(salon=salon) == 3
    assert len(asked) == 1
    text = browser.get(reverse("office:inbox-count", args=[salon.slug])).content.decode()
    assert ">3<" in text


def fill(salon: Project, talks: int) -> None:
    for number in range(talks):
        talk = make_talk(salon, f"Client {number}", minutes_ago=number)
        make_said(talk, "hello " * 50)
        make_said(talk, "answer", by="bot")
        if number % 3 == 0:
            left_to_people(talk, minutes_ago=number)
    for number in range(talks):
        open_staff_task(project=salon, dialogue=None, kind="budget", reason=f"{number}")


@pytest.mark.parametrize("query", ["", "?show=waiting", "?show=person", "?q=Client 1"])
def test_the_list_takes_the_same_queries_whatever_its_length(query: str) -> None:
    counts = []
    for talks in (3, 40):
        salon = make_project()
        fill(salon, talks)
        browser = signed_in(make_colleague(salon))
        page(browser, salon, query)
        with CaptureQueriesContext(connection) as asked:
            page(browser, salon, query)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_a_list_decrypts_only_what_it_shows(salon: Project, browser: Client) -> None:
    talk = make_talk(salon)
    SalonClient.objects.filter(pk=talk.client_id).update(notes="never a ciphertext", phone="nor this")
    make_said(talk)
    assert "Olena" in page(browser, salon)  # to decrypt either would raise


@pytest.mark.parametrize("name", ["inbox", "inbox-list", "inbox-count"])
def test_a_specialist_has_no_inbox(salon: Project, name: str) -> None:
    browser = signed_in(make_colleague(salon, Role.SPECIALIST))
    assert browser.get(reverse(f"office:{name}", args=[salon.slug])).status_code == 403


def test_a_talk_that_waits_shows_what_the_client_wants(browser: Client, salon: Project) -> None:
    talk = make_talk(salon)
    make_said(talk, "May I bring my dog?")
    make_said(talk, "A person will answer you here.", by="bot")
    hand_off(dialogue=talk, reason="the client asks for a person")
    waiting = browser.get(reverse("office:inbox", args=[salon.slug])).context["talks"].waiting
    assert [row.line for row in waiting] == ["May I bring my dog?"]
