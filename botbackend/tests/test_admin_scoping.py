"""Alice owns salon A. Nothing of salon B may reach her, wherever in the admin she looks."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model
from django.forms import PasswordInput
from django.test import Client
from django.urls import reverse

from ai.models import assistant_of
from bookings.models import rules_of
from botbackend.tests.planting import plant, secret_of
from dialogues.models import ChannelSettings
from projects.access import grant_membership, project_path, scoped
from projects.models import Membership, Project
from projects.tests.factories import make_staff
from sheets.models import spreadsheet_of

pytestmark = pytest.mark.django_db

MINE = "minemarkermine"
FOREIGN = "foreignmarkerx"
ADMINS = [model_admin for model, model_admin in admin.site._registry.items() if project_path(model)]
IDS = [model_admin.model._meta.label for model_admin in ADMINS]


@pytest.fixture
def own() -> Project:
    return plant(MINE)


@pytest.fixture
def foreign() -> Project:
    return plant(FOREIGN)


@pytest.fixture
def alice(own: Project, foreign: Project) -> User:
    user = make_staff()
    grant_membership(project=own, user=user, role=Membership.Role.OWNER)
    return user


def _as(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _rows(model: type[Model], project: Project) -> list[Any]:
    return list(model._default_manager.filter(**{str(project_path(model)): project.pk}))


def _pages(model_admin: admin.ModelAdmin[Any], own: Project) -> Iterator[str]:
    model = model_admin.model
    yield reverse("office:technical")
    yield reverse("admin:app_list", args=[model._meta.app_label])
    yield _url(model, "changelist")
    yield _url(model, "changelist") + f"?q={FOREIGN[1:]}"  # the page repeats what was typed
    yield _url(model, "add")
    for row in _rows(model, own):
        for page in ("change", "history", "delete"):
            yield _url(model, page, row.pk)
    for name in model_admin.autocomplete_fields:
        yield reverse("admin:autocomplete") + (
            f"?app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={name}&term="
        )


@pytest.mark.parametrize("model_admin", ADMINS, ids=IDS)
def test_no_page_shows_anything_of_another_salon(
    model_admin: admin.ModelAdmin[Any], own: Project, foreign: Project, alice: User
) -> None:
    browser = _as(alice)
    assert _rows(model_admin.model, foreign), "plant() makes no row of this model"
    for url in _pages(model_admin, own):
        answer = browser.get(url)
        assert answer.status_code in (200, 403), url
        assert FOREIGN not in answer.content.decode(), url


@pytest.mark.parametrize("model_admin", ADMINS, ids=IDS)
def test_a_foreign_row_cannot_be_opened_changed_or_deleted(
    model_admin: admin.ModelAdmin[Any], foreign: Project, alice: User
) -> None:
    browser = _as(alice)
    model = model_admin.model
    rows = _rows(model, foreign)
    for row in rows:
        for page in ("change", "history", "delete"):
            for answer in (
                browser.get(_url(model, page, row.pk)),
                browser.post(_url(model, page, row.pk), {"post": "yes"}),
            ):
                assert answer.status_code in (302, 403, 404, 405)
    browser.post(
        _url(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [str(row.pk) for row in rows], "post": "yes"},
    )
    assert _rows(model, foreign) == rows


@pytest.mark.parametrize("model_admin", ADMINS, ids=IDS)
def test_the_operator_sees_both_salons(
    model_admin: admin.ModelAdmin[Any], own: Project, foreign: Project
) -> None:
    # The control of the tests above: the marker does show to whom may see it.
    operator = make_staff(is_superuser=True)
    answer = _as(operator).get(_url(model_admin.model, "changelist"))
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == model_admin.model._default_manager.count() >= 2


@pytest.mark.parametrize("model_admin", ADMINS, ids=IDS)
def test_a_person_without_a_salon_sees_nothing(
    model_admin: admin.ModelAdmin[Any], own: Project, alice: User
) -> None:
    Membership.objects.filter(user=alice).delete()  # the group's rights alone open no page
    assert _as(alice).get(_url(model_admin.model, "changelist")).status_code == 403


def test_selects_offer_only_rows_of_the_own_salon(own: Project, foreign: Project, alice: User) -> None:
    page = _as(alice).get(reverse("admin:bookings_dayoff_add")).content.decode()
    assert MINE in page
    assert FOREIGN not in page


def test_a_form_cannot_point_into_another_salon(own: Project, foreign: Project, alice: User) -> None:
    form = {
        "project": own.pk,
        "specialist": foreign.specialists.get().pk,
        "date_from": "2026-12-24",
        "date_to": "2026-12-25",
    }
    answer = _as(alice).post(reverse("admin:bookings_dayoff_add"), form)
    assert answer.status_code == 200
    assert "specialist" in answer.context["adminform"].errors
    assert FOREIGN not in answer.content.decode()
    assert own.days_off.count() == foreign.days_off.count() == 1


def test_a_member_of_two_salons_cannot_mix_them(own: Project, foreign: Project, alice: User) -> None:
    grant_membership(project=foreign, user=alice, role=Membership.Role.OWNER)
    form = {
        "project": own.pk,
        "specialist": foreign.specialists.get().pk,
        "date_from": "2026-12-24",
        "date_to": "2026-12-25",
    }
    answer = _as(alice).post(reverse("admin:bookings_dayoff_add"), form)
    assert answer.context["adminform"].errors == {"specialist": ["This belongs to another project."]}


def test_an_owner_of_one_salon_is_only_staff_in_the_other(
    own: Project, foreign: Project, alice: User
) -> None:
    grant_membership(project=foreign, user=alice, role=Membership.Role.STAFF)
    browser = _as(alice)
    mine = browser.get(_url(type(own.services.get()), "change", own.services.get().pk))
    theirs = browser.get(_url(type(own.services.get()), "change", foreign.services.get().pk))
    assert mine.context["has_change_permission"] is True
    assert theirs.context["has_change_permission"] is False
    assert _as(alice).get(_url(Membership, "changelist")).context["cl"].result_count == 2


def test_the_log_of_changes_names_no_client(own: Project, alice: User) -> None:
    person = own.clients.get(merged_into=None)
    url = reverse("admin:bookings_client_change", args=[person.pk])
    _as(alice).post(url, {"name": "Olena Petrenko", "phone": "+380501234567", "language": "uk", "notes": ""})
    person.refresh_from_db()
    assert person.name == "Olena Petrenko"
    entry = LogEntry.objects.get()
    assert "Olena" not in f"{entry.object_repr} {entry.change_message}"
    assert "name" in entry.get_change_message().lower()


@pytest.mark.parametrize(
    ("typed", "stored"), [("8 050 123 45 67", "+380501234567"), ("", ""), ("89161234567", None)]
)
def test_a_phone_is_typed_as_people_of_the_country_do(
    own: Project, alice: User, typed: str, stored: str | None
) -> None:
    person = own.clients.get(merged_into=None)
    url = reverse("admin:bookings_client_change", args=[person.pk])
    answer = _as(alice).post(url, {"name": "Olena", "phone": typed, "language": "uk", "notes": ""})
    before, person = person, own.clients.get(merged_into=None)
    assert person.phone == (before.phone if stored is None else stored)
    assert (answer.status_code == 200) == (stored is None)


def test_a_name_in_another_spelling_is_refused_by_the_form(own: Project, alice: User) -> None:
    own.resources.create(kind="chair", name="Крісло")
    form = {"project": own.pk, "kind": "chair", "name": "Kpicло\u200b", "is_active": "on"}
    answer = _as(alice).post(reverse("admin:bookings_resource_add"), form)
    assert "in another spelling" in str(answer.context["adminform"].errors)


def filled_in(page: Any) -> dict[str, Any]:
    """What a browser would send back of a page and its parts."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {
        part.add_prefix(name): part[name].value()
        for part in forms
        for name in part.fields
        if not isinstance(part.fields[name].widget, PasswordInput)
    }
    values["_seen"] = page.context["seen"]
    return {name: value for name, value in values.items() if value is not None and value is not False}


