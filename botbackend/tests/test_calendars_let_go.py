"""Whoever goes takes no calendar along: its address shows them nothing more, whatever page is used."""

from typing import Any

import pytest
from django.test import Client as Browser

from bookings.models import Specialist
from bookings.operations.setup import Editor, set_in_use
from bookings.tests.factories import make_project, make_specialist
from botbackend.salon_api.config.catalogue import apply_specialists
from botbackend.staff.colleagues import change_role, remove_colleague
from projects.access import grant_membership
from projects.models import Membership, Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db
OWNER, SPECIALIST = Membership.Role.OWNER, Membership.Role.SPECIALIST


def make_stylist(project: Project, **over: Any) -> tuple[Specialist, Membership]:
    user = make_staff(**over)
    membership = grant_membership(project=project, user=user, role=SPECIALIST)
    specialist = make_specialist(project)
    Specialist.objects.filter(pk=specialist.pk).update(user=user)
    specialist.refresh_from_db()
    return specialist, membership


def operator() -> Browser:
    browser = Browser()
    browser.force_login(make_staff(is_superuser=True))
    return browser


def shows(specialist: Specialist) -> int:
    """What somebody is answered at the address that they knew."""
    return Browser().get(f"/calendar/{specialist.calendar_token}.ics").status_code


def assert_left(specialist: Specialist) -> None:
    assert shows(specialist) == 404
    stored = Specialist.objects.get(pk=specialist.pk)
    assert (shows(stored), stored.user) == (200, None)


def test_a_colleague_who_is_removed() -> None:
    specialist, membership = make_stylist(make_project())
    assert shows(specialist) == 200
    remove_colleague(membership=membership)
    assert_left(specialist)


def test_a_colleague_who_becomes_something_else_or_gets_another_calendar() -> None:
    project = make_project()
    one, membership = make_stylist(project)
    other = make_specialist(project)
    change_role(membership=membership, role=SPECIALIST, specialist=other)
    assert_left(one)
    assert shows(other) == 200
    other.refresh_from_db()
    change_role(membership=membership, role=OWNER)
    assert_left(other)


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_membership_that_is_deleted_in_the_tables(way: str) -> None:
    specialist, membership = make_stylist(make_project())
    there = "/admin/projects/membership/"
    if way == "page":
        operator().post(f"{there}{membership.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [membership.pk], "post": "yes"}
        operator().post(there, chosen)
    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert_left(specialist)


def test_a_role_that_is_changed_in_the_tables() -> None:
    specialist, membership = make_stylist(make_project())
    there = f"/admin/projects/membership/{membership.pk}/change/"
    assert operator().post(there, {"role": "staff"}).status_code == 302
    membership.refresh_from_db()
    assert membership.role == "staff"
    assert list(membership.user.groups.values_list("name", flat=True)) == ["Staff"]
    assert_left(specialist)


@pytest.mark.parametrize("way", ["page", "list"])
def test_an_account_that_is_deleted(way: str) -> None:
    specialist, membership = make_stylist(make_project())
    there, user = "/admin/auth/user/", membership.user_id
    if way == "page":
        operator().post(f"{there}{user}/delete/", {"post": "yes"})
    else:
        operator().post(there, {"action": "delete_selected", "_selected_action": [user], "post": "yes"})
    assert_left(specialist)


def test_an_account_that_is_closed() -> None:
    specialist, membership = make_stylist(make_project())
    there = f"/admin/auth/user/{membership.user_id}/change/"
    typed = {"username": membership.user.username, "is_staff": "on", "date_joined_0": "2026-01-01"}
    answer = operator().post(there, {**typed, "date_joined_1": "10:00"})
    assert answer.status_code == 302
    assert_left(specialist)


def test_a_calendar_that_goes_to_somebody_else_in_the_tables() -> None:
    project = make_project()
    specialist, _ = make_stylist(project)
    heir = make_staff(project)
    there = f"/admin/bookings/specialist/{specialist.pk}/change/"
    none = {
        f"{part}-{count}_FORMS": 0
        for part in ("weekly_ranges", "offerings")
        for count in ("TOTAL", "INITIAL")
    }
    typed = {"name": specialist.name, "position": 0, "is_active": "on", "user": heir.pk, **none}
    assert operator().post(there, typed).status_code == 302
    assert shows(specialist) == 404
    stored = Specialist.objects.get(pk=specialist.pk)
    assert (shows(stored), stored.user) == (200, heir)


def test_a_specialist_who_was_put_aside_and_came_back() -> None:
    project = make_project()
    specialist, _ = make_stylist(project)
    editor = Editor()
    set_in_use(project=project, model=Specialist, pk=specialist.pk, in_use=False, editor=editor)
    set_in_use(project=project, model=Specialist, pk=specialist.pk, in_use=True, editor=editor)
    assert shows(specialist) == 404
    specialist.refresh_from_db()
    apply_specialists(project, [])
    apply_specialists(project, [specialist.name])
    assert shows(specialist) == 404
    specialist.refresh_from_db()
    assert shows(specialist) == 200
