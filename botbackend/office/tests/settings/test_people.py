"""People: invited by a link, given roles, removed."""

from datetime import timedelta
from threading import Barrier, BoundedSemaphore, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.db import connections as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from bookings.models import Specialist
from bookings.tests.factories import make_project, make_specialist
from botbackend.lib.logs import redact
from botbackend.office.tests.people import Role, make_colleague, signed_in
from botbackend.staff import invitations, sign_in
from botbackend.staff.models import Invitation
from botbackend.staff.sign_in import FROM_ONE_ADDRESS
from projects.access import grant_membership, owners_of
from projects.models import Membership, Project
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence of mine"
GOOD = {"first_name": "Olha", "username": "olha@example.com", "password": PASSWORD, "again": PASSWORD}


def make_link(salon: Project, role: Membership.Role = Role.STAFF, **over: Any) -> str:
    owner = over.pop("by", None) or make_colleague(salon)
    return invitations.invite(project=salon, role=role, by=owner, **over)[1]


def address(token: str) -> str:
    return reverse("office:invitation", args=[token])


def accept(token: str, browser: Browser | None = None, **over: Any) -> Any:
    return (browser or Browser()).post(address(token), GOOD | over)


def page(browser: Browser, name: str, salon: Project, *args: object) -> str:
    return reverse(f"office:settings-{name}", args=[salon.slug, *args])


def test_whoever_opens_the_link_gets_an_account_with_the_role_and_is_signed_in() -> None:
    salon = make_project(name="Hair & Co")
    token, browser = make_link(salon), Browser()
    shown = browser.get(address(token))
    assert (shown.status_code, "Hair &amp; Co" in shown.content.decode()) == (200, True)
    assert accept(token, browser)["Location"] == reverse("office:home")
    user = User.objects.get(username="olha@example.com")
    assert (user.is_staff, user.is_superuser, user.first_name) == (True, False, "Olha")
    assert user.check_password(PASSWORD)
    assert Membership.objects.get(user=user).role == Role.STAFF
    home = browser.get("/admin/", follow=True)
    assert "Welcome to Hair &amp; Co." in home.content.decode()


def test_a_specialist_gets_the_calendar_and_nothing_else() -> None:
    salon = make_project()
    anna = make_specialist(salon)
    browser = Browser()
    accept(make_link(salon, Role.SPECIALIST, specialist=anna), browser)
    anna.refresh_from_db()
    assert anna.user == User.objects.get(username="olha@example.com")
    assert browser.get(reverse("office:inbox", args=[salon.slug])).status_code == 403
    assert browser.get(reverse("office:calendar", args=[salon.slug])).status_code == 200


def test_an_invited_owner_can_act_as_one() -> None:
    salon = make_project()
    accept(make_link(salon, Role.OWNER))
    assert User.objects.get(username="olha@example.com").pk in owners_of(salon)


def test_a_link_is_good_once() -> None:
    token = make_link(make_project())
    accept(token)
    for answer in (Browser().get(address(token)), accept(token, username="eve@example.com")):
        assert (answer.status_code, "not good any more" in answer.content.decode()) == (404, True)
    assert not User.objects.filter(username="eve@example.com").exists()


def test_a_link_ends_after_three_days() -> None:
    token = make_link(make_project(), now=timezone.now() - timedelta(days=3, seconds=1))
    assert accept(token).status_code == 404
    assert (
        Browser().get(address(make_link(make_project(), now=timezone.now() - timedelta(days=2)))).status_code
        == 200
    )


@pytest.mark.parametrize("spoiled", ["", "x", "x:y", "{}x", "x{}", "{}:more"])
def test_a_forged_link_is_refused_before_the_database_is_asked(spoiled: str) -> None:
    token = make_link(make_project())
    forged = spoiled.format(token) or "a" * 40
    with CaptureQueriesContext(connection) as spent:
        answer = Browser().get(address(forged))
    assert (answer.status_code, len(spent)) == (404, 0)


def test_the_database_holds_no_link_and_the_logs_neither() -> None:
    token = make_link(make_project())
    row = Invitation.objects.get()
    assert not [value for value in vars(row).values() if isinstance(value, str) and value and value in token]
    assert token not in redact(f'"GET {address(token)}" 200')