def test_stored_secrets_survive_saving_a_form_that_does_not_show_them(own: Project, alice: User) -> None:
    url = reverse("admin:projects_project_change", args=[own.pk])
    browser = _as(alice)
    form = filled_in(browser.get(url)) | {
        "name": "New name",
        "channel_settings-0-webhook_secret": "t" * 20,
    }
    assert browser.post(url, form | {"booking_rules-0-horizon_days": "45"}).status_code == 302
    own.refresh_from_db()
    assert (own.name, rules_of(own).horizon_days) == ("New name", 45)
    channel = ChannelSettings.objects.get(project=own)
    assert (channel.sendpulse_client_secret, channel.webhook_secret) == (
        secret_of(MINE),
        "t" * 20,
    )
    assert (channel.sendpulse_bot_id, assistant_of(own).monthly_budget_usd) == (MINE, Decimal(1))


def test_a_new_salon_is_made_with_all_its_parts_on_one_page(own: Project) -> None:
    browser = _as(make_staff(is_superuser=True))
    url = reverse("admin:projects_project_add")
    form = filled_in(browser.get(url)) | {"slug": "new", "name": "New"}
    form |= {"sheet_link-0-spreadsheet_id": "book", "assistant_settings-0-model_main": "claude-opus-5-5"}
    assert browser.post(url, form).status_code == 302
    new = Project.objects.get(slug="new")
    assert (spreadsheet_of(new), assistant_of(new).model_main) == ("book", "claude-opus-5-5")
    assert (rules_of(new).slot_minutes, assistant_of(new).confirm_before_booking) == (30, True)


def test_the_spreadsheet_of_another_salon_is_refused_in_words(own: Project, foreign: Project) -> None:
    browser = _as(make_staff(is_superuser=True))
    url = reverse("admin:projects_project_change", args=[own.pk])
    form = filled_in(browser.get(url)) | {"sheet_link-0-spreadsheet_id": spreadsheet_of(foreign)}
    answer = browser.post(url, form)
    assert answer.status_code == 200
    assert b"another project of this installation uses this spreadsheet" in answer.content
    assert Project.objects.get(pk=own.pk).sheet_link.spreadsheet_id == MINE


def test_rows_that_lead_to_no_project_are_the_operators_alone(alice: User) -> None:
    assert not scoped(LogEntry.objects.all(), alice).exists()
