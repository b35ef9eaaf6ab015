"""The address at which a phone reads a specialist's visits, and another one for it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bookings.models import Specialist
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.staff.colleagues import change_role, give_calendar, remove_colleague
from projects.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Salon:
    return Salon()


def _panel(salon: Salon, browser: Client, row: Specialist) -> str:
    answer = browser.get(reverse("office:calendar-feed", args=[salon.project.slug, row.pk]))
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def _renew(salon: Salon, browser: Client, row: Specialist) -> int:
    return browser.post(reverse("office:calendar-feed-new", args=[salon.project.slug, row.pk])).status_code


def _status(token: str) -> int:
    return Client().get(f"/calendar/{token}.ics").status_code


def _token(row: Specialist) -> str:
    return Specialist.objects.get(pk=row.pk).calendar_token


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPECIALIST])
def test_a_new_address_ends_the_one_of_before_at_once_and_is_written_down(salon: Salon, role: Role) -> None:
    person = salon.owner if role == Role.OWNER else make_colleague(salon.project, role, specialist=salon.anna)
    browser, before, other = signed_in(person), _token(salon.anna), _token(salon.maria)
    assert f"http://testserver/calendar/{before}.ics" in _panel(salon, browser, salon.anna)
    assert f'href="webcal://testserver/calendar/{before}.ics"' in _panel(salon, browser, salon.anna)

    assert _renew(salon, browser, salon.anna) == 200

    after = _token(salon.anna)
    assert (_status(before), _status(after), _token(salon.maria)) == (404, 200, other)
    assert after in _panel(salon, browser, salon.anna)
    assert before not in _panel(salon, browser, salon.anna)
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (person.pk, str(salon.anna.pk))
    assert "calendar_token" in entry.change_message
    assert after not in f"{entry.change_message}{entry.object_repr}"


def test_a_specialist_has_the_own_address_and_a_manager_none(salon: Salon) -> None:
    hers = signed_in(make_colleague(salon.project, Role.SPECIALIST, specialist=salon.anna))
    assert _panel(salon, hers, salon.maria) == "404"
    assert _renew(salon, hers, salon.maria) == 404
    managers = signed_in(make_colleague(salon.project, Role.STAFF))
    assert _panel(salon, managers, salon.anna) == "403"
    assert _renew(salon, managers, salon.anna) == 403
    assert (
        Salon()
        .browser.get(reverse("office:calendar-feed", args=[salon.project.slug, salon.anna.pk]))
        .status_code
        == 404
    )


def test_the_way_there_is_in_the_menu_and_in_the_team(salon: Salon) -> None:
    hers = signed_in(make_colleague(salon.project, Role.SPECIALIST, specialist=salon.anna))
    link = reverse("office:calendar-feed", args=[salon.project.slug, salon.anna.pk])
    calendar = reverse("office:calendar", args=[salon.project.slug])
    entry = reverse("office:team-specialist", args=[salon.project.slug, salon.anna.pk])
    assert link in hers.get(calendar).content.decode()
    assert link not in salon.browser.get(calendar).content.decode()
    assert link in salon.browser.get(entry).content.decode()


def test_whoever_has_the_calendar_no_more_has_no_address_of_it_either(salon: Salon) -> None:
    person: User = make_colleague(salon.project, Role.SPECIALIST, specialist=salon.anna)
    member = Membership.objects.get(user=person)
    seen = _token(salon.anna)
    give_calendar(specialist=salon.anna, user=person)
    assert _token(salon.anna) == seen, "it stays the person's"

    give_calendar(specialist=salon.maria, user=person)
    assert _status(seen) == 404
    seen = _token(salon.maria)
    change_role(membership=member, role=Role.STAFF)
    assert _status(seen) == 404
    change_role(membership=member, role=Role.SPECIALIST, specialist=salon.anna)
    seen = _token(salon.anna)
    remove_colleague(membership=member)
    assert (_status(seen), _status(_token(salon.anna))) == (404, 200)
