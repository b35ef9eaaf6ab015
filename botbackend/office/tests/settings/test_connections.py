"""Connections: how they stand, how they are set, what a test says."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from ai.claude import key_pool
from bookings.tests.factories import make_project
from botbackend.lib.deadlines import within
from botbackend.office.settings import testing
from botbackend.office.tests.people import make_colleague, signed_in
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import ChannelSettings, InboundEvent
from projects.models import Project
from projects.tests.factories import change_settings
from sheets.models import SheetConflict, SheetLink
from sheets.tests.conftest import google
from sheets.tests.salon import KYIV, SheetSalon

__all__ = ["google"]
pytestmark = pytest.mark.django_db
SECRET = "a-secret-nobody-guesses-1"


def page(name: str, salon: Project, *args: object) -> str:
    return reverse(f"office:settings-{name}", args=[salon.slug, *args])


def ask(salon: Project, name: str) -> str:
    answer = signed_in(make_colleague(salon)).post(page("test", salon, name))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def save(salon: Project, form: str, **typed: Any) -> Any:
    browser = signed_in(make_colleague(salon))
    shown = browser.get(page("connections", salon)).context["forms"][form]
    return browser.post(page("connections", salon), {"form": form, "seen": shown.seen, **typed})


def test_the_page_shows_no_secret_and_costs_the_same_whatever_there_is() -> None:
    salon = make_project(
        webhook_secret=SECRET, sendpulse_client_secret=SECRET, sendpulse_client_id="id-of-the-account",
        spreadsheet_id="book", sendpulse_bot_id="b1",
    )  # fmt: skip
    browser = signed_in(make_colleague(salon))
    link = SheetLink.objects.get(project=salon)
    counts = []
    for _ in range(2):
        for number in range(6):
            InboundEvent.objects.create(project=salon, dedupe_key=f"{_}{number}", payload={})
            SheetConflict.objects.create(link=link, reason="outside_hours", rejected=["<b>x</b>"])
        with CaptureQueriesContext(connection) as spent:
            shown = browser.get(page("connections", salon)).content.decode()
        counts.append(len(spent))
    assert counts[0] == counts[1]
    assert (SECRET in shown, "id-of-the-account" in shown, "<b>x</b>" in shown) == (False, False, False)


def test_the_address_of_the_webhook_is_shown_when_asked_for() -> None:
    salon = make_project(webhook_secret=SECRET)
    shown = signed_in(make_colleague(salon)).post(page("address", salon)).content.decode()
    assert f"http://testserver/webhook/sendpulse/{SECRET}" in shown


def test_the_secret_of_the_installation_is_shown_to_nobody(settings: Settings) -> None:
    settings.SENDPULSE_WEBHOOK_SECRET = SECRET
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    for shown in (browser.get(page("connections", salon)), browser.post(page("address", salon))):
        assert SECRET not in shown.content.decode()


def test_a_new_address_is_made_and_the_one_of_before_is_shut() -> None:
    salon = make_project(webhook_secret=SECRET)
    browser = signed_in(make_colleague(salon))
    seen = browser.get(page("connections", salon)).context["secret_seen"]
    assert browser.post(page("secret", salon), {"seen": seen}).status_code == 302
    first = ChannelSettings.objects.get(project=salon).webhook_secret
    assert (first != SECRET, len(first) > 30) == (True, True)
    browser.post(page("secret", salon), {"seen": seen})  # pressed twice: the second is told
    assert ChannelSettings.objects.get(project=salon).webhook_secret == first


def test_bot_and_keys_are_saved_and_an_empty_key_stays() -> None:
    salon = make_project(sendpulse_client_id="old", sendpulse_client_secret="kept")
    assert save(salon, "sendpulse", bot_id="AbCdEf0123456789AbCdEf01", client_id="new").status_code == 302
    row = ChannelSettings.objects.get(project=salon)
    assert (row.sendpulse_bot_id, row.sendpulse_client_id, row.sendpulse_client_secret) == (
        "abcdef0123456789abcdef01", "new", "kept",
    )  # fmt: skip


def test_the_bot_of_another_salon_is_refused_at_its_field() -> None:
    make_project(sendpulse_bot_id="b1")
    salon = make_project()
    answer = save(salon, "sendpulse", bot_id="b1")
    assert (answer.status_code, list(answer.context["forms"]["sendpulse"].errors)) == (422, ["bot_id"])


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("https://docs.google.com/spreadsheets/d/1AbC-d_9/edit#gid=0", "1AbC-d_9"),
        ("1AbC-d_9", "1AbC-d_9"),
        ("", ""),
    ],
)
def test_a_link_is_pasted_instead_of_an_id(pasted: str, stored: str) -> None:
    salon = make_project(spreadsheet_id="before")
    assert save(salon, "sheet", google_sheet_id=pasted).status_code == 302
    assert SheetLink.objects.get(project=salon).spreadsheet_id == stored


def test_what_is_no_spreadsheet_and_that_of_another_salon_are_told() -> None:
    make_project(spreadsheet_id="taken")
    salon = make_project()
    for pasted in ("https://example.com/x y", "taken"):
        answer = save(salon, "sheet", google_sheet_id=pasted)
        errors = answer.context["forms"]["sheet"].errors
        assert (answer.status_code, list(errors)) == (422, ["google_sheet_id"])


@pytest.mark.django_db(transaction=True)
def test_sendpulse_tells_the_bots_name_and_what_is_wrong(sendpulse: SendPulseStandIn) -> None:
    salon = make_project(sendpulse_client_id="sp_id_demo", sendpulse_client_secret="sp_sk_demo")
    assert "no bot is chosen" in ask(salon, "sendpulse")
    bot = next(iter(sendpulse.contacts.bots.values()))
    change_settings(salon, sendpulse_bot_id="b-of-nobody")
    assert bot.name in ask(salon, "sendpulse")
    change_settings(salon, sendpulse_bot_id=bot.id)
    assert f"The bot is called {bot.name}" in ask(salon, "sendpulse")


@pytest.mark.django_db(transaction=True)
def test_a_salon_without_keys_is_told_where_to_find_them(settings: Settings) -> None:
    settings.SENDPULSE_CLIENT_SECRET = ""
    said = ask(make_project(), "sendpulse")
    assert "no keys" in said
    assert "account settings, API" in said


@pytest.mark.django_db(transaction=True)
def test_claude_is_asked_without_a_token_spent(settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = []
    key_pool.forget_cache()
    assert "numbered menus" in ask(make_project(), "claude")
    with running(ClaudeStandIn(keys={"sk-good": "org"})) as claude:
        settings.CLAUDE_BASE_URL, settings.CLAUDE_API_KEYS = claude.url, ["sk-good"]
        assert "Claude answers; 1 key works" in ask(make_project(), "claude")
    settings.CLAUDE_BASE_URL = "http://127.0.0.1:9"
    assert "does not answer" in ask(make_project(), "claude")


@pytest.mark.django_db(transaction=True)
def test_google_tells_its_tabs_or_in_its_own_words_what_is_wrong(google: GoogleStandIn) -> None:
    salon = SheetSalon(google).project
    assert "the spreadsheet has 1 tab" in ask(salon, "google")
    SheetLink.objects.filter(project=salon).update(spreadsheet_id="nowhere", mirrored_id="")
    said = ask(salon, "google")
    assert "there is no such spreadsheet" in said
    assert "The salon: correct" in said


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_longer_than_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "SECONDS", 0.1)
    person_has_gone, late = threading.Event(), threading.Event()

    def answers_late(salon: Project) -> testing.Verdict:
        if person_has_gone.wait(60):
            late.set()
        return testing.Verdict(True, "")

    monkeypatch.setitem(testing.TESTS, "claude", answers_late)
    assert "No answer within five seconds" in ask(make_project(), "claude")
    assert not late.is_set()
    person_has_gone.set()
    assert late.wait(60)


@pytest.mark.django_db(transaction=True)
def test_a_salon_tests_a_few_times_a_minute_only(settings: Settings) -> None:
    salon = make_project()
    said = [ask(salon, "google") for _ in range(testing.PER_MINUTE + 1)]
    assert "often" in said[-1]
    assert "often" not in said[-2]


def test_work_within_a_time_gives_its_result_or_its_error() -> None:
    assert within(5, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("side", ["sheet", "calendar"])
def test_vanished_rows_are_answered_with_either_side(google: GoogleStandIn, side: str) -> None:
    there = SheetSalon(google)
    visit = there.book("10:00")
    there.sync()
    row = there.link().rows.get()
    row.awaits_answer, row.missing_since = True, timezone.now()
    row.save()
    browser = signed_in(make_colleague(there.project))
    assert f'value="{row.pk}"' in browser.get(page("connections", there.project)).content.decode()
    answer = browser.post(page("vanished", there.project), {"side": side, "row": [row.pk, "x", "9" * 30]})
    assert answer.status_code == 302
    visit.refresh_from_db()
    row.refresh_from_db()
    assert (visit.status, row.awaits_answer) == (
        ("cancelled", True) if side == "sheet" else ("booked", False)
    )  # fmt: skip
    assert not browser.get(page("connections", there.project)).context["sheet"].vanished


def test_a_refused_cell_is_answered_with_either_side(google: GoogleStandIn) -> None:
    sheet = SheetSalon(google)
    browser = signed_in(make_colleague(sheet.project))
    visit, other = sheet.book("10:00"), sheet.book("12:00", name="Ірина")
    sheet.sync()
    sheet.edit("set", cell="C2", value="12:00")
    sheet.sync()
    conflict = SheetConflict.objects.get()
    shown = browser.get(page("connections", sheet.project)).content.decode()
    assert "The spreadsheet says" in shown
    there = page("refused", sheet.project, conflict.pk)
    answer = browser.post(there, {"side": "sheet"}, follow=True).content.decode()
    assert "This time is taken." in answer
    sheet.cancel(other)
    answer = browser.post(there, {"side": "sheet"}, follow=True).content.decode()
    assert "The visit is as the spreadsheet says." in answer
    assert "The spreadsheet says" not in answer
    visit.refresh_from_db()
    assert visit.start.astimezone(KYIV).hour == 12
    answer = browser.post(there, {"side": "ours"}, follow=True).content.decode()
    assert "Somebody has decided this already" in answer
