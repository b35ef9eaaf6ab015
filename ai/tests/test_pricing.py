"""What a call costs: by the row of its moment, of an unknown model by the dearest one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from ai.claude import pricing
from ai.claude.checks import check_models
from ai.claude.pricing import Usage, cost
from ai.models import AssistantSettings, ModelPrice
from projects.tests.factories import make_project, make_staff

MILLION_IN = Usage(input_tokens=1_000_000)
MILLION_OUT = Usage(output_tokens=1_000_000)
RAISE = datetime(2026, 12, 15, 8, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rows_of_this_test() -> Iterator[None]:
    pricing.forget_cache()
    yield
    pricing.forget_cache()


def make_price(name: str = "claude-sonnet-5-5", **changes: Any) -> ModelPrice:
    figures = dict.fromkeys(("input", "write_5m", "write_1h", "read", "output"), Decimal(7))
    return ModelPrice.objects.create(**({"name": name, "valid_from": RAISE} | figures | changes))


def test_known_prices_are_rows_after_migrating() -> None:
    assert ModelPrice.objects.filter(name="claude-sonnet-5-5").get().output == 10
    assert cost("claude-sonnet-5-5", MILLION_OUT) == 10


def test_a_call_costs_what_the_model_cost_at_its_moment() -> None:
    make_price()
    before, after = RAISE.replace(hour=7), RAISE.replace(hour=8)
    assert cost("claude-sonnet-5-5", MILLION_IN, at=before) == 2
    assert cost("claude-sonnet-5-5", MILLION_IN, at=after) == 7
    assert cost("claude-haiku-5-5", MILLION_OUT, at=after) == Decimal("0.5")


def test_an_unknown_model_costs_what_the_dearest_does() -> None:
    assert cost("claude-nobody-1", MILLION_OUT) == 50
    make_price("claude-new-9", output=Decimal(80))
    pricing.forget_cache()
    assert cost("claude-nobody-1", MILLION_OUT, at=RAISE) == 80


def test_the_day_of_a_release_changes_no_price() -> None:
    assert cost("claude-haiku-4-5-20251001", MILLION_OUT) == cost("claude-haiku-4-5", MILLION_OUT)


def test_a_long_prompt_costs_more_where_the_row_says_so() -> None:
    short, long = Usage(input_tokens=100_000), Usage(input_tokens=50_000, cache_read=50_001)
    assert cost("claude-haiku-5-5", short) == Decimal("0.01")
    assert cost("claude-haiku-5-5", long) == Decimal("0.02750005")


def test_check_names_models_whose_price_nobody_knows(settings: Settings) -> None:
    assert check_models(None) == []
    settings.CLAUDE_MODEL_MAIN = "claude-tomorrow-1"
    AssistantSettings.objects.create(project=make_project(), model_fast="claude-salon-2")
    found = [str(warning.msg) for warning in check_models(None)]
    assert ["claude-salon-2" in found[0], "claude-tomorrow-1" in found[1], len(found)] == [True, True, 2]
    make_price("claude-tomorrow-1")
    pricing.forget_cache()
    assert len(check_models(None)) == 1


def test_only_the_operator_sees_and_writes_prices(admin_client: Browser, client: Browser) -> None:
    path = "/admin/ai/modelprice/add/"
    day = {"valid_from_0": "2026-12-15", "valid_from_1": "10:00:00"}
    figures = dict.fromkeys(("input", "write_5m", "write_1h", "read", "output"), "3")
    form = {"name": "claude-sonnet-5-5", **day, **figures, "long_prompt": "0", "long_factor": "1"}
    assert cost("claude-sonnet-5-5", MILLION_IN, at=RAISE) == 2
    answer = admin_client.post(path, form)
    assert answer.status_code == 302, answer.content.decode()
    assert cost("claude-sonnet-5-5", MILLION_IN, at=RAISE.replace(day=16)) == 3
    client.force_login(make_staff(make_project()))
    assert client.get("/admin/ai/modelprice/").status_code == 403
    row = ModelPrice.objects.latest("valid_from")
    assert admin_client.post(f"/admin/ai/modelprice/{row.pk}/delete/").status_code == 403
