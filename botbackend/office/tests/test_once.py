"""A form that makes something and is pressed twice makes it once."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from ai.models import Knowledge
from bookings.models import Client, DayOff
from botbackend.lib import redis_client
from botbackend.office.settings import keys
from botbackend.office.tests.people import make_colleague, signed_in
from botbackend.staff.models import Invitation
from projects.access import LastOwner
from projects.models import ApiKey
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db
FORMS: list[tuple[str, list[int], dict[str, str], Any]] = [
    ("settings-new-key", [], {"label": "site", "scope": "read"}, ApiKey),
    ("settings-invite", [], {"role": "staff"}, Invitation),
    ("assistant-fact-new", [], {"title": "Address", "text": "Kyiv"}, Knowledge),
    ("team-leave-new", [], {"specialist": "salon", "first": "2030-01-07", "last": "2030-01-08"}, DayOff),
    ("client-new", [], {"name": "Olena"}, Client),
]


def key_in(browser: Browser, address: str) -> str:
    found = re.search(r'name="form_key" value="(\w+)"', browser.get(address).content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("name", "rest", "typed", "model"), FORMS)
def test_three_presses_make_one_row_and_another_form_a_second(
    name: str, rest: list[str], typed: dict[str, str], model: type
) -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    address = reverse(f"office:{name}", args=[salon.slug, *rest])
    key = key_in(browser, address)
    presses = [browser.post(address, {**typed, "form_key": key}) for _ in range(3)]
    assert model.objects.count() == 1  # type: ignore[attr-defined]
    assert [press.status_code for press in presses[1:]] == [204, 204]
    assert "stored already" in presses[1]["HX-Trigger"]
    browser.post(address, {**typed, "form_key": key_in(browser, address)})
    assert model.objects.count() == 2  # type: ignore[attr-defined]


def test_what_was_refused_may_be_pressed_again() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    address = reverse("office:settings-new-key", args=[salon.slug])
    assert browser.post(address, {"label": "", "scope": "read", "form_key": "one"}).status_code == 422
    assert browser.post(address, {"label": "site", "scope": "read", "form_key": "one"}).status_code == 200


def test_a_press_beside_the_first_is_not_told_that_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    salon = make_project()
    browser, other = (signed_in(owner) for owner in [make_colleague(salon)] * 2)
    address = reverse("office:settings-new-key", args=[salon.slug])
    typed = {"label": "site", "scope": "read", "form_key": "one"}
    beside: list[Any] = []

    def refuse(**values: Any) -> Any:
        beside.append(other.post(address, typed, headers={"HX-Request": "true"}))
        raise LastOwner("no")

    monkeypatch.setattr(keys, "create_api_key", refuse)
    with pytest.raises(LastOwner):
        browser.post(address, typed)
    assert (beside[0].status_code, beside[0]["HX-Reswap"]) == (409, "none")
    assert "stored already" not in beside[0]["HX-Trigger"]
    assert "is being stored" in beside[0].content.decode()
    monkeypatch.undo()
    assert browser.post(address, typed).status_code == 200
    assert ApiKey.objects.count() == 1


def test_a_dead_redis_stops_nobody(settings: Settings) -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_client._client.cache_clear()
    typed = {"label": "site", "scope": "read", "form_key": "one"}
    assert browser.post(reverse("office:settings-new-key", args=[salon.slug]), typed).status_code == 200
    redis_client._client.cache_clear()
