"""What is saved and hardly meant is said; what only looks like a visit stands in nobody's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from bookings.models import Booking, Client, Resource, Service, Specialist
from bookings.tests.factories import (
    at,
    make_booking,
    make_client,
    make_resource,
    make_service,
    make_specialist,
)
from botbackend.tests.test_admin_forms import browser_of_owner, said
from botbackend.tests.test_admin_scoping import filled_in
from botbackend.tests.test_admin_together import page_of
from projects.models import Project
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def owner(salon: Project) -> Browser:
    return browser_of_owner(salon)


def make_visit(salon: Project, **over: Any) -> Booking:
    """A visit in a room, a week from now."""
    now = datetime.now(UTC)
    start = at("10:00", now.date() + timedelta(days=7))
    visit = make_booking(make_specialist(salon, "Anna"), make_service(salon, "Cut"), start, now=now)
    Booking.objects.filter(pk=visit.pk).update(resource=make_resource(salon, "chair"), **over)
    return Booking.objects.get(pk=visit.pk)


@pytest.mark.parametrize("name", ["specialist", "service"])
def test_who_is_put_aside_with_visits_ahead_is_said_to_be(salon: Project, owner: Browser, name: str) -> None:
    row = getattr(make_visit(salon), name)
    form = {key: value for key, value in filled_in(owner.get(page_of(row))).items() if key != "is_active"}
    assert any("1 visits ahead" in text for text in said(owner.post(page_of(row), form)))
    row.refresh_from_db()
    assert not row.is_active


@pytest.mark.parametrize("typed", ["0501234567", "8 050 123-45-67", "+380501234567"])
def test_a_phone_that_another_client_has_is_said(salon: Project, owner: Browser, typed: str) -> None:
    other = make_client(salon, phone="+380501234567")
    make_client(make_project(), phone="+380501234567")
    form = {"project": salon.pk, "name": "Olha", "phone": typed}
    assert f"This phone is also that of client {other.pk}." in said(
        owner.post("/admin/bookings/client/add/", form)
    )
    nobody = owner.post("/admin/bookings/client/add/", form | {"phone": ""})
    assert str(said(nobody)).count("This phone") == 1  # what was said before


ENDED = [{"status": "cancelled"}, {"status": "held"}]


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize("name", ["client", "specialist", "service", "resource"])
@pytest.mark.parametrize("selected", [False, True])
def test_holds_that_ended_keep_nothing_from_being_deleted(
    salon: Project, owner: Browser, name: str, ended: dict[str, str], selected: bool
) -> None:
    hold = make_visit(salon, hold_until=datetime.now(UTC), **ended)
    row = getattr(hold, name)
    page = page_of(row).replace("change/", "delete/")
    asked = owner.get(page).content.decode()
    assert "Are you sure" in asked
    assert Booking.objects.exists()
    if selected:
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        owner.post(page.rpartition(f"{row.pk}/")[0], chosen)
    else:
        owner.post(page, {"post": "yes"})
    assert not type(row).objects.filter(pk=row.pk).exists()
    assert not Booking.objects.exists()


def test_visits_keep_what_they_name(salon: Project, owner: Browser) -> None:
    visit = make_visit(salon)
    for row in (visit.client, visit.specialist, visit.service, visit.resource):
        owner.post(page_of(row).replace("change/", "delete/"), {"post": "yes"})
    assert all(model.objects.exists() for model in (Booking, Client, Specialist, Service, Resource))


def test_a_configuration_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "salon.json"
    text = '\ufeff{"project_id": "s1", "specialists": ["Анна"], "services": {"Стрижка": 2}}'
    file.write_text(text, encoding="utf-8")
    call_command("load_project", str(file))
    assert Specialist.objects.get(project__slug="s1").name == "Анна"
