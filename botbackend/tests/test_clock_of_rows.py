"""A page that is one salon's is on that salon's clock, also for people of several."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ai.models import Proposal
from bookings.operations import VisitChange, change_booking
from bookings.tests.factories import STAFF, at, make_booking, make_project, make_service, make_specialist
from botbackend.tests.planting import plant
from dialogues.models import StaffTask
from projects.access import grant_membership, project_path
from projects.models import Membership, Project
from projects.tests.factories import make_staff
from projects.tests.test_staff_clock import make_salon

pytestmark = pytest.mark.django_db
# An instant of another zone, a clock that says UTC, ten o'clock where it was midnight.
_OTHER_CLOCK = re.compile(r"T\d\d:\d\d[:.\d]*(?:\+\d\d:\d\d|Z)|\d UTC|10:07|10 a\.m\.|22:00")


def task_in(project: Project) -> StaffTask:
    task = StaffTask.objects.create(project=project, kind="human")
    StaffTask.objects.filter(pk=task.pk).update(created_at=datetime(2026, 1, 15, 12, 0, tzinfo=UTC))
    return task


@pytest.mark.parametrize("is_superuser", [True, False])
def test_a_row_has_its_salons_clock_and_so_has_a_list_of_one_salon(*, is_superuser: bool) -> None:
    kyiv, tokyo = make_salon("Europe/Kyiv"), make_salon("Asia/Tokyo")
    person = make_staff(is_superuser=is_superuser)
    for project in (kyiv, tokyo):
        grant_membership(project=project, user=person, role=Membership.Role.OWNER)
    browser = Client()
    browser.force_login(person)
    tasks = {project: task_in(project) for project in (kyiv, tokyo)}
    url = "/admin/dialogues/stafftask/"

    for project, clock in ((kyiv, "14:00"), (tokyo, "21:00")):
        for page in (f"{url}{tasks[project].pk}/change/", f"{url}?project__id__exact={project.pk}"):
            assert f"15 January 2026, {clock}" in browser.get(page).content.decode()
    # Rows of several salons stand under one another by a clock that is nobody's.
    assert "15 January 2026, 12:00" in browser.get(url).content.decode()


def test_the_name_of_a_visit_is_on_the_clock_of_its_page() -> None:
    project = make_project(timezone="Europe/Kyiv")
    booking = make_booking(make_specialist(project), make_service(project), at("12:00"))
    make_salon("Asia/Tokyo")
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))

    page = browser.get(f"/admin/bookings/booking/{booking.pk}/change/").content.decode()

    assert f"{at('12:00'):%Y-%m-%d} 12:00 EE" in page
    assert "Z (booked)" not in page


@pytest.mark.parametrize("is_superuser", [True, False])
def test_no_page_of_a_row_has_a_clock_beside_the_salons(*, is_superuser: bool) -> None:
    """Every row of every model; what happened at ten o'clock UTC was at midnight in Honolulu."""
    with time_machine.travel(datetime(2026, 12, 1, 10, 7, tzinfo=UTC), tick=False):
        project = plant("mark")
        Project.objects.filter(pk=project.pk).update(timezone="Pacific/Honolulu")
        visit = make_booking(
            make_specialist(project, "Zed"),
            make_service(project, "Zcut"),
            datetime(2026, 12, 3, 22, tzinfo=UTC),
        )
        change = VisitChange(start=datetime(2026, 12, 4, 0, 0, tzinfo=UTC))
        change_booking(project=project, booking_id=visit.pk, change=change, origin=STAFF)
        details = {
            "visits": [[{"start": "2026-12-03T22:00:00+00:00"}]],
            "before": [{"start": "2026-12-03T12:00"}],
        }
        Proposal.objects.filter(project=project).update(details=details)
        person = make_staff(is_superuser=is_superuser)
        grant_membership(project=project, user=person, role=Membership.Role.OWNER)
        browser = Client()
        browser.force_login(person)
        seen = {url: browser.get(url) for url in _pages_of(project)}
    pages = {url: answer.content.decode() for url, answer in seen.items() if answer.status_code == 200}
    assert len(pages) > 40
    strange = {url: _OTHER_CLOCK.findall(page) for url, page in pages.items() if _OTHER_CLOCK.search(page)}
    assert not strange
    trail = pages[f"/admin/bookings/booking/{visit.pk}/change/"]
    assert "2026-12-03 12:00 HST" in trail
    assert "2026-12-03 14:00 HST" in trail


def _pages_of(project: Project) -> Iterator[str]:
    for model in admin.site._registry:
        path, base = project_path(model), f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for row in model._default_manager.filter(**{path: project.pk}) if path else []:
            yield reverse(f"{base}_change", args=[row.pk])
            yield reverse(f"{base}_history", args=[row.pk])


def test_the_clock_is_turned_back_after_the_page() -> None:
    project = make_salon("Asia/Tokyo")
    make_salon("Europe/Kyiv")
    client = project.clients.create(name="Olha", last_seen_at=datetime(2026, 1, 15, 12, 0, tzinfo=UTC))
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    assert (
        "15 January 2026, 21:00"
        in browser.get(f"/admin/bookings/client/{client.pk}/change/").content.decode()
    )
    # and the clock does not stay turned for what follows
    assert timezone.get_current_timezone_name() == "UTC"
