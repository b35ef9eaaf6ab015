"""Scenarios: what a client writes and what must come of it, held against a draft; nothing happens."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from ai.models import PromptVersion, Rehearsal, Scenario
from ai.prompts.drafts import ScenariosFailed, publish_draft, save_draft
from ai.rehearsal.expectations import missed
from ai.rehearsal.starting import NoScenarios, StillAnswering, red_scenarios, run_scenarios
from ai.salon.scenarios import (
    MOST,
    NothingToAskFor,
    TooManyScenarios,
    Wish,
    add_usual,
    drop_scenario,
    save_scenario,
)
from ai.tests.factories import SalonRows, Talk, price_of, responds, understood
from ai.tests.test_rehearsal import tables
from ai.wording.defaults import LANGUAGES
from bookings.models import Offering
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from dialogues.models import Message
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db
NAME, DRAFT = "main_response", "Be brief."
BOOK = {"time_from": "15:00", "exact": True}


@pytest.fixture
def owner() -> User:
    return make_staff()


def keep(salon: SalonRows, said: str, outcome: str = "any", **wish: Any) -> Scenario:
    return save_scenario(project=salon.project, wish=Wish(said, outcome, **wish))


def run(salon: SalonRows, owner: User) -> list[dict[str, Any]]:
    run_scenarios(project=salon.project, author=owner, name=NAME, prompt=DRAFT)
    run_due("rehearsal.asked")
    row = Rehearsal.objects.latest("pk")
    assert row.state == "done", row.note
    rows: list[dict[str, Any]] = row.content["rows"]
    return rows


def codes(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["words"]) for one in row["missed"]]


def test_each_is_played_by_the_draft_and_leaves_no_other_row(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, owner: User
) -> None:
    keep(salon, "manicure tomorrow at 15:00", "card", service_id=salon.manicure.pk)
    keep(salon, "what does a manicure cost?", "none", says="600\nUAH", says_not="pedicure")
    before = tables()
    understood(claude, book=[salon.manicure.pk], day=salon.day(), **BOOK)
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    first, second = run(salon, owner)
    assert first["new"]["text"].startswith("Please check:\nManicure — Anna")
    assert second["new"]["text"] == "It costs 600 UAH."
    assert (first["missed"], second["missed"]) == ([], [])
    assert tables() == before
    assert not Message.objects.filter(state="queued").exists()
    row = Rehearsal.objects.get()
    assert row.cost_usd == sum(Decimal(one["new"]["usd"]) for one in row.content["rows"]) > 0


def test_another_service_a_visit_and_missing_words_are_red(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    keep(salon, "haircut tomorrow at 15:00", "card", service_id=salon.haircut.pk)
    keep(salon, "are you open tomorrow at 15:00?", "none")
    keep(salon, "what does a manicure cost?", "card", says="700", says_not="it costs")
    keep(salon, "call somebody", "person")
    understood(claude, book=[salon.manicure.pk], day=salon.day(), **BOOK)
    understood(claude, book=[salon.manicure.pk], day=salon.day(), **BOOK)
    for text in (f"It costs {price_of(salon.manicure)}.", "I am here for you."):
        understood(claude, wants="question")
        responds(claude, text)
    found = [codes(row) for row in run(salon, owner)]
    assert found[:2] == [[("other_service", "")], [("visit", "")]]
    assert found[2] == [("no_visit", ""), ("lacks", "700"), ("has", "it costs")]
    assert found[3] == [("no_person", "")]


def test_messages_follow_each_other_as_in_a_chat_and_a_yes_books_in_words_only(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    keep(salon, "manicure tomorrow at 15:00\nyes", "card", says="you are booked")
    understood(claude, book=[salon.manicure.pk], day=salon.day(), **BOOK)
    (row,) = run(salon, owner)
    assert row["missed"] == []
    assert "booked" in row["new"]["notes"]
    assert salon.visits() == []


def test_a_person_who_is_called_is_seen(claude: ClaudeStandIn, salon: SalonRows, owner: User) -> None:
    keep(salon, "please call somebody", "person")
    understood(claude, wants="human")
    (row,) = run(salon, owner)
    assert row["missed"] == []


def test_a_free_time_and_the_price_are_those_of_the_day_it_runs(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    keep(salon, "Manicure {free}", "any", service_id=salon.manicure.pk, says="{price}")
    understood(claude, wants="question")
    responds(claude, f"It costs {price_of(salon.manicure)}.")
    (row,) = run(salon, owner)
    assert row["said"][0].endswith("09:00")
    assert row["wanted"]["says"] == ["600"]
    assert row["missed"] == []


def test_what_nobody_offers_any_more_is_red_and_asks_nobody(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    keep(salon, "Manicure {free}", "card", service_id=salon.manicure.pk)
    Offering.objects.filter(service=salon.manicure).delete()
    (row,) = run(salon, owner)
    assert codes(row) == [("nothing_free", "")]
    assert Rehearsal.objects.get().cost_usd == 0


def test_the_usual_ones_are_of_a_service_that_is_offered_and_come_once(salon: SalonRows) -> None:
    for language in LANGUAGES:
        Scenario.objects.all().delete()
        assert add_usual(project=salon.project, language=language) == 6
        assert add_usual(project=salon.project, language=language) == 0
        said = [one.said for one in Scenario.objects.all()]
        assert sum("Haircut" in one for one in said) == 3
        assert not any("{service}" in one for one in said)
    Offering.objects.all().delete()
    with pytest.raises(NothingToAskFor):
        add_usual(project=salon.project, language="en")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(" \n", "card"), "said"),
        (Wish("\n".join("abcdefg"), "card"), "said"),
        (Wish("hello", "any"), "outcome"),
        (Wish("hello", "any", says="x" * 5000), "says"),
        (Wish("hello", "else"), "outcome"),
    ],
)
def test_one_that_nothing_could_fail_is_not_kept(salon: SalonRows, wish: Wish, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save_scenario(project=salon.project, wish=wish)
    assert field in refused.value.message_dict


def test_a_run_bears_so_many(salon: SalonRows) -> None:
    for number in range(MOST):
        keep(salon, f"hello {number}", "none")
    with pytest.raises(TooManyScenarios):
        keep(salon, "hello", "none")


def test_nothing_to_run_and_a_run_that_goes_on_are_told(salon: SalonRows, owner: User) -> None:
    about: dict[str, Any] = {"project": salon.project, "author": owner, "name": NAME, "prompt": DRAFT}
    with pytest.raises(NoScenarios):
        run_scenarios(**about)
    keep(salon, "hello", "none")
    run_scenarios(**about)
    with pytest.raises(StillAnswering):
        run_scenarios(**about)


def test_a_draft_that_failed_is_published_only_despite_it(
    claude: ClaudeStandIn, salon: SalonRows, owner: User
) -> None:
    about: dict[str, Any] = {"project": salon.project, "author": owner, "name": NAME}
    save_draft(**about, text=DRAFT, base_version=0)
    scenario = keep(salon, "call somebody", "person")
    assert red_scenarios(**about, prompt=DRAFT) is None
    understood(claude, wants="question")
    responds(claude, "I am here for you.")
    run(salon, owner)
    assert red_scenarios(**about, prompt=DRAFT) == 1
    assert red_scenarios(**about, prompt="Another text.") is None
    with pytest.raises(ScenariosFailed):
        publish_draft(**about, seen=0)
    assert not PromptVersion.objects.exists()
    drop_scenario(project=salon.project, scenario_id=scenario.pk)
    assert red_scenarios(**about, prompt=DRAFT) == 0
    keep(salon, "hello", "none")
    assert publish_draft(**about, seen=0, despite_scenarios=True).text == DRAFT


def test_words_are_compared_as_people_read_them() -> None:
    wanted = {"outcome": "any", "service": None, "says": ["1 200 грн"], "says_not": ["ПОСТРИЖКА"]}
    line: dict[str, Any] = {"text": "Ціна: 1\u00a0200 ГРН", "notes": [], "visit": None}
    assert missed(wanted, [line]) == []
    assert missed(wanted, [{**line, "text": "постри\u0301жка 1\u00a0200 грн"}]) == [
        {"code": "has", "words": "ПОСТРИЖКА"}
    ]
