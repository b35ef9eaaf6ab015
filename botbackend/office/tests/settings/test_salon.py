"""The salon's own settings, its keys, and the list that turns green."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from bookings.models import BookingRules
from bookings.tests.factories import make_client, make_project, make_service, make_specialist
from botbackend.office.settings.checklist import checklist_of
from botbackend.office.settings.forms import SalonForm
from botbackend.office.tests.people import Role, make_colleague, signed_in
from dialogues.models import ChannelSettings, Dialogue, InboundEvent, Message
from projects.auth import find_api_key
from projects.models import ApiKey, Project
from projects.tests.factories import change_settings
from sheets.models import SheetLink

pytestmark = pytest.mark.django_db


def page(name: str, salon: Project, *args: object) -> str:
    return reverse(f"office:settings-{name}", args=[salon.slug, *args])


def typed(salon: Project, **over: Any) -> dict[str, Any]:
    form = SalonForm(salon)
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {**values, "seen": form.seen, **over}


def test_the_salon_is_saved_as_its_configuration_would_be() -> None:
    salon = make_project(timezone="Europe/Kyiv")
    browser = signed_in(make_colleague(salon))
    new = {
        "name": "  Нова назва ", "timezone": "Europe/Warsaw", "language": "pl", "currency": "PLN",
        "country": "PL", "opens": "8:30", "closes": "24:00", "slot_minutes": 15,
        "min_notice_minutes": 60, "horizon_days": 30,
        "cancel_deadline_hours": 12, "max_active_visits": 3, "allow_nesting": "on",
        "staff_contact_id": "65a1b2c3d4e5f60718293a4b", "staff_email": "desk@example.com",
    }  # fmt: skip
    answer = browser.post(page("salon", salon), typed(salon, **new))
    assert answer.status_code == 302, answer.context["form"].errors
    salon.refresh_from_db()
    rules = BookingRules.objects.get(project=salon)
    assert (salon.name, salon.timezone, salon.language, salon.currency, salon.country) == (
        "Нова назва", "Europe/Warsaw", "pl", "PLN", "PL",
    )  # fmt: skip
    assert (rules.work_start_minute, rules.work_end_minute, rules.slot_minutes) == (510, 1440, 15)
    assert (rules.min_notice_minutes, rules.horizon_days, rules.cancel_deadline_hours) == (60, 30, 12)
    assert (rules.max_active_visits, rules.allow_nesting) == (3, True)
    channel = ChannelSettings.objects.get(project=salon)
    assert channel.staff_contact_id == "65a1b2c3d4e5f60718293a4b"
    assert channel.staff_email == "desk@example.com"


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": "\u200b"}, "name"),
        ({"max_active_visits": "-1"}, "max_active_visits"),
        ({"staff_email": "desk"}, "staff_email"),
        ({"staff_contact_id": "a b"}, "staff_contact_id"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"language": "xx"}, "language"),
        ({"currency": "XXX9"}, "currency"),
        ({"country": "ZZ"}, "country"),
        ({"opens": "25:00"}, "opens"),
        ({"opens": "24:30"}, "opens"),
        ({"opens": "18:00", "closes": "09:00"}, "closes"),
        ({"slot_minutes": 4}, "slot_minutes"),
        ({"slot_minutes": 45}, "slot_minutes"),
        ({"horizon_days": 9999}, "horizon_days"),
        ({"min_notice_minutes": -1}, "min_notice_minutes"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_stored(over: dict[str, Any], field: str) -> None:
    salon = make_project()
    make_service(salon, duration_minutes=60)
    before = SalonForm(salon).seen
    answer = signed_in(make_colleague(salon)).post(page("salon", salon), typed(salon, **over))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert SalonForm(salon).seen == before


def test_who_saves_over_what_somebody_changed_meanwhile_is_told_first() -> None:
    salon = make_project(horizon_days=60)
    browser = signed_in(make_colleague(salon))
    mine = typed(salon, name="Mine")
    change_settings(salon, horizon_days=90)
    answer = browser.post(page("salon", salon), mine)
    assert (answer.status_code, "Somebody else changed this" in answer.content.decode()) == (422, True)
    assert 'value="Mine"' in answer.content.decode()
    again = browser.post(page("salon", salon), mine | {"seen": answer.context["form"].seen})
    assert again.status_code == 302
    salon.refresh_from_db()
    assert (salon.name, BookingRules.objects.get(project=salon).horizon_days) == ("Mine", 60)


def test_what_an_earlier_version_took_stays_where_it_is() -> None:
    salon = make_project(currency="UAH")
    Project.objects.filter(pk=salon.pk).update(currency="XAA")
    salon.refresh_from_db()
    answer = signed_in(make_colleague(salon)).post(page("salon", salon), typed(salon, name="New"))
    assert answer.status_code == 302, answer.context["form"].errors


def test_a_key_is_shown_once_works_and_is_revoked() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    answer = browser.post(page("new-key", salon), {"label": "<b>site</b>", "scope": "read"})
    key = answer.context["key"]
    row = ApiKey.objects.get()
    assert (row.scope, find_api_key(key)) == ("read", row)
    assert key in answer.content.decode()
    listed = browser.get(page("keys", salon)).content.decode()
    assert (key in listed, row.prefix in listed, "<b>site</b>" in listed) == (False, True, False)
    assert browser.post(page("revoke-key", salon, row.pk)).status_code == 204
    assert find_api_key(key) is None
    assert "revoked" in browser.get(page("keys", salon)).content.decode()


@pytest.mark.parametrize("name", ["new-key", "invite"])
def test_a_panel_without_an_answer_opens_and_an_empty_answer_is_told(name: str) -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    assert browser.get(page(name, salon)).status_code == 200
    assert browser.post(page(name, salon), {"role": "nobody", "scope": "all"}).status_code == 422


@pytest.mark.parametrize("role", [Role.STAFF, Role.SPECIALIST])
def test_settings_are_the_owners(role: Any) -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon, role, specialist=make_specialist(salon)))
    for name in ("salon", "connections", "people", "keys", "invite", "new-key"):
        assert browser.get(page(name, salon)).status_code == 403
    assert browser.get(reverse("office:settings", args=[salon.slug])).status_code == 403


def test_each_line_of_the_list_turns_green_by_its_own_rows(settings: Settings) -> None:
    settings.SENDPULSE_CLIENT_SECRET = ""
    salon, other = Project.objects.create(slug="new", name="New"), make_project()
    make_service(other), make_specialist(other)
    owner = make_colleague(salon)

    def green() -> list[str]:
        return [str(step.title) for step in checklist_of(salon).steps if step.is_done]

    assert (green(), checklist_of(salon).left) == ([], 6)
    expected = []
    for title, happens in _steps(salon):
        happens()
        expected.append(title)
        assert sorted(green()) == sorted(expected)
    assert checklist_of(salon).left == 0
    change_settings(salon, webhook_secret="short")
    last = checklist_of(salon).steps[-1]
    assert (str(last.title), last.is_done, checklist_of(salon).left) == ("A safer webhook address", False, 0)
    change_settings(salon, webhook_secret="s" * 20)
    assert "safer" not in str(checklist_of(salon).steps[-1].title)
    assert (
        "All is set up"
        in signed_in(owner).get(reverse("office:settings", args=[salon.slug])).content.decode()
    )
    home = reverse("office:calendar", args=[salon.slug])
    assert "left until the bot books" not in signed_in(owner).get(home).content.decode()


def _steps(salon: Project) -> list[tuple[str, Any]]:
    def sendpulse() -> None:
        change_settings(salon, sendpulse_bot_id="b1", sendpulse_client_secret="s")

    def message() -> None:
        talk = Dialogue.objects.create(project=salon, client=make_client(salon))
        Message.objects.create(
            project=salon,
            dialogue=talk,
            direction="out",
            author="bot",
            state="sent",
            channel_date=timezone.now(),
        )

    def sheet() -> None:
        SheetLink.objects.create(project=salon, spreadsheet_id="x", state="ok", last_ok_at=timezone.now())

    def event() -> None:
        InboundEvent.objects.create(project=salon, dedupe_key="1", payload={})

    return [
        ("Services", lambda: make_service(salon)),
        ("Specialists", lambda: make_specialist(salon)),
        ("Working hours", lambda: change_settings(salon, work_start_minute=600)),
        ("SendPulse", sendpulse),
        ("Messages arrive", event),
        ("A first answer", message),
        ("Google spreadsheet", sheet),
        ("A colleague", lambda: make_colleague(salon, Role.STAFF)),
    ]


def test_the_list_is_one_query_whatever_the_salon_has() -> None:
    salon = make_project()
    for _ in range(3):
        make_service(salon), make_specialist(salon), make_colleague(salon)
    with CaptureQueriesContext(connection) as spent:
        checklist_of(salon)
    assert len(spent) == 1


def test_the_home_tells_an_owner_what_is_left_and_others_nothing() -> None:
    salon = make_project()
    home = reverse("office:calendar", args=[salon.slug])
    assert "steps are left until the bot books" in signed_in(make_colleague(salon)).get(home).content.decode()
    for_staff = signed_in(make_colleague(salon, Role.STAFF)).get(home).content.decode()
    assert "left until the bot books" not in for_staff