def test_a_link_of_somebody_who_is_no_owner_any_more_is_worth_nothing() -> None:
    salon = make_project()
    stays, leaves = make_colleague(salon), make_colleague(salon)
    token = make_link(salon, Role.OWNER, by=leaves)
    grant_membership(project=salon, user=leaves, role=Role.STAFF)
    assert accept(token).status_code == 404
    assert owners_of(salon) == {stays.pk}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"password": "olha@example.com", "again": "olha@example.com"}, "too similar"),
        ({"again": "another sentence"}, "two different passwords"),
        ({"first_name": "\u200b"}, "required"),
        ({"username": "olha"}, "valid email"),
    ],
)
def test_mistakes_are_told_and_use_nothing_up(typed: dict[str, str], said: str) -> None:
    token = make_link(make_project())
    answer = accept(token, None, **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode() or "can be read" in answer.content.decode()
    assert not User.objects.filter(username="olha@example.com").exists()
    assert accept(token).status_code == 302


def test_a_taken_login_is_told_and_no_password_of_it_is_changed() -> None:
    token = make_link(make_project())
    known = make_staff(username="Olha@Example.com", password="what she chose before")
    answer = accept(token)
    assert (answer.status_code, "sign in and open the link again" in answer.content.decode()) == (422, True)
    known.refresh_from_db()
    assert known.check_password("what she chose before")
    assert not Membership.objects.filter(user=known).exists()


def test_somebody_with_an_account_joins_with_it() -> None:
    salon = make_project()
    token, user = make_link(salon), User.objects.create_user("known@example.com")
    browser = signed_in(user)
    assert "signed in as" in browser.get(address(token)).content.decode()
    assert browser.post(address(token))["Location"] == reverse("office:home")
    user.refresh_from_db()
    assert (user.is_staff, Membership.objects.get(user=user).role) == (True, Role.STAFF)


def test_a_member_who_opens_a_link_keeps_the_role() -> None:
    salon = make_project()
    owner = make_colleague(salon)
    token = make_link(salon, Role.SPECIALIST, by=owner, specialist=make_specialist(salon))
    answer = signed_in(owner).post(address(token))
    assert (answer.status_code, "already" in answer.content.decode()) == (422, True)
    assert Membership.objects.get(user=owner).role == Role.OWNER
    assert Invitation.objects.get().used_at is None


def test_guesses_at_an_invitation_end_before_a_password_is_hashed() -> None:
    token = make_link(make_project())
    for number in range(FROM_ONE_ADDRESS):
        assert accept(token, username=f"olha{number}@example.com", again="other").status_code == 422
    answer = accept(token)
    assert (answer.status_code, "Retry-After" in answer) == (429, True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_one_link_at_once_one_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    # They come to two web processes, each of which has a place to hash a password in.
    monkeypatch.setattr(sign_in, "_places", BoundedSemaphore(2))
    token = make_link(make_project())
    together, answers = Barrier(2), []

    def come(name: str) -> None:
        together.wait(10)
        answers.append(accept(token, username=name).status_code)
        database.close_all()

    people = [Thread(target=come, args=[f"{name}@example.com"]) for name in ("one", "two")]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    assert sorted(answers) == [302, 404]
    assert Membership.objects.exclude(role=Role.OWNER).count() == 1
    assert not User.objects.filter(memberships=None).exists()


def test_the_owner_makes_a_link_sees_it_once_and_revokes_it() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    answer = browser.post(page(browser, "invite", salon), {"role": "staff", "email": ""})
    row = Invitation.objects.get()
    link = answer.context["link"]
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "settings-changed")
    assert link in answer.content.decode()
    listed = browser.get(page(browser, "people", salon)).content.decode()
    assert link not in listed
    assert page(browser, "revoke", salon, row.pk) in listed
    assert browser.post(page(browser, "revoke", salon, row.pk)).status_code == 204
    assert Browser().get(link).status_code == 404


def test_a_specialist_without_a_calendar_is_not_invited() -> None:
    salon, other = make_project(), make_project()
    browser = signed_in(make_colleague(salon))
    for chosen in ("", str(make_specialist(other).pk)):
        answer = browser.post(page(browser, "invite", salon), {"role": "specialist", "specialist": chosen})
        assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_the_link_is_mailed_only_where_mail_is_set_up(settings: Settings) -> None:
    salon = make_project(name="Hair & Co\nBcc: x")
    browser = signed_in(make_colleague(salon))
    typed = {"role": "staff", "email": "olha@example.com"}
    first = browser.post(page(browser, "invite", salon), typed)
    assert (len(mail.outbox), "send the link yourself" in first.content.decode()) == (0, True)
    settings.DEFAULT_FROM_EMAIL = "salons@example.com"
    answer = browser.post(page(browser, "invite", salon), typed)
    (letter,) = mail.outbox
    assert letter.to == ["olha@example.com"]
    assert answer.context["link"] in letter.body
    assert "also mailed" in answer.content.decode()


def test_the_last_owner_neither_leaves_nor_becomes_less() -> None:
    salon = make_project()
    owner = make_colleague(salon)
    browser, mine = signed_in(owner), Membership.objects.get(user=owner)
    answer = browser.post(page(browser, "member", salon, mine.pk), {"role": "staff"})
    assert (answer.status_code, "at least one owner" in answer.content.decode()) == (422, True)
    answer = browser.post(page(browser, "remove", salon, mine.pk))
    assert "at least one owner" in answer["HX-Trigger"]
    mine.refresh_from_db()
    assert mine.role == Role.OWNER


def test_roles_change_and_calendars_go_along() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    anna, maria = make_specialist(salon), make_specialist(salon)
    colleague = make_colleague(salon, Role.STAFF)
    row = Membership.objects.get(user=colleague)
    where = page(browser, "member", salon, row.pk)
    for chosen in (anna, maria):
        assert browser.post(where, {"role": "specialist", "specialist": chosen.pk}).status_code == 204
        assert list(Specialist.objects.filter(user=colleague)) == [chosen]
    other = make_colleague(salon, Role.SPECIALIST, specialist=anna)
    answer = browser.post(where, {"role": "specialist", "specialist": anna.pk})
    assert (answer.status_code, "already" in answer.content.decode()) == (422, True)
    assert Specialist.objects.get(user=other) == anna
    assert browser.post(page(browser, "remove", salon, row.pk)).status_code == 204
    assert not Specialist.objects.filter(user=colleague).exists()
    assert signed_in(colleague).get(reverse("office:calendar", args=[salon.slug])).status_code == 404


def test_who_is_a_specialist_no_more_has_no_calendar_any_more() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    anna = make_specialist(salon)
    colleague = make_colleague(salon, Role.SPECIALIST, specialist=anna)
    where = page(browser, "member", salon, Membership.objects.get(user=colleague).pk)
    assert browser.post(where, {"role": "staff"}).status_code == 204
    assert Specialist.objects.get(pk=anna.pk).user is None


def test_an_address_that_no_column_holds_is_told_at_its_field() -> None:
    salon = make_project()
    browser = signed_in(make_colleague(salon))
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".com"
    answer = browser.post(page(browser, "invite", salon), {"role": "staff", "email": long})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_whoever_leaves_is_led_out() -> None:
    salon = make_project()
    make_colleague(salon)
    leaves = make_colleague(salon)
    answer = signed_in(leaves).post(page(Browser(), "remove", salon, Membership.objects.get(user=leaves).pk))
    assert answer["HX-Redirect"] == reverse("office:home")


def test_the_page_costs_the_same_for_few_and_for_many_people() -> None:
    salon = make_project()
    owner = make_colleague(salon)
    counts = []
    for _ in range(2):
        for _ in range(4):
            make_colleague(salon, Role.SPECIALIST, specialist=make_specialist(salon))
            make_link(salon, Role.SPECIALIST, by=owner, specialist=make_specialist(salon))
        with CaptureQueriesContext(connection) as spent:
            assert signed_in(owner).get(page(Browser(), "people", salon)).status_code == 200
        counts.append(len(spent))
    assert counts[0] == counts[1]
