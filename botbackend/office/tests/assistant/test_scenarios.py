"""Scenarios: written, run against a draft, and asked about once more before a red draft is published."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ai.models import PromptVersion, Scenario
from ai.salon.scenarios import Wish, save_scenario
from ai.tests.factories import SalonRows, price_of, responds, understood
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from projects.models import Project

pytestmark = pytest.mark.django_db
NAME = "main_response"


@pytest.fixture
def rows() -> SalonRows:
    return SalonRows(language="en")


@pytest.fixture
def owner(rows: SalonRows) -> User:
    return make_colleague(rows.project)


def at(salon: Project, page: str, *rest: object) -> str:
    return reverse(f"office:assistant-{page}", args=[salon.slug, *rest])


def test_one_is_written_changed_and_thrown_away(rows: SalonRows, owner: User) -> None:
    browser, salon = signed_in(owner), rows.project
    typed = {"said": "Hello!\r\n\r\nManicure?", "outcome": "card", "service": rows.manicure.pk}
    assert browser.post(at(salon, "scenario-new"), typed).status_code == 204
    row = Scenario.objects.get()
    assert (row.said, row.service) == ("Hello!\nManicure?", rows.manicure)
    assert "A visit is offered: Manicure" in browser.get(at(salon, "scenarios")).content.decode()
    assert "Hello!" in browser.get(at(salon, "scenario", row.pk)).content.decode()
    typed = {"said": "Hello!", "outcome": "none", "says": "welcome", "says_not": "bye"}
    assert browser.post(at(salon, "scenario", row.pk), typed).status_code == 204
    assert "No answer contains “bye”" in browser.get(at(salon, "scenarios")).content.decode()
    assert browser.post(at(salon, "scenario-drop", row.pk)).status_code == 204
    assert not Scenario.objects.exists()


def test_one_that_nothing_could_fail_is_named_at_its_field(rows: SalonRows, owner: User) -> None:
    typed = {"said": "Hello!", "outcome": "any"}
    answer = signed_in(owner).post(at(rows.project, "scenario-new"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say what must come of it" in page
    assert "Hello!" in page
    assert not Scenario.objects.exists()


def test_the_usual_ones_come_in_the_language_that_is_chosen(rows: SalonRows, owner: User) -> None:
    browser, salon = signed_in(owner), rows.project
    answer = browser.post(at(salon, "scenarios-usual"), {"language": "pl"})
    assert "6 scenarios are added." in answer["HX-Trigger"]
    assert "Ile kosztuje Haircut?" in browser.get(at(salon, "scenarios")).content.decode()


def test_a_manager_reads_them_and_changes_none(rows: SalonRows) -> None:
    salon = rows.project
    row = save_scenario(project=salon, wish=Wish("Hello!", "none"))
    browser = signed_in(make_colleague(salon, Role.STAFF))
    assert "Hello!" in browser.get(at(salon, "scenarios")).content.decode()
    for page in (at(salon, "scenario-new"), at(salon, "scenario", row.pk), at(salon, "run", NAME)):
        assert browser.post(page).status_code == 403


def test_a_red_draft_is_published_only_when_asked_again(
    rows: SalonRows, owner: User, claude: ClaudeStandIn
) -> None:
    browser, salon = signed_in(owner), rows.project
    save_scenario(project=salon, wish=Wish("what does a manicure cost?", "none", says="700"))
    browser.post(at(salon, "prompt", NAME), {"text": "Be brief."})
    assert "was not held against" in browser.get(at(salon, "difference", NAME)).content.decode()
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(rows.manicure)}.")
    browser.post(at(salon, "run", NAME))
    run_due("rehearsal.asked")
    page = browser.get(at(salon, "run", NAME)).content.decode()
    assert "The answer does not contain “700”." in page
    assert "It costs 600 UAH." in page
    answer = browser.post(at(salon, "publish", NAME), {"seen": 0})
    assert answer.status_code == 409
    assert "Publish all the same" in answer.content.decode()
    assert not PromptVersion.objects.exists()
    assert browser.post(at(salon, "publish", NAME), {"seen": 0, "despite": "scenarios"}).status_code == 302
    assert PromptVersion.objects.get().text == "Be brief."


def test_without_scenarios_a_run_says_what_to_do(rows: SalonRows, owner: User) -> None:
    page = signed_in(owner).post(at(rows.project, "run", NAME)).content.decode()
    assert "There are no scenarios yet: write some first." in page


def test_pages_cost_the_same_however_many_there_are(rows: SalonRows, owner: User) -> None:
    browser, salon = signed_in(owner), rows.project
    browser.post(at(salon, "prompt", NAME), {"text": "Be brief."})
    addresses = [at(salon, "scenarios"), at(salon, "difference", NAME), at(salon, "try", NAME)]
    counts = []
    for many in (1, 9):
        for number in range(many):
            save_scenario(project=salon, wish=Wish(f"hello {many} {number}", "card", rows.manicure.pk))
        for address in addresses:
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 10
