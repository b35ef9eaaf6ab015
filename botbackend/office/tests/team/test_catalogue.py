"""Services, specialists, rooms and the table of prices."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from bookings.models import Offering, Resource, Service, Specialist
from bookings.tests.factories import (
    make_booking,
    make_offering,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.tests.test_setup import soon
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.outbox.models import Task
from projects.models import Project

pytestmark = pytest.mark.django_db
SERVICE = {"name": "Cut", "duration_minutes": "60", "buffer_before": "0", "buffer_after": "0"} | {
    "gap_start": "0",
    "gap_minutes": "0",
}


def address(name: str, salon: Project, *rows: Any) -> str:
    return reverse(f"office:team-{name}", args=[salon.slug, *(row.pk for row in rows)])


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', page)
    assert found is not None
    return found[1]


def test_a_service_is_added_and_changed_with_its_names(owner: Client, salon: Project) -> None:
    data = SERVICE | {"price": "700,50", "names_en": "Haircut", "names_uk": " Стрижка "}
    answer = owner.post(address("service-new", salon), data)
    assert (answer.status_code, "Cut can be booked." in answer["HX-Trigger"]) == (204, True)
    row = Service.objects.get()
    assert (row.price, row.names) == (Decimal("700.50"), {"en": "Haircut", "uk": "Стрижка"})
    assert LogEntry.objects.filter(object_id=str(row.pk)).exists()
    page = owner.get(address("service", salon, row)).content.decode()
    changed = data | {"seen": seen_on(page), "name": "Cut & dry", "price_from": "on", "price_to": "900"}
    assert owner.post(address("service", salon, row), changed).status_code == 204
    row.refresh_from_db()
    assert (row.name, row.price_to) == ("Cut & dry", Decimal(900))


def test_whoever_is_added_begins_today_unless_somebody_says_otherwise(owner: Client, salon: Project) -> None:
    today = timezone.localdate()
    page = owner.get(address("specialist-new", salon)).content.decode()
    assert f'name="works_since" value="{today.isoformat()}"' in page
    later = (today + timedelta(days=9)).isoformat()
    assert (
        owner.post(address("specialist-new", salon), {"name": "A", "works_since": later}).status_code == 204
    )
    row = Specialist.objects.get()
    assert row.works_since == today + timedelta(days=9)
    shown = date_format(row.works_since, "SHORT_DATE_FORMAT")
    assert f"from {shown}" in owner.get(address("people", salon)).content.decode()
    seen = seen_on(owner.get(address("specialist", salon, row)).content.decode())
    always = {"name": "A", "works_since": "", "seen": seen}
    assert owner.post(address("specialist", salon, row), always).status_code == 204
    assert Specialist.objects.get().works_since is None
    wrong = owner.post(address("specialist-new", salon), {"name": "B", "works_since": "0001-01-01"})
    assert (wrong.status_code, Specialist.objects.count()) == (422, 1)


def test_all_mistakes_of_a_service_are_said_at_once(owner: Client, salon: Project) -> None:
    make_service(salon, "Cut")
    data = SERVICE | {"name": "cut", "duration_minutes": "x", "price_from": "on", "buffer_after": "999999"}
    answer = owner.post(address("service-new", salon), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("name", "duration_minutes", "price", "buffer_after"):
        assert f'id="id_{name}_error"' in page, name
    assert Service.objects.count() == 1


def test_an_old_form_is_told_what_is_stored_now(owner: Client, salon: Project) -> None:
    row = make_service(salon, "Cut")
    seen = seen_on(owner.get(address("service", salon, row)).content.decode())
    Service.objects.filter(pk=row.pk).update(price=Decimal(1234))
    data = SERVICE | {"seen": seen, "price": "700"}
    answer = owner.post(address("service", salon, row), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Stored now: 1234" in page
    assert owner.post(address("service", salon, row), data | {"seen": seen_on(page)}).status_code == 204
    row.refresh_from_db()
    assert row.price == 700


def test_what_can_hardly_be_meant_is_said_afterwards(owner: Client, salon: Project) -> None:
    answer = owner.post(address("service-new", salon), SERVICE | {"resource_kind": "chair"})
    assert "Nothing in use is a" in answer["HX-Trigger"]


def test_a_specialist_is_renamed_put_aside_with_visits_and_brought_back(
    owner: Client, salon: Project, anna: Specialist
) -> None:
    make_booking(anna, make_service(salon), soon("10:00"))
    Task.objects.all().delete()
    page = owner.get(address("specialist", salon, anna)).content.decode()
    renamed = {"seen": seen_on(page), "name": "Hanna"}
    assert owner.post(address("specialist", salon, anna), renamed).status_code == 204
    assert Task.objects.filter(topic="project.changed").exists()
    assert "1 visit remains booked" in owner.get(address("specialist-aside", salon, anna)).content.decode()
    answer = owner.post(address("specialist-aside", salon, anna))
    assert "1 visits are still booked" in answer["HX-Trigger"]
    anna.refresh_from_db()
    assert (anna.name, anna.is_active) == ("Hanna", False)
    assert owner.post(address("specialist-back", salon, anna)).status_code == 204
    anna.refresh_from_db()
    assert anna.is_active


def test_rooms_are_added_and_put_aside(owner: Client, salon: Project) -> None:
    assert owner.post(address("room-new", salon), {"name": "One", "kind": "chair"}).status_code == 204
    row = Resource.objects.get()
    assert "One" in owner.get(address("rooms", salon)).content.decode()
    owner.post(address("room-aside", salon, row))
    row.refresh_from_db()
    assert not row.is_active


@pytest.mark.parametrize("kind", ["specialist", "service"])
def test_an_order_is_kept_and_an_old_one_is_told(owner: Client, salon: Project, kind: str) -> None:
    make = make_specialist if kind == "specialist" else make_service
    rows = [make(salon, name, position=at) for at, name in enumerate("ABC")]
    page = owner.get(address("people" if kind == "specialist" else "service-list", salon)).content.decode()
    data = {"seen": seen_on(page), "order": [rows[2].pk, rows[0].pk, rows[1].pk]}
    answer = owner.post(address(f"{kind}-order", salon), data)
    assert answer.status_code == 200
    stored = type(rows[0])._default_manager.filter(project=salon).values_list("name", flat=True)
    assert list(stored) == ["C", "A", "B"]
    assert owner.post(address(f"{kind}-order", salon), data).status_code == 409


def test_a_price_is_changed_in_its_cell(owner: Client, salon: Project, anna: Specialist) -> None:
    cut = make_service(salon, "Cut")
    where = address("cell-edit", salon, cut, anna)
    seen = seen_on(owner.get(where).content.decode())
    data = {"seen": seen, "does": "on", "price": "800", "duration_minutes": "90"}
    answer = owner.post(where, data)
    assert (answer.status_code, "800" in answer.content.decode()) == (200, True)
    own = Offering.objects.get()
    assert (own.price, own.duration_minutes) == (Decimal(800), 90)
    assert owner.post(where, data).status_code == 409
    wrong = owner.post(where, {"seen": seen, "does": "on", "price": "x", "price_to": "5"})
    assert (wrong.status_code, wrong.content.decode().count("_error")) == (422, 4)
    seen = seen_on(owner.get(where).content.decode())
    gone = owner.post(where, {"seen": seen})
    assert "team-changed" in gone["HX-Trigger"]
    assert not Offering.objects.exists()
    anna.refresh_from_db()
    assert not anna.does_every_service


def test_the_service_itself_is_changed_in_the_table(owner: Client, salon: Project) -> None:
    cut = make_service(salon, "Cut", buffer_after=15)
    where = address("own-cell-edit", salon, cut)
    seen = seen_on(owner.get(where).content.decode())
    bad = owner.post(where, {"seen": seen, "price": "650", "duration_minutes": "45"})
    assert (bad.status_code, "slots of 30 minutes" in bad.content.decode()) == (422, True)
    assert owner.post(where, {"seen": seen, "price": "650", "duration_minutes": "90"}).status_code == 200
    cut.refresh_from_db()
    assert (cut.price, cut.duration_minutes, cut.buffer_after) == (Decimal(650), 90, 15)


def test_somebody_does_everything_again(owner: Client, salon: Project, anna: Specialist) -> None:
    make_service(salon)
    where = address("everything", salon, anna)
    owner.post(where, {"every": "no"})
    assert Offering.objects.count() == 1
    owner.post(where, {"every": "yes"})
    assert not Offering.objects.exists()


def test_a_manager_sees_prices_and_changes_none(salon: Project, anna: Specialist) -> None:
    cut = make_service(salon, "Cut", price=Decimal(777))
    manager = signed_in(make_colleague(salon, Role.STAFF))
    page = manager.get(address("prices", salon)).content.decode()
    assert "777" in page
    assert "cell-button" not in page
    for where in (
        address("cell-edit", salon, cut, anna),
        address("own-cell-edit", salon, cut),
        address("service", salon, cut),
        address("specialist-order", salon),
        address("everything", salon, anna),
        address("room-new", salon),
    ):
        assert manager.post(where).status_code == 403


def test_tables_take_as_many_queries_for_many_as_for_few(owner: Client, salon: Project) -> None:
    pages = [address(name, salon) for name in ("prices", "services", "rooms")]

    def queries() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as found:
                assert owner.get(page).status_code == 200
            counts.append(len(found))
        return counts

    make_offering(make_specialist(salon), make_service(salon), price=Decimal(1))
    make_resource(salon, "chair")
    queries()
    few = queries()
    for _ in range(4):
        make_offering(make_specialist(salon), make_service(salon), price=Decimal(1))
        make_resource(salon, "chair")
        make_service(salon, is_active=False)
    assert queries() == few
