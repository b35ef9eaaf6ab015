"""Knowledge, wordings, permissions and cost: what is saved, what is refused, who may."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ai.models import AssistantSettings, Knowledge, Turn, Wording, assistant_of
from ai.tests.factories import SalonRows, Talk
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import StaffTask
from dialogues.staff.drafts import leave_once
from projects.models import Project

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def rows() -> SalonRows:
    return SalonRows(language="en", name="Hair & Co")


@pytest.fixture
def salon(rows: SalonRows) -> Project:
    return rows.project


@pytest.fixture
def owner(salon: Project) -> User:
    return make_colleague(salon)


def at(salon: Project, page: str, *rest: object) -> str:
    return reverse(f"office:assistant-{page}", args=[salon.slug, *rest])


# Knowledge
def test_a_fact_is_added_changed_and_put_aside_by_a_manager(salon: Project) -> None:
    browser = signed_in(make_colleague(salon, Role.STAFF))
    assert browser.post(at(salon, "fact-new"), {"title": "Address", "text": "Kyiv"}).status_code == 204
    fact = Knowledge.objects.get()
    seen = {"seen_title": "Address", "seen_text": "Kyiv"}
    changed = {"title": "Address", "text": "Kyiv,\r\nLvivska 1", **seen}
    assert browser.post(at(salon, "fact", fact.pk), changed).status_code == 204
    assert Knowledge.objects.get().text == "Kyiv,\nLvivska 1"
    assert browser.post(at(salon, "fact-aside", fact.pk)).status_code == 204
    assert not Knowledge.objects.get().is_active
    browser.post(at(salon, "fact-aside", fact.pk), {"told": "yes"})
    assert Knowledge.objects.get().is_active


def test_a_fact_that_somebody_else_changed_is_not_saved_over_unseen(salon: Project, owner: User) -> None:
    fact = Knowledge.objects.create(project=salon, title="Address", text="New")
    typed = {"title": "Address", "text": "Mine", "seen_title": "Address", "seen_text": "Old"}
    answer = signed_in(owner).post(at(salon, "fact", fact.pk), typed)
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert Knowledge.objects.get().text == "New"


def test_a_fact_that_was_stored_with_line_ends_of_two_signs_can_be_saved_again(
    salon: Project, owner: User
) -> None:
    fact = Knowledge.objects.create(project=salon, title="Address", text="Kyiv\r\nLvivska 1")
    typed = {"title": "Address", "text": "Lviv\r\nKyivska 2"}
    seen = {"seen_title": "Address", "seen_text": "Kyiv\r\nLvivska 1"}
    assert signed_in(owner).post(at(salon, "fact", fact.pk), typed | seen).status_code == 204
    assert Knowledge.objects.get().text == "Lviv\nKyivska 2"


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "9" * 5000])
def test_a_month_out_of_all_reason_shows_the_present_one(salon: Project, owner: User, month: str) -> None:
    assert signed_in(owner).get(at(salon, "cost"), {"month": month}).status_code == 200


def test_the_list_tells_who_asked_lately_and_what_nobody_wrote_down(rows: SalonRows, owner: User) -> None:
    salon, talk = rows.project, Talk(rows)
    told = Knowledge.objects.create(project=salon, title="Parking", text="Behind the house")
    Turn.objects.create(project=salon, dialogue=talk.dialogue, tally={"notes": [told.pk]})
    StaffTask.objects.create(project=salon, dialogue=talk.dialogue, kind="question", reason="Tattoos?")
    page = signed_in(owner).get(at(salon, "knowledge")).content.decode()
    assert "Told 1 time in 30 days" in page
    assert "Tattoos?" in page


# Wordings
def test_own_words_are_saved_shown_and_given_back(salon: Project, owner: User) -> None:
    browser = signed_in(owner)
    address = at(salon, "wording", "en", "greeting")
    assert browser.post(address, {"text": "Welcome to {salon}!", "seen": ""}).status_code == 204
    assert Wording.objects.get().text == "Welcome to {salon}!"
    assert "your words" in browser.get(at(salon, "wordings-in", "en")).content.decode()
    assert browser.post(at(salon, "wording-shipped", "en", "greeting")).status_code == 204
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Look: {lines} {price}", "There is no placeholder {price} here."),
        ("Look at it", "{lines} is missing"),
        ("Look: {lines", "A brace stands alone"),
    ],
)
def test_a_mistake_in_placeholders_is_named_and_nothing_is_saved(
    salon: Project, owner: User, text: str, said: str
) -> None:
    browser = signed_in(owner)
    answer = browser.post(at(salon, "wording", "en", "receipt_book"), {"text": text, "seen": ""})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    shown = browser.post(at(salon, "wording-preview", "en", "receipt_book"), {"text": text})
    assert said in shown.content.decode()
    assert not Wording.objects.exists()


def test_the_preview_fills_in_the_salons_own_names(salon: Project, owner: User) -> None:
    typed = {"text": "Yes: {lines}"}
    shown = signed_in(owner).post(at(salon, "wording-preview", "en", "receipt_book"), typed).content.decode()
    assert "Yes: Haircut" in shown or "Yes: Manicure" in shown


@pytest.mark.parametrize("language", ["uk", "ru", "en", "pl"])
def test_every_text_of_every_language_can_be_read_as_a_client_does(
    salon: Project, owner: User, language: str
) -> None:
    browser = signed_in(owner)
    for text in ("menu", "question_closed", "card_change", "price_line", "hours_line", "slots_offer"):
        page = browser.get(at(salon, "wording", language, text)).content.decode()
        preview = page.rpartition('id="preview"')[2]
        assert "bubble" in preview, text
        assert "{" not in preview, text


def test_other_words_saved_meanwhile_are_not_lost_unseen(salon: Project, owner: User) -> None:
    Wording.objects.create(project=salon, key="greeting", language="en", text="Olga's {salon}")
    typed = {"text": "Mine {salon}", "seen": ""}
    assert signed_in(owner).post(at(salon, "wording", "en", "greeting"), typed).status_code == 409
    assert Wording.objects.get().text == "Olga's {salon}"


def test_a_manager_who_saves_a_wording_is_told_that_it_is_the_owners(salon: Project) -> None:
    manager = signed_in(make_colleague(salon, Role.STAFF))
    assert manager.get(at(salon, "wording", "en", "greeting")).status_code == 200
    typed = {"text": "Mine {salon}", "seen": ""}
    assert manager.post(at(salon, "wording", "en", "greeting"), typed).status_code == 403


# Permissions and the stop
def test_switches_are_the_owners(salon: Project, owner: User) -> None:
    typed = {"may_answer": "alone", "may_book": "draft", "may_change": "people", "may_care": "people"}
    manager = signed_in(make_colleague(salon, Role.STAFF))
    assert manager.post(at(salon, "permissions"), typed).status_code == 403
    assert not AssistantSettings.objects.filter(project=salon, may_book="draft").exists()
    assert signed_in(owner).post(at(salon, "permissions"), typed).status_code == 302
    row = AssistantSettings.objects.get(project=salon)
    assert (row.may_answer, row.may_book, row.may_change, row.may_care) == (
        "alone",
        "draft",
        "people",
        "people",
    )


def test_a_manager_stops_the_bot_every_page_says_so_and_an_owner_switches_it_on(
    salon: Project, owner: User
) -> None:
    manager = signed_in(make_colleague(salon, Role.STAFF))
    team = reverse("office:team", args=[salon.slug])
    with CaptureQueriesContext(connection) as before:
        assert "The assistant is off" not in manager.get(team).content.decode()
    assert manager.post(at(salon, "stop")).status_code == 302
    manager.get(team)  # what was said after the stop is read
    with CaptureQueriesContext(connection) as after:
        assert "The assistant is off" in manager.get(team).content.decode()
    assert len(after) == len(before)
    assert manager.post(at(salon, "resume")).status_code == 403
    signed_in(owner).post(at(salon, "resume"))
    assert not AssistantSettings.objects.get(project=salon).is_stopped


def test_a_waiting_draft_leads_to_its_talk(rows: SalonRows, owner: User) -> None:
    salon, talk = rows.project, Talk(rows)
    leave_once(dialogue=talk.dialogue, kind="draft", reason="questions: hours?", draft="We open at 9.")
    page = signed_in(owner).get(at(salon, "permissions")).content.decode()
    assert "We open at 9." in page
    assert reverse("office:talk", args=[salon.slug, talk.dialogue.pk]) in page


# Cost
def test_the_bill_is_told_by_day_and_model_against_the_lower_ceiling(rows: SalonRows, owner: User) -> None:
    salon, talk = rows.project, Talk(rows)
    tally = {"calls": [{"kind": "respond", "model": "claude-sonnet-5-5", "calls": 2, "usd": "1.25"}]}
    Turn.objects.create(project=salon, dialogue=talk.dialogue, cost_usd="1.25", calls=2, tally=tally)
    AssistantSettings.objects.update_or_create(project=salon, defaults={"monthly_budget_usd": 20})
    browser = signed_in(owner)
    assert browser.post(at(salon, "ceiling"), {"usd": "5"}).status_code == 302
    page = browser.get(at(salon, "cost")).content.decode()
    assert "$1.25" in page
    assert "claude-sonnet-5-5" in page
    assert "of $5.00" in page
    salon = Project.objects.get(pk=salon.pk)
    assert assistant_of(salon).ceiling_usd == Decimal(5)
    assert browser.post(at(salon, "ceiling"), {"usd": "-1"}).status_code == 422
    assert browser.post(at(salon, "ceiling"), {"usd": ""}).status_code == 302
    assert assistant_of(Project.objects.get(pk=salon.pk)).ceiling_usd == Decimal(20)


def test_the_operators_ceiling_binds_an_owner_who_wants_more(salon: Project, owner: User) -> None:
    AssistantSettings.objects.update_or_create(project=salon, defaults={"monthly_budget_usd": 20})
    signed_in(owner).post(at(salon, "ceiling"), {"usd": "500"})
    assert assistant_of(Project.objects.get(pk=salon.pk)).ceiling_usd == Decimal(20)


@pytest.mark.parametrize(
    ("usd", "said"),
    [("", "There is no ceiling now"), ("2", "So much is spent already"), ("50", "At the ceiling")],
)
def test_a_ceiling_says_what_it_means_for_this_month(
    rows: SalonRows, owner: User, usd: str, said: str
) -> None:
    Turn.objects.create(project=rows.project, dialogue=Talk(rows).dialogue, cost_usd=Decimal(3))
    answer = signed_in(owner).post(at(rows.project, "ceiling"), {"usd": usd}, follow=True)
    assert said in answer.content.decode()


def test_the_emergency_stop_asks_first(salon: Project, owner: User) -> None:
    assert "data-confirm=" in signed_in(owner).get(at(salon, "permissions")).content.decode()


# All
def fill(rows: SalonRows, count: int) -> None:
    for number in range(count):
        talk = Talk(rows, contact_id=f"c{number}-{count}")
        fact = Knowledge.objects.create(project=rows.project, title=f"Fact {number}", text="Text")
        leave_once(dialogue=talk.dialogue, kind="draft", reason="questions: hours?", draft="We open at 9.")
        StaffTask.objects.create(project=rows.project, dialogue=talk.dialogue, kind="question", reason="Why?")
        turn = Turn.objects.create(project=rows.project, dialogue=talk.dialogue, cost_usd="0.5", calls=1)
        at_that_time = timezone.now() - timedelta(hours=number)
        Turn.objects.filter(pk=turn.pk).update(started_at=at_that_time, tally={"notes": [fact.pk]})
        Wording.objects.create(project=rows.project, key=f"menu{number}-{count}", language="en", text="x")


@pytest.mark.parametrize("page", ["knowledge", "facts", "permissions", "cost", "wordings-in"])
def test_pages_cost_the_same_however_much_there_is(rows: SalonRows, owner: User, page: str) -> None:
    address = at(rows.project, page, *(["en"] if page == "wordings-in" else []))
    browser = signed_in(owner)
    fill(rows, 1)
    with CaptureQueriesContext(connection) as few:
        assert browser.get(address).status_code == 200
    fill(rows, 9)
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few) <= 8


@pytest.mark.parametrize("page", ["knowledge", "permissions", "cost", "wordings"])
def test_a_specialist_has_no_such_room(salon: Project, page: str) -> None:
    assert signed_in(make_colleague(salon, Role.SPECIALIST)).get(at(salon, page)).status_code == 403


def test_the_marked_language_of_wordings_is_the_one_that_is_shown_and_written(
    salon: Project, owner: User
) -> None:
    Project.objects.filter(pk=salon.pk).update(language="uk")
    page = signed_in(owner).get(at(salon, "wordings"), follow=True, headers={"Accept-Language": "en"})
    text = page.content.decode()
    assert '<html lang="en">' in text
    assert 'aria-current="page">Українська' in text
    assert at(salon, "wording", "uk", "greeting") in text
    assert at(salon, "wording", "en", "greeting") not in text
