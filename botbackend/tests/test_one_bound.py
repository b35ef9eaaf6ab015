"""One bound at every door: what the admin takes the configuration takes back."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from ai.models import Knowledge, PromptVersion, Wording
from bookings.models import BookingRules, DayOff, Resource, Service, Specialist, WeeklyRange
from bookings.models.catalogue import key_of
from bookings.tests.factories import make_resource, make_service, make_specialist
from botbackend.tests.test_admin_forms import browser_of_owner, errors_of, mistakes_on, said, save_project
from botbackend.tests.test_admin_scoping import filled_in
from botbackend.tests.test_admin_together import forms_of, page_of
from projects.models import Project
from projects.tests.factories import bearer, make_key, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def owner(salon: Project) -> Client:
    return browser_of_owner(salon)


def get_config(salon: Project) -> dict[str, Any]:
    answer = Client().get(f"/projects/{salon.slug}/config", headers=bearer(make_key(salon)))
    found: dict[str, Any] = answer.json()
    return found


def post_config(salon: Project, document: dict[str, Any]) -> Any:
    url, headers = f"/projects/{salon.slug}/config", bearer(make_key(salon))
    return Client().post(url, json.dumps(document), content_type="application/json", headers=headers)


# What a form may take or refuse, with the first value beyond each bound.
PAGES: list[tuple[str, dict[str, Any]]] = [
    *[("booking_rules", {"cancel_deadline_hours": hours}) for hours in (720, 721, 17544, 17545, 30000)],
    *[("booking_rules", {"min_notice_minutes": minutes}) for minutes in (129600, 129601)],
    *[("booking_rules", {"slot_minutes": minutes}) for minutes in (4, 5, 12, 60, 241)],
    *[("booking_rules", {"horizon_days": days}) for days in (730, 731)],
    *[("booking_rules", {"work_start_minute": 1, "work_end_minute": end}) for end in (2, 1439, 1440)],
    *[("channel_settings", {"max_wait_seconds": seconds}) for seconds in (300, 301, "1e400", "nan")],
    *[("channel_settings", {"sendpulse_bot_id": bot}) for bot in ("a\u200bb", "а", "x" * 64)],
    *[
        ("", {"name": name})
        for name in ("\u200b", "a\u200bb", "Salon\u2028X", "x" * 200, "\u0344" * 200, "ﷺ" * 200)
    ],
    *[("", {"timezone": zone}) for zone in ("Factory", "localtime", "EST5EDT", "Etc/UTC")],
    *[("sheet_link", {"spreadsheet_id": typed}) for typed in ("1AbC", "“1AbC”", "1AbС")],
]
ROWS: list[tuple[str, dict[str, Any]]] = [
    *[
        ("dayoff", {"date_from": first, "date_to": last})
        for first, last in [
            ("2026-12-24", "9999-12-31"),
            ("0001-01-01", "2000-01-01"),
            ("2000-01-01", "2200-12-31"),
            ("2026-12-24", "2201-01-01"),
        ]
    ],
    ("dayoff", {"date_from": "2026-12-24", "date_to": "2026-12-24", "reason": "a\u2028b\u200b\tc"}),
    *[("service", {"buffer_before": minutes}) for minutes in (480, 481, 720, 721)],
    *[("service", {"duration_minutes": minutes}) for minutes in (30, 1440, 1470)],
    *[("service", {"price": price}) for price in ("0.01", "99999999.99", "-1", "100000000")],
    *[("weeklyrange", {"weekday": 0, "start_minute": 1, "end_minute": end}) for end in (1438, 1439, 1440)],
    *[("service", {"name": name}) for name in ("60 x", "a\u2028b", "\u0344" * 200, "x" * 200)],
]


@pytest.mark.parametrize(("part", "typed"), PAGES)
def test_settings_that_a_page_took_can_be_posted_back(
    salon: Project, owner: Client, part: str, typed: dict[str, Any]
) -> None:
    make_service(salon, "Cut")
    prefix = f"{part}-0-" if part else ""
    answer = save_project(salon, owner, **{f"{prefix}{name}": value for name, value in typed.items()})
    assert answer.status_code == 302 or mistakes_on(answer) <= set(typed) | {"slot_minutes"}
    before = get_config(salon)
    again = post_config(salon, before)
    assert (again.status_code, again.json()) == (200, before)


@pytest.mark.parametrize(("kind", "typed"), ROWS)
def test_rows_that_a_page_took_can_be_posted_back(
    salon: Project, owner: Client, kind: str, typed: dict[str, Any]
) -> None:
    anna, cut = make_specialist(salon, "Anna"), make_service(salon, "Cut")
    Specialist.objects.update(has_own_hours=True)
    form = forms_of(salon, anna, cut).get(f"bookings/{kind}", {}) | {"name": "Dye"}
    answer = owner.post(f"/admin/bookings/{kind}/add/", {"project": salon.pk} | form | typed)
    assert answer.status_code == 302 or set(errors_of(answer)) <= set(typed)
    before = get_config(salon)
    again = post_config(salon, before)
    assert (again.status_code, again.json()) == (200, before)


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("service", {"price": "-1"}, "price"),
        ("service", {"buffer_after": 721}, "buffer_after"),
        ("service", {"gap_start": 50, "gap_minutes": 30}, "gap_minutes"),
        ("service", {"gap_start": 0, "gap_minutes": 60}, "gap_minutes"),
        ("service", {"gap_start": 70, "gap_minutes": 10}, "gap_minutes"),
        ("offering", {"price": "-1"}, "price"),
        ("offering", {"duration_minutes": 0}, "duration_minutes"),
        ("offering", {"buffer_before": 721}, "buffer_before"),
        ("resource", {"kind": "\u200b"}, "kind"),
        ("resource", {"name": "\u2800"}, "name"),
        ("dateoverride", {"date": "9999-12-31"}, "date"),
        ("dateoverride", {"date": "0001-01-01"}, "date"),
    ],
)
def test_what_no_visit_can_have_is_an_error_of_its_field(
    salon: Project, owner: Client, kind: str, typed: dict[str, Any], field: str
) -> None:
    form = forms_of(salon, make_specialist(salon, "Anna"), make_service(salon, "Dye"))[f"bookings/{kind}"]
    answer = owner.post(f"/admin/bookings/{kind}/add/", {"project": salon.pk} | form | typed)
    assert set(errors_of(answer)) == {field}


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\x00b"])
def test_a_name_that_its_field_refuses_is_told_of_once(salon: Project, owner: Client, name: str) -> None:
    form = forms_of(salon, make_specialist(salon, "Anna"), make_service(salon, "Dye"))["bookings/service"]
    answer = owner.post("/admin/bookings/service/add/", {"project": salon.pk} | form | {"name": name})
    (mistakes,) = errors_of(answer).values()
    assert len(mistakes) == 1
    assert mistakes_on(save_project(salon, owner, name=name)) == {"name"}


def test_a_length_that_was_cut_beside_every_form_is_told_and_kept(salon: Project) -> None:
    make_service(salon, "Dye", duration_minutes=60)
    BookingRules.objects.update_or_create(project=salon, defaults={"slot_minutes": 7})
    found = get_config(salon)
    assert found["services"] == {"Dye": 9}
    answer = post_config(salon, found)
    assert "60 minutes" in str(answer.json()["warnings"])
    assert Service.objects.get().duration_minutes == 60
    assert "warnings" not in post_config(salon, {"services": {"Dye": 8}}).json()
    assert Service.objects.get().duration_minutes == 56
    post_config(salon, {"services": {"Dye": 8}, "slot_minutes": 10})
    assert Service.objects.get().duration_minutes == 80


INVISIBLE = ["\u200b", "\u2800\n", "\ufeff \u00ad", "\u3164"]


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_text_that_shows_nothing_is_no_text(salon: Project, owner: Client, text: str) -> None:
    base = {"project": salon.pk}
    for url, form, fields in (
        ("promptversion", {"name": "main_response", "text": text}, {"text"}),
        ("wording", {"key": "menu", "language": "uk", "text": text}, {"text"}),
        ("knowledge", {"title": text, "text": text, "position": 0}, {"title", "text"}),
    ):
        assert set(errors_of(owner.post(f"/admin/ai/{url}/add/", base | form))) == fields, url
    assert mistakes_on(save_project(salon, owner, name=text)) == {"name"}
    assert not any(model.objects.exists() for model in (PromptVersion, Wording, Knowledge))


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_prompt_that_shows_nothing_goes_back_to_the_shipped_one(salon: Project, text: str) -> None:
    for prompt in ("Be kind.", text):
        assert post_config(salon, {"claude_prompts": {"main_response": prompt}}).status_code == 200
    assert get_config(salon)["claude_prompts"]["main_response"] == ""


@pytest.mark.parametrize(
    ("room", "needed"),
    [
        ("крісло", "Крісло"),
        ("крісло", "кріcло\u200b"),
        ("chair", " CHAIR"),
        ("й", "и\u0306"),
        ("a b", "a\u00a0 b"),
    ],
)
def test_a_kind_of_room_is_one_however_it_is_spelled(
    salon: Project, owner: Client, room: str, needed: str
) -> None:
    form = forms_of(salon, make_specialist(salon, "Anna"), make_service(salon, "Dye"))["bookings/service"]
    form |= {"project": salon.pk, "resource_kind": needed}
    chair = {"project": salon.pk, "name": "1", "kind": room, "is_active": "on"}
    assert owner.post("/admin/bookings/resource/add/", chair).status_code == 302
    assert "needs" not in str(said(owner.post("/admin/bookings/service/add/", form)))
    assert Service.objects.get(name="Cut").resource_kind == Resource.objects.get().kind == room


def test_a_service_without_a_room_of_its_kind_is_named(salon: Project, owner: Client) -> None:
    form = forms_of(salon, make_specialist(salon, "Anna"), make_service(salon, "Dye"))["bookings/service"]
    form |= {"project": salon.pk, "resource_kind": "sauna"}
    assert "sauna" in str(said(owner.post("/admin/bookings/service/add/", form)))
    assert "services.Cut" in str(post_config(salon, {"horizon_days": 30}).json()["warnings"])

    room = make_resource(salon, "sauna")
    assert "warnings" not in post_config(salon, {"horizon_days": 30}).json()
    page = {name: value for name, value in filled_in(owner.get(page_of(room))).items() if name != "is_active"}
    assert any("services.Cut" in text for text in said(owner.post(page_of(room), page)))


@pytest.mark.django_db(transaction=True)
def test_what_earlier_versions_took_is_brought_within_the_bounds() -> None:
    before = [("bookings", "0012_whole_minutes_of_dates"), ("projects", "0004_moved_settings_dropped")]
    MigrationExecutor(connection).migrate(before)
    try:
        salon = make_project(name="Salon\u2028X\u200b", cancel_deadline_hours=30000, work_end_minute=1439)
        make_project(name="\u200b", slug="nameless")
        for first, last in (((1, 1, 1), (2000, 1, 5)), ((2026, 12, 24), (9999, 12, 31))):
            DayOff.objects.create(project=salon, date_from=date(*first), date_to=date(*last), reason="a\nb")
        Resource.objects.create(project=salon, name="1", kind="Крісло\u200b")
        old = MigrationExecutor(connection).loader.project_state(before).apps.get_model
        anna = old("bookings", "Specialist").objects.create(
            project_id=salon.pk, name="Anna", name_key=key_of("Anna")
        )
        for name, kind in (("Cut", "кріcло"), ("Dye", "")):
            values = {"name": name, "name_key": key_of(name), "duration_minutes": 60, "resource_kind": kind}
            old("bookings", "Service").objects.create(project_id=salon.pk, **values)
        for weekday, start, end in ((0, 60, 1439), (1, 60, 1439), (1, 1439, 1440)):
            ends = {"start_minute": start, "end_minute": end}
            WeeklyRange.objects.create(project=salon, specialist_id=anna.pk, weekday=weekday, **ends)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert list(Project.objects.order_by("pk").values_list("name", flat=True)) == ["Salon X", "nameless"]
    rules = BookingRules.objects.get(project=salon)
    assert (rules.cancel_deadline_hours, rules.work_end_minute) == (17544, 1440)
    assert list(WeeklyRange.objects.order_by("pk").values_list("end_minute", flat=True)) == [1440, 1439, 1440]
    days = DayOff.objects.order_by("pk").values_list("date_from", "date_to", "reason")
    assert list(days) == [
        (date(2000, 1, 1), date(2000, 1, 5), "a b"),
        (date(2026, 12, 24), date(2200, 12, 31), "a b"),
    ]
    kinds = Service.objects.order_by("name").values_list("resource_kind", flat=True)
    assert (list(kinds), Resource.objects.get().kind) == (["Крісло", ""], "Крісло")
    assert post_config(salon, get_config(salon)).status_code == 200
