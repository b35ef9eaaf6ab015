"""Ids and secrets of the channel have one form, whichever door they come in by."""

import json
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from botbackend.tests.test_admin_forms import browser_of_owner, mistakes_on, save_project
from dialogues.models import ChannelSettings, webhook_key
from projects.models import Project
from projects.tests.factories import bearer, make_key, make_project

REAL = "6671465ac84ab24b4702fa25"


def post_config(salon: Project, **sendpulse: str) -> Any:
    url, body = f"/projects/{salon.slug}/config", json.dumps({"sendpulse": sendpulse})
    return Client().post(url, body, content_type="application/json", headers=bearer(make_key(salon)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (REAL, REAL),
        (REAL.upper(), REAL),
        (f"\ufeff{REAL}\u200b", REAL),
        (f" {REAL}\u00a0", REAL),
        ("Bot-1_a", "Bot-1_a"),
    ],
)
def test_a_bot_is_known_by_one_form_of_its_id(typed: str, stored: str) -> None:
    by_page, by_config = make_project(), make_project()
    page = {"channel_settings-0-sendpulse_bot_id": typed}
    assert save_project(by_page, browser_of_owner(by_page), **page).status_code == 302
    assert ChannelSettings.objects.get(project=by_page).sendpulse_bot_id == stored

    answer = post_config(by_config, bot_id=typed)
    assert answer.json()["error"]["fields"].keys() == {"sendpulse.bot_id"}, "another salon has it"
    save_project(by_page, browser_of_owner(by_page), **{"channel_settings-0-sendpulse_bot_id": ""})
    assert post_config(by_config, bot_id=typed).json()["sendpulse"]["bot_id"] == stored


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("bot_id", REAL.replace("a", "а", 1)),  # a Cyrillic letter
        ("bot_id", "two words"),
        ("bot_id", "<a>"),
        ("bot_id", f"https://login.sendpulse.com/{REAL}"),
        ("client_id", "sp_іd"),
        ("client_secret", "таємниця"),
        ("webhook_secret", "секрет"),
        ("webhook_secret", "a/b"),
        ("webhook_secret", "50%"),
    ],
)
def test_what_could_never_be_met_again_is_an_error_at_every_door(name: str, typed: str) -> None:
    salon = make_project()
    column = name if name == "webhook_secret" else f"sendpulse_{name}"
    page = save_project(salon, browser_of_owner(salon), **{f"channel_settings-0-{column}": typed})
    assert mistakes_on(page) == {column}
    assert post_config(salon, **{name: typed}).json()["error"]["fields"].keys() == {f"sendpulse.{name}"}


@pytest.mark.django_db
def test_a_secret_is_stored_as_it_will_be_shown() -> None:
    salon, other = make_project(), make_project()
    secret = "s3cret~.of-twenty-signs"
    page = {"channel_settings-0-webhook_secret": f"\u200b{secret}\ufeff"}
    assert save_project(salon, browser_of_owner(salon), **page).status_code == 302
    assert post_config(other, webhook_secret=f"\u200b{secret}\ufeff").status_code == 200
    for row in ChannelSettings.objects.all():
        assert (row.webhook_secret, row.webhook_key) == (secret, webhook_key(secret))


@pytest.mark.django_db
def test_what_an_older_version_stored_does_not_close_the_page() -> None:
    salon = make_project(webhook_secret="старий секрет", sendpulse_bot_id="б о т")
    assert save_project(salon, browser_of_owner(salon), name="New name").status_code == 302
    assert ChannelSettings.objects.get(project=salon).webhook_secret == "старий секрет"


@pytest.mark.django_db(transaction=True)
def test_ids_of_before_are_brought_into_their_form_unless_another_salon_has_it() -> None:
    MigrationExecutor(connection).migrate([("dialogues", "0006_verified_contacts")])
    try:
        for bot in (f"\u200b{REAL}", "b\u200b", "b", "бот", ""):
            make_project(sendpulse_bot_id=bot)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    stored = ChannelSettings.objects.order_by("pk").values_list("sendpulse_bot_id", flat=True)
    assert list(stored) == [REAL, "b\u200b", "b", "бот", ""]
