"""Who may sit down where."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bookings.tests.factories import make_project, make_service, make_specialist
from botbackend.office.desk import EVERYBODY
from botbackend.office.navigation import ROOMS
from botbackend.office.tests.people import Role, make_colleague, signed_in
from projects.access import grant_membership
from projects.models import Membership
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
@pytest.mark.parametrize("role", Role)
def test_a_room_opens_for_its_roles_and_for_nobody_else(room: object, role: Membership.Role) -> None:
    salon = make_project()
    anna = make_specialist(salon)
    user = make_colleague(salon, role, specialist=anna if role == Role.SPECIALIST else None)
    answer = signed_in(user).get(reverse(f"office:{room.name}", args=[salon.slug]))  # type: ignore[attr-defined]
    assert answer.status_code == (200 if role in room.roles else 403)  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", EVERYBODY)
def test_another_salon_does_not_exist(role: Membership.Role) -> None:
    mine, other = make_project(), make_project()
    user = make_colleague(mine, role)
    assert signed_in(user).get(reverse("office:calendar", args=[other.slug])).status_code == 404


def test_a_stranger_is_asked_to_sign_in_and_comes_back() -> None:
    salon = make_project()
    address = reverse("office:inbox", args=[salon.slug])
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('admin:login')}?next={address}")


def test_a_part_of_a_page_says_that_nobody_is_signed_in_and_leaves_the_page_as_it_is() -> None:
    salon = make_project()
    answer = Client().get(reverse("office:inbox", args=[salon.slug]), headers={"HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer) == (401, False)


PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("name", "room", "has_panel"),
    [("visit-new", "calendar", True), ("team-leave-new", "team", True), ("team-room-new", "team", True),
     ("settings-new-key", "settings", True), ("calendar-list", "calendar", False)],
)  # fmt: skip
def test_a_part_that_is_opened_by_itself_leads_to_its_room(name: str, room: str, has_panel: bool) -> None:
    salon = make_project()
    make_service(salon)
    browser = signed_in(make_colleague(salon))
    address = reverse(f"office:{name}", args=[salon.slug]) + "?date=2027-01-05"
    answer = browser.get(address, headers=PAGE)
    where = reverse(f"office:{room}", args=[salon.slug])
    assert answer["Location"] == (f"{where}?{urlencode({'panel': address})}" if has_panel else where)
    assert browser.get(address, headers={"HX-Request": "true", **PAGE}).status_code == 200


def test_the_home_is_the_calendar_of_the_only_salon() -> None:
    salon = make_project()
    answer = signed_in(make_colleague(salon)).get("/admin/")
    assert answer["Location"] == reverse("office:calendar", args=[salon.slug])


def test_who_works_in_two_salons_chooses_and_sees_no_third() -> None:
    one, two, third = make_project(name="One"), make_project(name="Two"), make_project(name="Third")
    user = make_colleague(one)
    Membership.objects.create(project=two, user=user, role=Role.STAFF)
    page = signed_in(user).get("/admin/", follow=True).content.decode()
    assert reverse("office:calendar", args=[one.slug]) in page
    assert reverse("office:calendar", args=[two.slug]) in page
    assert third.slug not in page


def test_the_menu_shows_other_salons_and_tables_only_to_those_who_have_use_for_them() -> None:
    salon = make_project()
    owner, operator = make_colleague(salon), make_staff(is_superuser=True)
    address = reverse("office:team", args=[salon.slug])
    entries = [reverse("office:salons"), reverse("office:technical")]

    def shown(user: User) -> list[bool]:
        page = signed_in(user).get(address).content.decode()
        return [f'href="{entry}"' in page for entry in entries]

    assert shown(owner) == [False, False]
    assert shown(operator) == [True, True]
    grant_membership(project=make_project(), user=owner, role=Role.STAFF)
    assert shown(owner) == [True, False]


def test_pages_run_only_their_own_scripts_and_are_kept_by_no_cache() -> None:
    salon = make_project()
    answer = signed_in(make_colleague(salon)).get(reverse("office:calendar", args=[salon.slug]))
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
