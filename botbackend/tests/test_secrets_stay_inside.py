"""A credential goes in and never comes out: no page, no answer of the API and no page of RQ shows one.

Which fields are credentials is not listed here: it is every encrypted text but those that hold what people
said or are called, so that a new field is tried from its first day.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse
from django_rq import get_queue
from django_rq.models import Dashboard
from rq.job import Job

from botbackend.lib.fields import EncryptedTextField
from botbackend.outbox.admin import DashboardAdmin
from botbackend.tests.planting import plant
from dialogues.models import ChannelSettings, SendPulseAccount
from projects.access import grant_membership, project_path
from projects.models import Membership, Project
from projects.tests.factories import bearer, make_key, make_staff

pytestmark = pytest.mark.django_db

MINE = "minemarkermine"
SECRET = "no-page-shows-this"
CLIENT_ID = "id-of-the-oauth-client"  # no page shows it either; the API does, the contract wants it there
OF_PEOPLE = {
    "bookings.Client": {"name", "phone", "notes"},
    "bookings.Booking": {"guest_name", "guest_phone", "photo_url", "note", "staff_note"},
    "ai.Scenario": {"said", "says", "says_not"},
    "dialogues.Attachment": {"heard"},
    "dialogues.Message": {"text", "edited_text"},
    "dialogues.StaffTask": {"reason", "draft"},
    "dialogues.SyncRequest": {"answer"},
    "health.Canary": {"sealed"},  # a word that everybody knows
}


def credentials() -> Iterator[tuple[type[Model], list[str]]]:
    for model in apps.get_models():
        encrypted = {field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)}
        if names := encrypted - OF_PEOPLE.get(model._meta.label, set()):
            yield model, sorted(names)


@pytest.fixture
def salon() -> Project:
    """A salon with a secret in every credential of every row."""
    project = plant(MINE)
    SendPulseAccount.objects.create(fingerprint="f")
    for model, names in credentials():
        assert model._default_manager.update(**dict.fromkeys(names, SECRET)), model
    ChannelSettings.objects.update(sendpulse_client_id=CLIENT_ID)
    return project


def test_the_credentials_are_known_by_their_kind() -> None:
    found = {(model._meta.label, name) for model, names in credentials() for name in names}
    assert found >= {
        ("dialogues.ChannelSettings", "sendpulse_client_id"),
        ("dialogues.SendPulseAccount", "token"),
        ("sheets.SheetLink", "hint_secret"),
    }


def rows_of(model: type[Model], salon: Project) -> list[Any]:
    path = project_path(model)
    rows = model._default_manager.filter(**{path: salon.pk}) if path else model._default_manager.all()[:5]
    return list(rows)


def pages(salon: Project) -> Iterator[str]:
    for model in admin.site._registry.keys() - {Dashboard}:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield from (reverse(f"{name}_changelist"), reverse(f"{name}_add"))
        for row in rows_of(model, salon):
            yield from (reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete"))
    yield reverse("admin:sheets_sheetlink_answers", args=[salon.sheet_link.pk])


def pages_of_rq() -> Iterator[str]:
    """The pages that only show; with a job to show."""
    job = Job.create(print, connection=get_queue("turns").connection)
    job.save()
    known = {"queue_index": 0, "job_id": job.id}
    patterns = DashboardAdmin(Dashboard, admin.site).get_urls()
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        wanted = set(pattern.pattern.converters)
        acts = ("delete", "clear", "empty", "requeue", "enqueue", "stop", "action", "scheduler")
        if wanted <= known.keys() and not any(word in str(pattern.pattern) for word in acts):
            yield reverse(f"admin:{pattern.name}", kwargs={name: known[name] for name in wanted})


@pytest.mark.parametrize("role", ["owner", "staff", "operator"])
def test_no_page_shows_a_credential(salon: Project, role: str) -> None:
    person = make_staff(is_superuser=role == "operator")
    if role != "operator":
        grant_membership(project=salon, user=person, role=Membership.Role(role))
    browser = Client()
    browser.force_login(person)
    for url in [*pages(salon), *(pages_of_rq() if role == "operator" else ())]:
        answer = browser.get(url)
        assert answer.status_code in (200, 302, 403), url
        shown = answer.content.decode()
        assert SECRET not in shown, url
        assert CLIENT_ID not in shown, url
    assert MINE in browser.get(reverse("admin:projects_project_change", args=[salon.pk])).content.decode()


def test_no_answer_of_the_api_shows_a_credential(salon: Project) -> None:
    headers = bearer(make_key(salon))
    schema = Client().get("/api/schema").json()
    paths = [path for path, methods in schema["paths"].items() if "get" in methods]
    assert len(paths) >= 8
    for path in paths:
        url = path.format(project_id=MINE, booking_id=salon.bookings.get().pk, token="x" * 16)
        shown = Client().get(url, {"service": MINE} if "slots" in url else {}, headers=headers)
        assert shown.status_code < 500, url
        assert SECRET not in shown.content.decode(), url
        assert CLIENT_ID not in shown.content.decode() or url.endswith("/config")


def test_what_a_salon_posts_is_not_told_back_either(salon: Project) -> None:
    url, headers = f"/projects/{MINE}/config", bearer(make_key(salon))
    given = {"sendpulse": {"client_secret": f"{SECRET}-2", "webhook_secret": f"{SECRET}-of-the-webhook"}}
    for document in (given, {**given, "currency": "grn"}):
        answer = Client().post(url, document, content_type="application/json", headers=headers)
        assert SECRET not in answer.content.decode()
