"""Ceilings that the operator sets: they hold by default, and no door of a salon lifts them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from ai.claude import budget
from ai.models import AssistantSettings, assistant_of
from ai.salon.money import set_own_ceiling
from ai.turn.reply import models_of
from botbackend.tests.test_admin_scoping import filled_in
from dialogues.flow.requests import share_of
from dialogues.flow.switchboard import Capacity
from dialogues.inbound import flood
from dialogues.models import Dialogue
from dialogues.tests.factories import make_dialogue
from projects.access import grant_membership
from projects.models import Allowance, Membership, Project
from projects.tests.factories import bearer, change_settings, make_key, make_project, make_staff

pytestmark = pytest.mark.django_db
OPUS, SONNET = "claude-opus-5-5", "claude-sonnet-5-5"


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def owner(salon: Project) -> Client:
    person: User = make_staff()
    grant_membership(project=salon, user=person, role=Membership.Role.OWNER)
    browser = Client()
    browser.force_login(person)
    return browser


def post_config(salon: Project, ai: dict[str, Any]) -> tuple[int, set[str]]:
    """Status, and the fields that were refused."""
    url, headers = f"/projects/{salon.slug}/config", bearer(make_key(salon))
    answer = Client().post(url, {"ai": ai}, content_type="application/json", headers=headers)
    return answer.status_code, set(answer.json().get("error", {}).get("fields", {}))


def save_page(salon: Project, browser: Client, **typed: str) -> Any:
    url = f"/admin/projects/project/{salon.pk}/change/"
    return browser.post(url, filled_in(browser.get(url)) | typed)


def again(salon: Project) -> Project:
    return Project.objects.get(pk=salon.pk)


# --- money --------------------------------------------------------------------------------------------------


def test_claude_has_a_ceiling_where_nobody_set_one(salon: Project, settings: Any) -> None:
    settings.SALON_MONTHLY_BUDGET_USD = 7
    assert assistant_of(salon).ceiling_usd == Decimal(7)
    budget.forget_cache()
    assert not budget.is_spent(project=salon)
    settings.SALON_MONTHLY_BUDGET_USD = 0
    assert budget.is_spent(project=salon)


def test_an_owner_lowers_the_ceiling_and_lifts_none(salon: Project, settings: Any) -> None:
    settings.SALON_MONTHLY_BUDGET_USD = 7
    for wish, holds in ((5, 5), (5000, 7), (None, 7)):
        set_own_ceiling(project=salon, usd=None if wish is None else Decimal(wish))
        assert assistant_of(again(salon)).ceiling_usd == Decimal(holds)


def test_the_operator_gives_one_salon_more_than_the_others(salon: Project, settings: Any) -> None:
    settings.SALON_MONTHLY_BUDGET_USD = 7
    change_settings(salon, monthly_budget_usd=Decimal(500))
    assert assistant_of(again(salon)).ceiling_usd == Decimal(500)


@pytest.mark.parametrize("usd", [0, 8, 10**7])
def test_no_key_sets_a_ceiling_where_the_default_holds(salon: Project, usd: int) -> None:
    assert post_config(salon, {"monthly_budget_usd": usd}) == (400, {"ai.monthly_budget_usd"})
    assert post_config(salon, {"monthly_budget_usd": None})[0] == 200  # as it is


# --- models -------------------------------------------------------------------------------------------------


def test_a_salon_chooses_no_model_unless_some_are_listed(salon: Project, owner: Client) -> None:
    assert post_config(salon, {"model_main": SONNET}) == (400, {"ai.model_main"})
    save_page(salon, owner, **{"assistant_settings-0-model_main": SONNET})
    assert assistant_of(again(salon)).model_main == ""


def test_a_salon_chooses_among_the_listed_models_only(salon: Project, owner: Client, settings: Any) -> None:
    settings.SALON_CLAUDE_MODELS = [SONNET]
    assert post_config(salon, {"model_main": SONNET})[0] == 200
    assert models_of(again(salon)).main == SONNET
    assert post_config(salon, {"model_main": OPUS, "model_fast": SONNET}) == (400, {"ai.model_main"})
    assert post_config(salon, {"model_main": None})[0] == 200
    assert save_page(salon, owner, **{"assistant_settings-0-model_fast": SONNET}).status_code == 302
    assert save_page(salon, owner, **{"assistant_settings-0-model_fast": OPUS}).status_code == 200
    assert assistant_of(again(salon)).model_fast == SONNET


def test_a_model_that_the_operator_chose_stays_beside_the_list(
    salon: Project, owner: Client, settings: Any
) -> None:
    settings.SALON_CLAUDE_MODELS = [SONNET]
    change_settings(salon, model_main=OPUS)
    assert save_page(salon, owner, name="New name").status_code == 302
    assert post_config(salon, {"model_main": OPUS})[0] == 200
    assert AssistantSettings.objects.get(project=salon).model_main == OPUS


# --- what all share -----------------------------------------------------------------------------------------


ALLOWANCE = {f"allowance-0-{name}": "100000" for name in Allowance.OPERATORS_FIELDS}


def test_an_owner_sees_the_allowance_and_does_not_set_it(
    salon: Project, owner: Client, admin_client: Client
) -> None:
    save_page(salon, admin_client, **ALLOWANCE | {"allowance-0-turns_at_once": "12345"})
    assert Allowance.objects.get(project=salon).turns_at_once == 12345
    assert "12345" in owner.get(f"/admin/projects/project/{salon.pk}/change/").content.decode()
    assert save_page(salon, owner, **ALLOWANCE, name="New name").status_code == 302
    assert Allowance.objects.get(project=salon).turns_at_once == 12345
    assert again(salon).name == "New name"


def test_the_configuration_has_no_word_for_the_allowance(salon: Project) -> None:
    url, headers = f"/projects/{salon.slug}/config", bearer(make_key(salon))
    for name in (*Allowance.OPERATORS_FIELDS, "allowance", "client_messages_per_hour"):
        document = {name: 5}
        answer = Client().post(url, document, content_type="application/json", headers=headers)
        assert (answer.status_code, set(answer.json()["error"]["fields"])) == (400, {name})


def test_one_salon_leaves_places_for_waiting_flows_to_others(salon: Project, settings: Any) -> None:
    settings.WEB_THREADS = 8
    assert share_of(salon.pk) == 4  # the only one
    other = make_project()
    assert share_of(salon.pk) == 2
    room = Capacity()
    assert [room.take(salon.pk, most=share_of(salon.pk)) for _ in range(3)] == [True, True, False]
    assert room.take(other.pk, most=share_of(other.pk))
    room.give_back(salon.pk)
    assert room.take(salon.pk, most=share_of(salon.pk))
    settings.SALON_FLOW_PLACES = 1
    assert share_of(salon.pk) == 1
    Allowance.objects.create(project=salon, flow_places=3)
    assert share_of(salon.pk) == 3


def count(dialogue: Dialogue, number: int, now: datetime) -> list[float]:
    """Count messages of one moment; returns for how many seconds each was held."""
    held = []
    for _ in range(number):
        dialogue.held_until = None
        flood.count_message(dialogue=dialogue, at=now)
        held.append((dialogue.held_until - now).total_seconds() if dialogue.held_until else 0.0)
    return held


def test_a_burst_is_answered_at_the_salons_pace_and_nobody_is_told(salon: Project, settings: Any) -> None:
    settings.SALON_MESSAGES_PER_BURST = 5
    talk, now = make_dialogue(project=salon), timezone.now()
    assert count(talk, 8, now) == pytest.approx([0, 0, 0, 0, 0, 2, 4, 6])
    assert talk.told_held_at is None
    Allowance.objects.create(project=salon, messages_per_burst=100)
    assert count(talk, 1, now) == pytest.approx([6.1])
    assert count(talk, 1, now + timedelta(seconds=20)) == [0]
    assert count(make_dialogue(), 5, now) == [0, 0, 0, 0, 0]  # another salon


def test_a_long_flood_holds_up_what_comes_later_for_minutes_only(salon: Project, settings: Any) -> None:
    settings.SALON_MESSAGES_PER_BURST = 1
    assert max(count(make_dialogue(project=salon), 60, timezone.now())) <= flood.LONGEST_PACE.total_seconds()
