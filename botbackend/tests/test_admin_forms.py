"""What an owner types in the admin: a mistake is named beside its field, and what is said has happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client

from ai.language import words
from ai.models import MAX_PROMPT_LENGTH, AssistantSettings, PromptVersion, assistant_of
from ai.prompts.versions import publish_prompt
from bookings.models import DateOverride, WeeklyBreak, WeeklyRange
from bookings.tests.factories import make_specialist
from botbackend.lib.languages import LANGUAGES
from botbackend.tests.test_admin_scoping import filled_in
from dialogues.models import ChannelSettings, StaffTask, channel_of
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import change_settings, make_project, make_staff
from sheets.models import SheetLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


def browser_of_owner(salon: Project) -> Client:
    person: User = make_staff()
    grant_membership(project=salon, user=person, role=Membership.Role.OWNER)
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def owner(salon: Project) -> Client:
    return browser_of_owner(salon)


def errors_of(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    errors: dict[str, list[str]] = dict(answer.context["adminform"].errors)
    return errors


@pytest.mark.parametrize(
    ("start", "end", "weekday", "field"),
    [
        (900, 600, 0, "end_minute"),
        (600, 600, 0, "end_minute"),
        (600, 1441, 0, "end_minute"),
        (1500, 1600, 6, "end_minute"),
        (600, 900, 7, "weekday"),
    ],
)
@pytest.mark.parametrize("kind", ["weeklyrange", "weeklybreak"])
def test_hours_that_run_backwards_are_an_error_of_their_field(
    salon: Project, owner: Client, kind: str, start: int, end: int, weekday: int, field: str
) -> None:
    form = {"project": salon.pk, "specialist": make_specialist(salon).pk, "weekday": weekday}
    form |= {"start_minute": start, "end_minute": end}

    assert set(errors_of(owner.post(f"/admin/bookings/{kind}/add/", form))) == {field}
    assert not WeeklyRange.objects.exists()
    assert not WeeklyBreak.objects.exists()


def test_hours_that_run_backwards_are_refused_on_the_specialists_page(salon: Project, owner: Client) -> None:
    url = f"/admin/bookings/specialist/{make_specialist(salon).pk}/change/"
    page = owner.get(url)
    form: dict[str, Any] = {"name": "Anna", "position": 0, "is_active": "on"}
    form |= {name: value for name, value in page.context["adminform"].form.initial.items() if value}
    for inline in page.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        form |= {management.add_prefix(name): management[name].value() for name in management.fields}
    form |= {"weekly_ranges-TOTAL_FORMS": 1, "weekly_ranges-0-weekday": 0}
    form |= {"weekly_ranges-0-start_minute": 900, "weekly_ranges-0-end_minute": 600}

    answer = owner.post(url, form)

    assert answer.status_code == 200
    inlines = {inline.formset.prefix: inline.formset for inline in answer.context["inline_admin_formsets"]}
    assert set(inlines["weekly_ranges"].errors[0]) == {"end_minute"}


def test_days_off_that_run_backwards_are_an_error_of_their_field(salon: Project, owner: Client) -> None:
    form = {"project": salon.pk, "date_from": "2026-12-25", "date_to": "2026-12-24"}
    assert set(errors_of(owner.post("/admin/bookings/dayoff/add/", form))) == {"date_to"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("[]", []),
        (" [ ] ", []),
        ("[[540, 780]]", [[540, 780]]),
        ("[[0, 1440]]", [[0, 1440]]),
        ("[[540.0, 600.0]]", [[540, 600]]),
        ("[[0e0, 6e2], [1e3, 1100.000]]", [[0, 600], [1000, 1100]]),
    ],
)
def test_a_date_can_be_closed_or_have_hours_in_whole_minutes(
    salon: Project, owner: Client, typed: str, stored: list[list[int]]
) -> None:
    form = {"project": salon.pk, "date": "2026-12-24", "ranges": typed}
    assert owner.post("/admin/bookings/dateoverride/add/", form).status_code == 302
    assert repr(DateOverride.objects.get().ranges) == repr(stored)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "null", '""', "{}", '{"a": 1}', "0", "[[780, 540]]", '[["9", "10"]]', "[540, 780]", "closed"),
        *("[[true, 600]]", "[[540.5, 600]]", "[[NaN, 600]]", "[[0, 1e400]]", "[[0, 1441]]", "[[-5, 600]]"),
        *("[[540, 600], [590, 700]]", "[null]", "[[]]", "[[540, 600, 700]]", "[[540, [600]]]", "[" * 2000),
    ],
)
def test_what_is_no_hours_of_a_date_is_an_error_of_its_field(
    salon: Project, owner: Client, typed: str
) -> None:
    form = {"project": salon.pk, "date": "2026-12-24", "ranges": typed}
    assert set(errors_of(owner.post("/admin/bookings/dateoverride/add/", form))) == {"ranges"}
    assert not DateOverride.objects.exists()


@pytest.mark.parametrize("text", ["x" * (MAX_PROMPT_LENGTH + 1), "і" * 2 * MAX_PROMPT_LENGTH, " ", "\n\n"])
def test_a_prompt_that_cannot_be_published_is_an_error_of_its_text(
    salon: Project, owner: Client, text: str
) -> None:
    form = {"project": salon.pk, "name": "main_response", "text": text}
    assert set(errors_of(owner.post("/admin/ai/promptversion/add/", form))) == {"text"}
    assert not PromptVersion.objects.exists()


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_publishing_a_prompt_says_what_happened(salon: Project, owner: Client) -> None:
    form = {"project": salon.pk, "name": "main_response", "text": "Be kind."}
    url = "/admin/ai/promptversion/"

    assert said(owner.post(f"{url}add/", form)) == ["main_response v1 is in force."]
    again = said(owner.post(f"{url}add/", form))
    assert again[-1] == "main_response v1 was in force already: nothing changed."
    other = said(owner.post(f"{url}add/", form | {"text": "Be brief."}))
    assert other[-1] == "main_response v2 is in force."
    assert PromptVersion.objects.count() == 2


def test_the_actions_on_prompts_say_what_happened(salon: Project, owner: Client) -> None:
    first = publish_prompt(project=salon, name="main_response", text="Be kind.")
    publish_prompt(project=salon, name="main_response", text="Be brief.")
    url, chosen = "/admin/ai/promptversion/", {"_selected_action": [first.pk]}

    assert said(owner.post(url, chosen | {"action": "put_in_force"}))[-1] == "main_response v1 is in force."
    shipped = said(owner.post(url, chosen | {"action": "go_back_to_shipped"}))
    assert shipped[-1] == "main_response: the text that is shipped is in force."
    again = said(owner.post(url, chosen | {"action": "go_back_to_shipped"}))
    assert again[-1] == "main_response: the text that is shipped was in force already."


def test_a_task_that_is_set_to_done_has_its_moment(salon: Project, owner: Client) -> None:
    task = StaffTask.objects.create(project=salon, kind="human")
    url = f"/admin/dialogues/stafftask/{task.pk}/change/"
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)  # while the session lasts

    with time_machine.travel(now, tick=False):
        assert owner.post(url, {"state": "done"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.done_at) == ("done", now)

    owner.post(url, {"state": "done"})  # the moment is when it was done, not when it was said again
    owner.post("/admin/dialogues/stafftask/", {"action": "mark_done", "_selected_action": [task.pk]})
    task.refresh_from_db()
    assert task.done_at == now

    owner.post(url, {"state": "open"})
    assert StaffTask.objects.filter(state="open", done_at=None).exists()


ADDRESS = "https://docs.google.com/spreadsheets/d/1AbC-d_9/edit?gid=0#gid=0"


def save_project(salon: Project, browser: Client, **typed: Any) -> Any:
    """Save the page of the project with some fields typed anew."""
    url = f"/admin/projects/project/{salon.pk}/change/"
    return browser.post(url, filled_in(browser.get(url)) | typed)


def mistakes_on(answer: Any) -> set[str]:
    assert answer.status_code == 200
    found = set(answer.context["adminform"].errors)
    for inline in answer.context["inline_admin_formsets"]:
        found |= {name for errors in inline.formset.errors for name in errors}
    return found


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"language": "UK"}, "language"),
        ({"language": "de"}, "language"),
        ({"currency": "грн"}, "currency"),
        ({"currency": "uah"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"channel_settings-0-debounce_seconds": "20"}, "max_wait_seconds"),
        ({"channel_settings-0-max_wait_seconds": "3.9"}, "max_wait_seconds"),
        ({"booking_rules-0-work_end_minute": "540"}, "work_end_minute"),
        ({"sheet_link-0-spreadsheet_id": "https://example.com/d/1/edit"}, "spreadsheet_id"),
        ({"sheet_link-0-spreadsheet_id": ADDRESS.replace("/d/", "/d/e/")}, "spreadsheet_id"),
        ({"sheet_link-0-spreadsheet_id": "two words"}, "spreadsheet_id"),
        *[
            ({"sheet_link-0-spreadsheet_id": junk}, "spreadsheet_id")
            for junk in ("1AbС", "“1AbC”", "<a>", "gid=0#", "1AbC,", f"http://{ADDRESS}")
        ],
    ],
)
def test_settings_that_cannot_be_are_errors_of_their_fields(
    salon: Project, owner: Client, typed: dict[str, str], field: str
) -> None:
    assert mistakes_on(save_project(salon, owner, **typed)) == {field}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (ADDRESS, "1AbC-d_9"),
        (f" {ADDRESS.replace('/d/', '/u/1/d/')} ", "1AbC-d_9"),
        ("1AbC\u200b", "1AbC"),
        ("1AbC?usp=sharing", "1AbC"),
        (ADDRESS.replace("https://docs", "HTTPS://Docs"), "1AbC-d_9"),
        ("docs.google.com/a/firma.pl/spreadsheets/d/1AbC-d_9/htmlview", "1AbC-d_9"),
        ("https://drive.google.com/open?usp=sharing&id=1AbC-d_9", "1AbC-d_9"),
        ("https://drive.google.com/file/d/1AbC-d_9/view?usp=sharing", "1AbC-d_9"),
    ],
)
def test_an_address_is_taken_for_the_spreadsheet_it_names(
    salon: Project, owner: Client, typed: str, stored: str
) -> None:
    assert save_project(salon, owner, **{"sheet_link-0-spreadsheet_id": typed}).status_code == 302
    assert SheetLink.objects.get(project=salon).spreadsheet_id == stored


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"assistant_settings-0-model_main": "gpt-9"}, "model_main"),
        ({"assistant_settings-0-model_fast": "claude"}, "model_fast"),
        ({"assistant_settings-0-monthly_budget_usd": "-1"}, "monthly_budget_usd"),
        ({"assistant_settings-0-monthly_budget_usd": "NaN"}, "monthly_budget_usd"),
        ({"channel_settings-0-project_messages_per_hour": "-1"}, "project_messages_per_hour"),
    ],
)
def test_limits_that_cannot_be_are_errors_for_the_operator_too(
    salon: Project, admin_client: Client, typed: dict[str, str], field: str
) -> None:
    assert mistakes_on(save_project(salon, admin_client, **typed)) == {field}


LIMITS = {
    "assistant_settings-0-model_main": "claude-opus-5-5",
    "assistant_settings-0-model_fast": "claude-opus-5-5",
    "assistant_settings-0-monthly_budget_usd": "99999",
    "channel_settings-0-client_messages_per_hour": "2000000",
    "channel_settings-0-project_messages_per_hour": "2000000",
    "slug": "of-another",
    "is_active": "",
}


def limits_of(salon: Project) -> list[object]:
    found = Project.objects.get(pk=salon.pk)
    parts = {"assistant_settings": assistant_of(found), "channel_settings": channel_of(found)}
    return [
        str(getattr(parts.get(name.partition("-")[0], found), name.rpartition("-")[2])) for name in LIMITS
    ]


def test_what_the_installation_pays_for_an_owner_sees_and_does_not_set(
    salon: Project, owner: Client, admin_client: Client
) -> None:
    save_project(salon, admin_client)  # now all its parts are stored
    before = limits_of(salon)
    assert save_project(salon, owner, **LIMITS, name="New name").status_code == 302
    salon.refresh_from_db()
    assert (salon.name, limits_of(salon)) == ("New name", before)
    assert "5000" in owner.get(f"/admin/projects/project/{salon.pk}/change/").content.decode()


SECRET_FIELD = "channel_settings-0-webhook_secret"


@pytest.mark.parametrize(
    "typed", ["1", "x" * 19, "x" * 201, "a-long-one-with/a-slash", "секрет-на-двадцять-знаків"]
)
def test_a_weak_webhook_secret_is_refused(salon: Project, owner: Client, typed: str) -> None:
    assert mistakes_on(save_project(salon, owner, **{SECRET_FIELD: typed})) == {"webhook_secret"}


def test_a_webhook_secret_is_replaced_kept_and_removed(salon: Project, owner: Client) -> None:
    stored = []
    for typed in ({SECRET_FIELD: "x" * 20}, {}, {f"{SECRET_FIELD}-remove": "on"}):
        assert save_project(salon, owner, **typed).status_code == 302
        channel = ChannelSettings.objects.get(project=salon)
        stored.append((channel.webhook_secret, bool(channel.webhook_key)))
    assert stored == [("x" * 20, True), ("x" * 20, True), ("", False)]


def test_a_secret_of_before_stays_however_short_and_another_secret_can_go(
    salon: Project, owner: Client
) -> None:
    change_settings(salon, webhook_secret="short", sendpulse_client_secret="of-sendpulse")
    removed = {"channel_settings-0-sendpulse_client_secret-remove": "on"}
    assert save_project(salon, owner, name="New name", **removed).status_code == 302
    channel = ChannelSettings.objects.get(project=salon)
    assert (channel.webhook_secret, channel.sendpulse_client_secret) == ("short", "")


def test_the_operator_sets_the_limits(salon: Project, admin_client: Client) -> None:
    assert save_project(salon, admin_client, **LIMITS).status_code == 302
    opus = "claude-opus-5-5"
    expected = [opus, opus, "99999.00", "2000000", "2000000", "of-another", "False"]
    assert limits_of(salon) == expected


def test_a_model_that_is_stored_already_may_stay(salon: Project, admin_client: Client) -> None:
    change_settings(salon, model_main="claude-of-yesterday")
    assert save_project(salon, admin_client, name="New name").status_code == 302
    assert AssistantSettings.objects.get(project=salon).model_main == "claude-of-yesterday"


@pytest.mark.parametrize("typed", [{}, {"name": " "}, {"name": "\u200b"}, {"name": "Olha", "language": "xx"}])
def test_a_client_of_whom_nothing_is_known_is_refused(
    salon: Project, owner: Client, typed: dict[str, str]
) -> None:
    assert errors_of(owner.post("/admin/bookings/client/add/", {"project": salon.pk} | typed))
    assert not salon.clients.exists()


@pytest.mark.parametrize(
    "typed", [{"name": "Olha"}, {"phone": "0501234567"}, {"name": "O", "language": "pl"}]
)
def test_a_name_or_a_phone_is_enough_for_a_client(
    salon: Project, owner: Client, typed: dict[str, str]
) -> None:
    assert owner.post("/admin/bookings/client/add/", {"project": salon.pk} | typed).status_code == 302
    assert salon.clients.count() == 1


def test_the_languages_of_a_salon_are_those_with_words() -> None:
    assert set(LANGUAGES) == set(words.LANGUAGES)
