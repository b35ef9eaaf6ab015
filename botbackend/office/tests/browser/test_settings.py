"""A new owner sets up the salon alone: from the link to a green list. The outside world is stand-ins."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import dialogues.tests
from botbackend.office.settings import testing
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, follow, keep_picture
from botbackend.office.tests.people import Role, make_colleague
from botbackend.outbox.testing import run_due
from botbackend.salon_api.config.load import load_project
from botbackend.staff import invitations
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from projects.models import Project
from projects.tests.factories import make_staff
from sheets import operations
from sheets.cycle import sync
from sheets.rhythm.lane import own_lane
from sheets.tests.conftest import google
from sheets.tests.salon import SheetSalon

__all__ = ["google"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PASSWORD = "a long sentence of mine"
BOOK = "https://docs.google.com/spreadsheets/d/book/edit#gid=0"
EVENT = (Path(dialogues.tests.__file__).parent / "fixtures" / "text_and_open_chat.json").read_text()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine runs other tests beside these."""
    monkeypatch.setattr(testing, "SECONDS", 30.0)


def new_salon() -> Project:
    """What an operator makes of a salon: a name, specialists, services."""
    document = {
        "project_id": "hair-and-co", "name": "Hair & Co", "specialists": ["Анна", "Марія"],
        "services": {"Манікюр": 2, "Стрижка": 1}, "prices": {"Манікюр": 700},
    }  # fmt: skip
    return load_project(raw=json.dumps(document).encode())[0]


def make_link(salon: Project, role: Role, server: LiveServer) -> str:
    operator = User.objects.create_superuser("operator@example.com")
    token = invitations.invite(project=salon, role=role, by=operator)[1]
    return server.url + reverse("office:invitation", args=[token])


def stranger(visit: Visit) -> Page:
    """A browser in which nobody is signed in."""
    page = visit(User.objects.create_user(f"stranger{User.objects.count()}"))
    page.context.clear_cookies()
    return page


def come_in(page: Page, link: str, name: str, email: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password once more").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/calendar/")


def step(page: Page, title: str) -> None:
    page.goto(page.url.split("/salon/")[0] + "/salon/hair-and-co/settings/")
    page.locator(".checklist a").filter(has=page.get_by_text(title, exact=True)).click()


