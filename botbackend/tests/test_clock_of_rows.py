"""A page that is one salon's is on that salon's clock, also for people of several."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from bookings.tests.factories import at, make_booking, make_project, make_service, make_specialist
from dialogues.models import StaffTask
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_staff
from projects.tests.test_staff_clock import make_salon

pytestmark = pytest.mark.django_db


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

    for project, clock in ((kyiv, "2 p.m."), (tokyo, "9 p.m.")):
        for page in (f"{url}{tasks[project].pk}/change/", f"{url}?project__id__exact={project.pk}"):
            assert f"Jan. 15, 2026, {clock}" in browser.get(page).content.decode()
    # Rows of several salons stand under one another by a clock that is nobody's.
    assert "Jan. 15, 2026, noon" in browser.get(url).content.decode()


def test_the_name_of_a_visit_is_on_the_clock_of_its_page() -> None:
    project = make_project(timezone="Europe/Kyiv")
    booking = make_booking(make_specialist(project), make_service(project), at("12:00"))
    make_salon("Asia/Tokyo")
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))

    page = browser.get(f"/admin/bookings/booking/{booking.pk}/change/").content.decode()

    assert f"{at('12:00'):%Y-%m-%d} 12:00 EE" in page
    assert "Z (booked)" not in page


def test_the_clock_is_turned_back_after_the_page() -> None:
    project = make_salon("Asia/Tokyo")
    make_salon("Europe/Kyiv")
    client = project.clients.create(name="Olha", last_seen_at=datetime(2026, 1, 15, 12, 0, tzinfo=UTC))
    browser = Client()
    browser.force_login(make_staff(is_superuser=True))
    assert (
        "Jan. 15, 2026, 9 p.m." in browser.get(f"/admin/bookings/client/{client.pk}/change/").content.decode()
    )
    # and the clock does not stay turned for what follows
    assert timezone.get_current_timezone_name() == "UTC"
