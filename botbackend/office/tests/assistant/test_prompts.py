"""From a draft to a text in force, and back."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ai.models import PromptDraft, PromptVersion
from ai.prompts.drafts import publish_draft, save_draft
from ai.prompts.versions import PromptChanged, default_text, prompts_in_force, publish_prompt
from ai.tests.factories import SalonRows
from botbackend.office.assistant.differences import compare
from botbackend.office.tests.people import Role, make_colleague, signed_in
from projects.models import Project

pytestmark = pytest.mark.django_db
NAME = "main_response"


@pytest.fixture
def salon() -> Project:
    return SalonRows(language="en").project


@pytest.fixture
def owner(salon: Project) -> User:
    return make_colleague(salon)


def at(salon: Project, page: str = "prompt") -> str:
    return reverse(f"office:assistant-{page}", args=[salon.slug, NAME])


def in_force(salon: Project) -> str:
    return prompts_in_force(project=salon)[NAME].text


def drafted(browser: Client, salon: Project, text: str, then: str = "difference") -> None:
    assert browser.post(at(salon), {"text": text, "then": then}).status_code == 302


def test_a_draft_is_kept_and_clients_still_get_the_text_in_force(salon: Project, owner: User) -> None:
    browser = signed_in(owner)
    drafted(browser, salon, "Be brief.\r\nBe kind.")
    assert PromptDraft.objects.get().text == "Be brief.\nBe kind."
    assert in_force(salon) == default_text(NAME)
    assert "Be kind." in browser.get(at(salon)).content.decode()
    assert "<ins>" in browser.get(at(salon, "difference")).content.decode()


def test_a_published_draft_is_in_force_and_one_click_returns_to_any_text(salon: Project, owner: User) -> None:
    browser = signed_in(owner)
    for number, text in enumerate(("Be brief.", "Be long.")):
        drafted(browser, salon, text)
        assert browser.post(at(salon, "publish"), {"seen": number}).status_code == 302
        assert in_force(salon) == text
    assert not PromptDraft.objects.exists()
    browser.post(at(salon, "return"), {"version": 1, "seen": 2})
    assert in_force(salon) == "Be brief."
    browser.post(at(salon, "return"), {"version": 0, "seen": 1})
    assert in_force(salon) == default_text(NAME)
    assert PromptVersion.objects.count() == 2


@pytest.mark.parametrize("version", [0, 1])
def test_who_returns_to_a_text_after_somebody_published_is_shown_the_difference_first(
    salon: Project, owner: User, version: int
) -> None:
    browser = signed_in(owner)
    for text in ("Be brief.", "Be long.", "Be kind."):
        publish_prompt(project=salon, name=NAME, text=text)
    answer = browser.post(at(salon, "return"), {"version": version, "seen": 2})
    assert (answer.status_code, in_force(salon)) == (409, "Be kind.")
    assert "Somebody else published" in answer.content.decode()
    assert browser.post(at(salon, "return"), {"version": version, "seen": 3}).status_code == 302


@pytest.mark.parametrize("typed", ["9" * 5000, "²", "-1", ""])
def test_a_number_that_is_none_breaks_no_page_of_a_prompt(salon: Project, owner: User, typed: str) -> None:
    browser = signed_in(owner)
    drafted(browser, salon, "Be brief.")
    assert browser.post(at(salon, "publish"), {"seen": typed}).status_code == 409
    assert browser.post(at(salon, "return"), {"version": typed, "seen": typed}).status_code == 404
    assert browser.get(at(salon, "difference"), {"version": typed}).status_code == 200


def test_a_version_beyond_all_columns_does_not_exist(salon: Project, owner: User) -> None:
    assert signed_in(owner).get(at(salon, "difference"), {"version": "9" * 18}).status_code == 404


def test_a_version_names_who_published_it_by_the_login_without_a_name(salon: Project, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(first_name="", last_name="")
    publish_prompt(project=salon, name=NAME, text="Be brief.", author=owner)
    page = signed_in(owner).get(at(salon)).content.decode()
    assert f", {owner.username}</span>" in page


def test_an_empty_text_is_named_at_its_field_and_nothing_is_kept(salon: Project, owner: User) -> None:
    answer = signed_in(owner).post(at(salon), {"text": "   "})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert not PromptDraft.objects.exists()


def test_a_colleagues_draft_is_seen_and_is_not_mine(salon: Project, owner: User) -> None:
    other = make_colleague(salon)
    drafted(signed_in(other), salon, "Olga's words.")
    mine = signed_in(owner)
    page = mine.get(at(salon)).content.decode()
    assert "is writing a draft of this text, too" in page
    assert "Olga&#x27;s words." not in page
    shown = mine.get(at(salon), {"of": PromptDraft.objects.get().pk}).content.decode()
    assert "Olga&#x27;s words." in shown
    drafted(mine, salon, "My words.")
    assert PromptDraft.objects.count() == 2


def test_who_publishes_second_is_told_and_loses_nothing(salon: Project, owner: User) -> None:
    first, second = signed_in(make_colleague(salon)), signed_in(owner)
    drafted(first, salon, "First.")
    drafted(second, salon, "Second.")
    first.post(at(salon, "publish"), {"seen": 0})
    answer = second.post(at(salon, "publish"), {"seen": 0})
    assert answer.status_code == 409
    assert "Somebody else published meanwhile" in answer.content.decode()
    assert in_force(salon) == "First."
    assert second.post(at(salon, "publish"), {"seen": 1}).status_code == 302
    assert in_force(salon) == "Second."


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_publish_at_once_one_wins(salon: Project, owner: User) -> None:
    people = [owner, make_colleague(salon)]
    for user in people:
        save_draft(project=salon, name=NAME, author=user, text=f"Of {user.pk}.", base_version=0)
    ready, told = threading.Barrier(2), []

    def publish(user: User) -> None:
        ready.wait(10)
        try:
            publish_draft(project=salon, name=NAME, author=user, seen=0)
        except PromptChanged:
            told.append(user.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    (loser,) = told
    (winner,) = {user.pk for user in people} - {loser}
    assert in_force(salon) == f"Of {winner}."
    assert PromptDraft.objects.get().author_id == loser


def test_managers_read_prompts_and_change_none(salon: Project) -> None:
    browser = signed_in(make_colleague(salon, Role.STAFF))
    assert (
        "Read and change" not in browser.get(reverse("office:assistant", args=[salon.slug])).content.decode()
    )
    assert browser.post(at(salon), {"text": "Mine."}).status_code == 403
    assert not PromptDraft.objects.exists()
    for page in ("publish", "return", "drop", "try", "chat", "questions"):
        assert browser.post(at(salon, page)).status_code in (403, 405), page


def test_the_number_of_statements_is_fixed(salon: Project, owner: User) -> None:
    browser = signed_in(owner)
    pages = [
        reverse("office:assistant", args=[salon.slug]),
        at(salon),
        at(salon, "difference"),
        at(salon, "try"),
    ]
    counts = {}
    for page in pages:
        with CaptureQueriesContext(connection) as few:
            browser.get(page)
        counts[page] = len(few)
    for number in range(12):
        publish_prompt(project=salon, name=NAME, text=f"Text {number}.", author=make_colleague(salon))
        save_draft(project=salon, name=NAME, author=make_colleague(salon), text="Other.", base_version=0)
    for page in pages:
        with CaptureQueriesContext(connection) as many:
            browser.get(page)
        assert len(many) == counts[page] <= 10, page


def test_a_difference_marks_the_words_that_changed() -> None:
    lines = compare("same\nBe warm and brief.\nend", "same\nBe warm and long.\nend\nmore")
    assert [line.kind for line in lines] == ["same", "old", "new", "same", "new"]
    assert [part.text for part in lines[1].parts if part.changed] == ["brief."]
    assert [part.text for part in lines[2].parts if part.changed] == ["long."]
    assert compare("one", "one") == []
    far = compare("\n".join(map(str, range(40))), "\n".join([*map(str, range(39)), "new"]))
    assert next((line.kind, line.count) for line in far) == ("skipped", 37)