def write_to_the_bot(address: str, sendpulse: SendPulseStandIn) -> None:
    """A client writes; SendPulse posts it to the address that the owner copied."""
    event = json.loads(EVENT)
    bot = next(iter(sendpulse.contacts.bots.values()))
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (contact,) = sendpulse.contacts.all()
    body = EVENT.replace(event[0]["bot"]["id"], bot.id).replace(event[0]["contact"]["id"], contact.id)
    path = address.partition("/webhook/")[2]
    answer = Client().post(f"/webhook/{path}", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    run_due(topics.EVENT_RECEIVED)
    run_due(topics.DIALOGUE_DUE, ignore_due=True)
    run_due(topics.MESSAGE_QUEUED, ignore_due=True)


def test_a_new_owner_goes_from_the_link_to_a_green_list_alone(
    visit: Visit, live_server: LiveServer, sendpulse: SendPulseStandIn, google: GoogleStandIn
) -> None:
    salon = new_salon()
    google.create("book")
    owner = stranger(visit)
    owner.goto(make_link(salon, Role.OWNER, live_server))
    keep_picture(owner, "invitation")
    assert_usable(owner)
    come_in(owner, owner.url, "Olha", "olha@example.com")
    follow(owner.get_by_role("link", name="3 steps are left until the bot books by itself"))
    keep_picture(owner, "checklist")
    assert_usable(owner)

    step(owner, "SendPulse")
    bot = next(iter(sendpulse.contacts.bots.values()))
    owner.get_by_label("Bot id").fill(bot.id)
    owner.get_by_label("API id").fill("sp_id_demo")
    owner.get_by_label("API secret").fill("sp_sk_demo")
    owner.locator("#sendpulse").get_by_role("button", name="Save").click()
    owner.get_by_role("button", name="Test SendPulse").click()
    expect(owner.locator("#verdict-sendpulse")).to_contain_text(
        f"The bot is called {bot.name}", timeout=30_000
    )
    owner.get_by_role("button", name="Make an address").click()
    owner.locator("#sendpulse").get_by_role("button", name="Show").click()
    address = owner.locator("#webhook-address").inner_text()
    assert address.startswith(f"{live_server.url}/webhook/sendpulse/")
    keep_picture(owner, "connections")
    assert_usable(owner)
    write_to_the_bot(address, sendpulse)

    step(owner, "Google spreadsheet")
    expect(owner.locator("#share-address")).to_contain_text("gserviceaccount.com")
    owner.get_by_label("Link of the spreadsheet").fill(
        "https://docs.google.com/spreadsheets/d/book/edit#gid=0"
    )
    owner.locator("#sheet").get_by_role("button", name="Save").click()
    owner.get_by_role("button", name="Test Google").click()
    expect(owner.locator("#verdict-google")).to_contain_text("Google answers", timeout=30_000)
    with own_lane(salon, patience=0) as claim:
        link = operations.link_of(salon)
        assert link is not None
        sync.run_cycle(link, claim)

    step(owner, "A colleague")
    owner.get_by_role("button", name="Invite a colleague").click()
    expect(owner.get_by_role("button", name="Make a link")).to_be_visible()
    assert_usable(owner)
    owner.get_by_role("button", name="Make a link").click()
    invitation = owner.locator("#invitation-link").inner_text()
    keep_picture(owner, "invited")
    assert_usable(owner)
    owner.get_by_role("button", name="Done").click()
    expect(owner.get_by_role("button", name="Revoke")).to_be_visible()
    keep_picture(owner, "people")
    assert_usable(owner)
    come_in(stranger(visit), invitation, "Iryna", "iryna@example.com")

    owner.goto(f"/admin/salon/{salon.slug}/settings/")
    keep_picture(owner, "green")
    expect(owner.get_by_text("All is set up")).to_be_visible()
    assert owner.locator(".checklist .is-done").count() == 8


def test_a_key_is_made_copied_and_revoked(visit: Visit) -> None:
    salon = new_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/settings/keys/")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("What it is for").fill("<script>alert(1)</script>")
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#api-key")).to_contain_text("bb_")
    assert_usable(page)
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#panel-title")).to_have_count(0)
    expect(page.locator("main").get_by_text("<script>alert(1)</script>")).to_be_visible()
    keep_picture(page, "keys")
    assert_usable(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()


def test_the_salon_is_changed_and_a_mistake_is_told_at_its_field(visit: Visit) -> None:
    salon = new_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/calendar/")
    page.get_by_label("Menu").click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Salon", exact=True).click()
    page.get_by_label("Mail that is told").fill("nobody")
    page.get_by_label("Name").fill("W" * 120)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a valid email address")).to_be_visible()
    keep_picture(page, "salon")
    assert_usable(page)
    page.get_by_label("Mail that is told").fill("")
    page.get_by_label("Time zone").select_option("Europe/Warsaw")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The salon's settings are saved.")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    assert_usable(page)


def test_a_refused_cell_is_answered_with_the_spreadsheets_side(visit: Visit, google: GoogleStandIn) -> None:
    sheet = SheetSalon(google)
    _, other = sheet.book("10:00"), sheet.book("12:00", name="<script>alert(1)</script> " + "W" * 80)
    sheet.sync()
    sheet.edit("set", cell="C2", value="12:00")
    sheet.sync()
    page = visit(make_colleague(sheet.project))
    page.goto(f"/admin/salon/{sheet.project.slug}/settings/connections/")
    expect(page.locator(".sides")).to_contain_text("12:00")
    assert_usable(page)
    page.locator(".sides").scroll_into_view_if_needed()
    keep_picture(page, "refused-cell")
    page.get_by_role("button", name="Take the spreadsheet's side").click()
    expect(page.get_by_text("This time is taken.")).to_be_visible()
    sheet.cancel(other)
    page.get_by_role("button", name="Take the spreadsheet's side").click()
    expect(page.get_by_text("The visit is as the spreadsheet says.")).to_be_visible()
    assert_usable(page)


def test_a_double_press_on_a_new_salon_still_shows_the_link_of_its_owner(visit: Visit) -> None:
    page = visit(make_staff(is_superuser=True))
    page.goto("/admin/salons/new/")
    page.get_by_label("Name of the salon").fill("Malva")
    page.get_by_label("E-mail of the owner").fill("olha@example.com")
    button = page.get_by_role("button", name="Make the salon")
    # the second press comes while the first is on its way
    button.evaluate("one => { one.click(); setTimeout(() => one.click(), 40); }")
    expect(page.locator("#invitation-link")).to_contain_text("/admin/invitation/")
    assert Project.objects.count() == 1
