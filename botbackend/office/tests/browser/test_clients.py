"""A receptionist finds a client, changes the card, merges two and takes it back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Booking, Client
from bookings.tests.factories import make_client, make_service, make_specialist
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.people import make_colleague
from dialogues.models import Dialogue
from projects.models import Project
from projects.tests.factories import make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NASTY = "<script>alert(1)</script> " + "Довжелезнеім'я" * 8


def make_salon() -> Project:
    """A salon with clients who have been there and will come."""
    salon = make_project(name="Hair & Co", currency="UAH")
    anna, cut = make_specialist(salon, name="Анна"), make_service(salon, name="Жіноча стрижка")
    names = ["Олена Коваленко", "Марія Шевченко", "יעל כהן", NASTY]
    clients = [
        make_client(salon, name=name, phone=f"+38050123456{number}", language="uk")
        for number, name in enumerate(names)
    ]
    Dialogue.objects.create(project=salon, client=clients[0], last_message_at=timezone.now())
    make_client(salon, name="Олена", phone="+380501234560", contact_id="", notes="Любить каву")
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    went = {-40: "completed", -20: "no_show", -10: "completed", -3: "cancelled", 5: "booked"}
    for days, status in went.items():
        start = now + timedelta(days=days)
        end = start + timedelta(hours=1)
        times = {"start": start, "end": end, "busy_from": start, "busy_until": end}
        row = {"project": salon, "client": clients[0], "specialist": anna, "service": cut, "source": "admin"}
        Booking.objects.create(**row, **times, status=status, price=700)
    return salon


def test_a_client_is_found_opened_and_changed(visit: Visit) -> None:
    salon = make_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/clients/")
    expect(page.locator("#found li")).to_have_count(5)
    assert_usable(page)
    keep_picture(page, "clients")
    page.get_by_label("Name or phone").fill("ол 456")
    expect(page.locator("#found")).to_contain_text("Nobody found")
    page.get_by_label("Name or phone").fill("коваленко 050 123")
    expect(page.locator("#found li")).to_have_count(1)
    page.get_by_text("Олена Коваленко").click()
    expect(page.get_by_role("heading", name="Олена Коваленко")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "client")
    page.get_by_role("button", name="Change", exact=True).last.click()
    expect(page.locator("#panel").get_by_label("Name")).to_be_focused()
    page.locator("#panel").get_by_label("Phone").fill("12")
    page.locator("#panel").get_by_role("button", name="Save").click()
    expect(page.locator("#panel")).to_contain_text("This is no phone number")
    assert_usable(page)
    keep_picture(page, "client-edit")
    page.locator("#panel").get_by_label("Phone").fill("067 111 22 33")
    page.locator("#panel").get_by_label("Name").fill("Олена Мельник")
    page.locator("#panel").get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("The client is changed.")
    expect(page.get_by_role("heading", name="Олена Мельник")).to_be_visible()
    page.get_by_label("Notes").fill("Алергія на аміак")
    page.get_by_role("button", name="Save the notes").click()
    expect(page.locator("#notes")).to_contain_text("Saved")
    client = Client.objects.get(pk=Dialogue.objects.get().client_id)
    assert (client.phone, client.notes) == ("+380671112233", "Алергія на аміак")


def test_notes_are_in_view_on_a_card_that_may_be_a_double(visit: Visit) -> None:
    salon = make_salon()
    client = Client.objects.order_by("pk")[0]
    make_client(salon, name="Олена Коваленко", contact_id="")
    page = visit(make_colleague(salon), language="uk-UA")
    page.goto(f"/admin/salon/{salon.slug}/clients/{client.pk}/")
    expect(page.get_by_text("Можливо, це та сама людина:")).to_be_visible()
    expect(page.locator("#id_notes")).to_be_in_viewport(ratio=1)
    assert_usable(page)
    keep_picture(page, "client-double")


def test_two_cards_are_merged_and_taken_apart_again(visit: Visit) -> None:
    salon = make_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/clients/alike/")
    assert_usable(page)
    keep_picture(page, "clients-alike")
    page.get_by_role("button", name="Merge").first.click()
    expect(page.locator("#panel")).to_contain_text("Which name stays?")
    assert_usable(page)
    keep_picture(page, "client-merge")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Two cards were made this one.")).to_be_visible()
    expect(page.get_by_label("Notes")).to_have_value("Любить каву")
    assert_usable(page)
    keep_picture(page, "client-merged")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("two clients again")
    expect(page.get_by_text("Two cards were made this one.")).to_have_count(0)
    assert Client.objects.filter(project=salon, merged_into=None).count() == 5


def test_two_people_of_one_phone_stay_two(visit: Visit) -> None:
    salon = make_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/clients/alike/")
    count = page.get_by_role("button", name="are two people").count()
    page.get_by_role("button", name="are two people").first.click()
    expect(page.locator("#toasts")).to_contain_text("They stay two people")
    expect(page.get_by_role("button", name="are two people")).to_have_count(count - 1)
    assert_usable(page)


def test_a_panel_takes_the_keyboard_once_and_not_again_from_who_types_already(visit: Visit) -> None:
    salon = make_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/clients/")
    page.get_by_label("Name or phone").fill("Зоряна")
    page.get_by_role("button", name="Add as a new client").wait_for()
    page.evaluate("""() => {
        const once = (name, then) => document.addEventListener(name, then, { once: true });
        window.settled = new Promise((done) => once("htmx:afterSettle", () => setTimeout(done)));
        const go = () => document.querySelector("#panel [name=phone]").focus();
        once("htmx:afterSwap", () => queueMicrotask(go));
    }""")
    page.get_by_role("button", name="Add as a new client").click()
    page.evaluate("() => window.settled")
    expect(page.locator("#panel").get_by_label("Phone")).to_be_focused()


def test_a_new_client_is_added_and_one_is_forgotten_on_purpose_only(visit: Visit) -> None:
    salon = make_salon()
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/clients/")
    page.get_by_label("Name or phone").fill("Зоряна")
    page.get_by_role("button", name="Add as a new client").click()
    panel = page.locator("#panel")
    expect(panel.get_by_label("Name")).to_have_value("Зоряна")
    expect(panel.get_by_label("Name")).to_be_focused()
    panel.get_by_label("Phone").fill("050 123 45 60")
    panel.get_by_role("button", name="Add the client").click()
    expect(panel).to_contain_text("The salon knows this phone already")
    assert_usable(page)
    keep_picture(page, "client-new")
    panel.get_by_label("Phone").fill("067 765 43 21")
    panel.get_by_role("button", name="Add the client").click()
    expect(page.get_by_role("heading", name="Зоряна")).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Forget this person").click()
    panel.get_by_role("button", name="Forget for good").click()
    expect(panel.get_by_label("Type the word")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "client-forget")
    panel.get_by_label("Type the word").fill("forget")
    panel.get_by_role("button", name="Forget for good").click()
    expect(page.get_by_text("The client is forgotten.")).to_be_visible()
    page.get_by_label("Name or phone").fill("Зоряна")
    expect(page.locator("#found")).to_contain_text("Nobody found")


def test_the_longest_and_strangest_name_is_a_text_that_fits(visit: Visit) -> None:
    salon = make_salon()
    page = visit(make_colleague(salon))
    for number in (2, 3):
        client = Client.objects.order_by("pk")[number]
        page.goto(f"/admin/salon/{salon.slug}/clients/{client.pk}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(client.name[:20])
        page.get_by_text("More", exact=True).click()
        page.emulate_media(color_scheme="dark")
        assert_usable(page)
        keep_picture(page, f"client-strange-{number}")
