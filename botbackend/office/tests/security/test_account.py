"""One's own account: sessions, sign-ins, passwords; a link for whoever forgot theirs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings as product
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from botbackend.lib.logs import redact
from botbackend.office.tests.people import make_colleague
from botbackend.outbox.models import Task
from botbackend.outbox.testing import run_due
from botbackend.staff.models import Preferences
from botbackend.staff.sign_in import LINKS_FOR_ONE_ACCOUNT
from projects.models import SignIn
from projects.security import sessions
from projects.tests.authenticators import with_second_factor
from projects.tests.factories import make_project, make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence of mine"
OTHER = "quite another sentence"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
HALF_A_DAY = 12 * 3600
PAGE = "/admin/security/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def can_mail(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "salon@example.com"


def signed_in(user: User) -> Client:
    """A browser that has opened no page yet."""
    browser = Client()
    browser.force_login(user)
    return browser


def owner() -> User:
    user = make_colleague(make_project())
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_device_is_told_in_words_and_signed_out_from_another() -> None:
    user = owner()
    desk, phone = signed_in(user), signed_in(user)
    phone.get(PAGE, headers={"User-Agent": CHROME}, REMOTE_ADDR="198.51.100.7")
    page = desk.get(PAGE).content.decode()
    assert "Chrome on Windows" in page
    assert "198.51.100.x" in page
    assert "198.51.100.7" not in page
    row = SignIn.objects.get(browser="Chrome")
    assert desk.post(reverse("office:security-sign-out", args=[row.pk]))["Location"] == PAGE
    assert phone.get(PAGE).status_code == 302
    assert desk.get(PAGE).status_code == 200


def test_somebody_elses_session_is_nobodys_to_end() -> None:
    theirs, mine = signed_in(owner()), signed_in(owner())
    theirs.get(PAGE)
    row = SignIn.objects.get()
    assert mine.post(reverse("office:security-sign-out", args=[row.pk])).status_code == 404
    assert theirs.get(PAGE).status_code == 200


def test_all_others_are_signed_out_at_once() -> None:
    user = owner()
    browsers = [signed_in(user) for _ in range(3)]
    for browser in browsers:
        browser.get(PAGE)
    browsers[0].post(reverse("office:security-sign-out-others"))
    assert [browser.get(PAGE).status_code for browser in browsers] == [200, 302, 302]


def test_another_password_ends_all_other_sessions() -> None:
    user = owner()
    here, elsewhere = signed_in(user), signed_in(user)
    elsewhere.get(PAGE)
    form = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    assert here.post("/admin/password_change/", form)["Location"] == PAGE
    assert here.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302
    assert len(sessions.living(User.objects.get(pk=user.pk))) == 1


def test_a_password_that_somebody_else_sets_ends_all_sessions() -> None:
    user = owner()
    here = signed_in(user)
    here.get(PAGE)
    user.set_password(OTHER)
    user.save()
    assert sessions.living(user) == []
    assert here.get(PAGE).status_code == 302


def test_a_session_ends_after_twelve_idle_hours(clock: time_machine.Traveller) -> None:
    browser = signed_in(owner())
    browser.get(PAGE)
    for _ in range(3):
        clock.shift(HALF_A_DAY - 60)
        assert browser.get(PAGE).status_code == 200
    clock.shift(HALF_A_DAY + 1)
    assert browser.get(PAGE).status_code == 302
    assert product.SESSION_COOKIE_AGE == HALF_A_DAY


def test_what_a_page_asks_by_itself_keeps_no_session_alive(clock: time_machine.Traveller) -> None:
    browser = signed_in(owner())
    browser.get(PAGE)
    for _ in range(11):
        clock.shift(3600)
        assert browser.get(PAGE, headers={"X-By-Itself": "1"}).status_code == 200
    clock.shift(3601)
    assert browser.get(PAGE, headers={"X-By-Itself": "1"}).status_code == 302


def test_a_session_is_written_once_in_five_minutes(clock: time_machine.Traveller) -> None:
    browser = signed_in(owner())
    browser.get(PAGE)
    ends = Session.objects.get().expire_date
    for _ in range(4):
        clock.shift(60)
        browser.get(PAGE)
    assert Session.objects.get().expire_date == ends
    clock.shift(60)
    browser.get(PAGE)
    assert Session.objects.get().expire_date > ends


def test_sign_ins_are_told_to_the_person_and_to_operators_alone() -> None:
    user, operator = owner(), make_staff(is_superuser=True)
    browser = Client()
    browser.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    assert SignIn.objects.filter(user=user).count() == 1
    assert "When you signed in" in browser.get(PAGE).content.decode()
    listed = reverse("admin:projects_signin_changelist")
    assert signed_in(user).get(listed).status_code == 403
    assert user.username in signed_in(operator).get(listed).content.decode()


def test_owners_see_when_their_people_were_last_here() -> None:
    salon = make_project()
    user, colleague = make_colleague(salon), make_colleague(salon)
    colleague.set_password(PASSWORD)
    colleague.save()
    Client().post("/admin/login/", {"username": colleague.username, "password": PASSWORD})
    page = signed_in(user).get(reverse("office:settings-people", args=[salon.slug])).content.decode()
    assert page.count("last here") >= 1


def test_old_sign_ins_and_sessions_are_forgotten(clock: time_machine.Traveller) -> None:
    signed_in(owner()).get(PAGE)
    clock.shift(sessions.KEPT.total_seconds() + 1)
    sessions.forget_old()
    assert not SignIn.objects.exists()
    assert not Session.objects.exists()


# --- a link for whoever forgot the password --------------------------------------------------------------


def ask(email: str, address: str = "198.51.100.7") -> str:
    answer = Client().post("/admin/password-reset/", {"email": email}, REMOTE_ADDR=address)
    return f"{answer.status_code} {re.sub('csrf[^>]+', '', answer.content.decode())}"


def mailed_link() -> str:
    found = re.search(r"https?://[^/]+(\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("can_mail")
def test_a_link_comes_by_mail_and_sets_a_new_password_once() -> None:
    user = owner()
    here = signed_in(user)
    here.get(PAGE)
    ask(user.username.upper())
    run_due()
    assert mail.outbox[-1].to == [user.username]
    link, browser = mailed_link(), Client()
    form = browser.get(link)["Location"]
    assert "set-password" in form
    assert browser.post(form, {"new_password1": "short", "new_password2": "short"}).status_code == 422
    answer = browser.post(form, {"new_password1": OTHER, "new_password2": OTHER})
    assert answer["Location"] == "/admin/login/"
    assert browser.get(PAGE).status_code == 302  # nobody is signed in by a mail
    assert here.get(PAGE).status_code == 302
    assert Client().get(link).status_code == 404
    assert User.objects.get(pk=user.pk).check_password(OTHER)


@pytest.mark.usefixtures("can_mail")
def test_the_answer_never_tells_whether_there_is_an_account() -> None:
    known, stranger = ask(owner().username), ask("nobody@example.com", "203.0.113.9")
    assert known == stranger
    assert Task.objects.filter(topic="password.forgotten").count() == 2
    assert "nobody" not in str(list(Task.objects.values()))
    run_due()
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("can_mail")
def test_a_link_is_good_for_an_hour_and_no_way_around_the_second_step(
    clock: time_machine.Traveller,
) -> None:
    user = owner()
    with_second_factor(user)
    ask(user.username)
    run_due()
    clock.shift(3590)
    browser = Client()
    form = browser.get(mailed_link())["Location"]
    browser.post(form, {"new_password1": OTHER, "new_password2": OTHER})
    answer = browser.post("/admin/login/", {"username": user.username, "password": OTHER})
    assert answer["Location"] == reverse("office:sign-in-code")
    ask(user.username, "203.0.113.9")
    run_due()
    clock.shift(3601)
    assert Client().get(mailed_link()).status_code == 404


@pytest.mark.usefixtures("can_mail")
@pytest.mark.parametrize("over", [{"is_active": False}, {"is_staff": False}])
def test_who_may_not_come_in_gets_no_link(over: dict[str, bool]) -> None:
    user = owner()
    User.objects.filter(pk=user.pk).update(**over)
    ask(user.username)
    run_due()
    assert mail.outbox == []


@pytest.mark.usefixtures("can_mail")
def test_links_are_mailed_a_few_times_an_hour() -> None:
    user = owner()
    answers = [ask(user.username, f"198.51.100.{number}")[:3] for number in range(LINKS_FOR_ONE_ACCOUNT + 1)]
    assert answers == ["200"] * LINKS_FOR_ONE_ACCOUNT + ["429"]
    strangers = [ask("nobody@example.com", f"203.0.113.{n}")[:3] for n in range(LINKS_FOR_ONE_ACCOUNT + 1)]
    assert strangers == answers


@pytest.mark.usefixtures("can_mail")
def test_the_mail_speaks_the_persons_language() -> None:
    user = owner()
    Preferences.objects.create(user=user, language="uk")
    ask(user.username)
    run_due()
    assert mail.outbox[-1].subject == "Новий пароль"


def test_without_mail_the_page_says_whom_to_ask() -> None:
    page = Client().get("/admin/password-reset/").content.decode()
    assert "Ask whoever runs it" in page
    assert "<input" not in page
    assert ask("anna@example.com").startswith("200")
    assert not Task.objects.exists()


def test_no_log_shows_a_link() -> None:
    assert redact('"GET /admin/password-reset/MQ/abc-def123/" 200') == '"GET /admin/password-reset/***" 200'


# --- pages of operators --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "admin:django_rq_dashboard_changelist",
        "admin:auth_user_changelist",
        "admin:auth_group_changelist",
        "admin:outbox_heartbeat_changelist",
        "admin:ai_keystate_changelist",
        "admin:projects_signin_changelist",
    ],
)
def test_pages_of_operators_open_to_superusers_alone(page: str) -> None:
    address = reverse(page)
    assert signed_in(make_staff(is_superuser=True)).get(address).status_code == 200
    assert signed_in(owner()).get(address).status_code == 403
