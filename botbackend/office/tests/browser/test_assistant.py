"""The assistant's room in a browser: draft - try - publish - return, and the other tabs."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from ai.models import Knowledge, PromptDraft, Scenario
from ai.prompts.versions import default_text, prompts_in_force
from ai.salon.permissions import stop
from ai.tests.factories import SalonRows, Talk, price_of, responds, understood
from bookings.models import Booking
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, follow, keep_picture
from botbackend.office.tests.people import make_colleague
from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import Message
from dialogues.staff.drafts import leave_once
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def rows() -> SalonRows:
    return SalonRows(language="en", name="Hair & Co", work_start_minute=9 * 60, work_end_minute=21 * 60)


_IS_ON_TOP = """one => { const box = one.getBoundingClientRect();
    return [[.5, .1], [.5, .9], [.05, .5], [.95, .5]].every(([x, y]) =>
        one.contains(document.elementFromPoint(box.x + box.width * x, box.y + box.height * y))); }"""


def room(page: Page, salon: Project, tab: str = "") -> None:
    page.goto(f"/admin/salon/{salon.slug}/assistant/{tab}")


def assert_in_view(page: Page, *names: str) -> None:
    """The buttons are where somebody sees and touches them: within the window, under nothing else."""
    for name in names:
        button = page.get_by_role("button", name=name)
        expect(button).to_be_in_viewport(ratio=1)
        assert button.evaluate(_IS_ON_TOP), f"something covers {name}"


def test_a_prompt_is_drafted_tried_published_and_taken_back(
    visit: Visit, rows: SalonRows, claude: ClaudeStandIn, sendpulse: SendPulseStandIn
) -> None:
    salon, talk = rows.project, Talk(rows)
    understood(claude, wants="question")
    responds(claude, f"A manicure costs {price_of(rows.manicure)}.")
    talk.say("what does a manicure cost?")
    page = visit(make_colleague(salon))
    room(page, salon)
    assert_usable(page)
    keep_picture(page, "assistant-prompts")
    page.get_by_role("link", name="Read and change How it answers").click()
    text = page.get_by_label("Your text")
    expect(text).to_have_value(default_text("main_response"))
    text.fill(
        default_text("main_response").replace("two to four", "one or two") + "\nCall everybody captain."
    )
    assert_usable(page)
    keep_picture(page, "assistant-prompt")
    for place in ("0", "document.body.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {place})")
        assert_in_view(page, "Save the draft", "Save and try it", "Save and see the difference")
    page.get_by_role("button", name="Save and try it").click()
    before = Message.objects.count()

    understood(claude, book=[rows.manicure.pk], day=rows.day(), time_from="15:00", exact=True)
    page.get_by_label("Message of a client").fill("manicure tomorrow at 15:00 <script>")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("The assistant is writing…")).to_be_visible()
    run_due("rehearsal.asked")
    expect(page.locator(".bubble.bot")).to_contain_text("Please check")
    page.get_by_label("Message of a client").fill("yes")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("The assistant is writing…")).to_be_visible()
    run_due("rehearsal.asked")
    expect(page.locator(".bubble.bot").last).to_contain_text("Done, you are booked")

    for words in ("In force it is", "Captain, it is"):
        understood(claude, wants="question")
        responds(claude, f"{words} {price_of(rows.manicure)}.")
    page.get_by_role("button", name="Ask the last ten questions again").click()
    expect(page.get_by_text("Asking…")).to_be_visible()
    run_due("rehearsal.asked")
    expect(page.locator(".asked")).to_contain_text("Captain, it is 600 UAH.")
    expect(page.locator(".asked")).to_contain_text("In force it is 600 UAH.")
    page.get_by_text("What was answered then").click()
    expect(page.locator(".asked").get_by_text("A manicure costs 600 UAH.")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "assistant-try")
    assert not Booking.objects.exists()
    assert Message.objects.count() == before
    assert not sendpulse.log.find(path="send")

    page.get_by_role("link", name="See the difference and publish").click()
    expect(page.locator("ins").first).to_be_visible()
    assert_usable(page)
    keep_picture(page, "assistant-difference")
    page.emulate_media(color_scheme="dark")
    assert_usable(page)
    assert_in_view(page, "Publish: clients get it from now on")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1 is in force")).to_be_visible()
    assert prompts_in_force(project=salon)["main_response"].text.endswith("captain.")
    assert not PromptDraft.objects.exists()
    page.get_by_role("button", name="Return to the shipped text").click()
    expect(page.get_by_text("The shipped text is in force again")).to_be_visible()
    assert prompts_in_force(project=salon)["main_response"].version == 0
    page.get_by_role("button", name="Return to it 1").click()
    expect(page.get_by_text("Version 1 is in force again")).to_be_visible()


def test_a_fact_is_written_down_and_put_aside(visit: Visit, rows: SalonRows) -> None:
    Knowledge.objects.create(
        project=rows.project, title="<script>alert(1)</script> " + "w" * 150, text="שלום"
    )
    page = visit(make_colleague(rows.project))
    room(page, rows.project, "knowledge/")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Short name").fill("Parking")
    page.get_by_label("What the assistant may tell").fill("Behind the house, free.")
    assert_usable(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("Behind the house, free.")
    assert_usable(page)
    keep_picture(page, "assistant-knowledge")
    page.get_by_role("button", name="Change Parking").click()
    page.get_by_label("What the assistant may tell").fill("Behind the house, two hours.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("two hours")
    page.get_by_role("button", name="Put aside Parking").click()
    expect(page.get_by_role("button", name="Tell it again Parking")).to_be_visible()


def test_words_are_changed_with_a_preview_and_given_back(visit: Visit, rows: SalonRows) -> None:
    page = visit(make_colleague(rows.project))
    room(page, rows.project, "wordings/")
    assert_usable(page)
    keep_picture(page, "assistant-wordings")
    page.get_by_role("button", name="The visit is booked").click()
    text = page.get_by_label("Your words")
    expect(text).to_be_visible()
    expect(page.locator("#panel-body > .htmx-added")).to_have_count(0)  # from then on it listens
    text.fill("Booked {line}")
    expect(page.locator("#preview")).to_contain_text("There is no placeholder {line} here.")
    text.fill("Booked: {lines}")
    expect(page.locator("#preview")).to_contain_text("Booked: ")
    assert_usable(page)
    keep_picture(page, "assistant-wording")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#wordings")).to_contain_text("your words")
    page.get_by_role("button", name="The visit is booked").click()
    page.get_by_role("button", name="Return to the shipped text").click()
    expect(page.locator("#wordings")).not_to_contain_text("your words")


def test_a_wording_is_found_in_place_by_its_title_or_its_words(visit: Visit, rows: SalonRows) -> None:
    page = visit(make_colleague(rows.project))
    room(page, rows.project, "wordings/en/")
    field, entries = page.get_by_label("Find a text by its title or its words"), page.locator("[data-entry]")
    everything = entries.count()
    assert everything > 50
    requests: list[str] = []
    page.on("request", lambda request: requests.extend([request.url] if "/assistant/" in request.url else []))
    field.fill("visit BOOKED")
    expect(entries.filter(visible=True)).not_to_have_count(everything)
    expect(page.get_by_role("button", name="The visit is booked")).to_be_visible()
    expect(page.get_by_role("button", name="Greeting", exact=False)).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="of")).to_contain_text(f"of {everything} texts")
    assert_usable(page)
    keep_picture(page, "assistant-wordings-found")
    field.fill("Done, you are booked")  # words of a text
    expect(entries.filter(visible=True)).to_have_count(1)
    expect(page.locator("#wordings h2").filter(visible=True)).to_have_count(1)
    assert requests == []
    page.get_by_role("button", name="The visit is booked").click()
    page.get_by_label("Your words").fill("Booked at last: {lines}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No text holds Done, you are booked.")).to_be_visible()
    assert_usable(page)
    page.get_by_role("button", name="Show all texts").click()
    expect(entries.filter(visible=True)).to_have_count(everything)
    expect(field).to_be_focused()
    field.fill("greeting")
    follow(page.get_by_role("link", name="Polski"))
    expect(page.get_by_label("Find a text by its title or its words")).to_have_value("greeting")
    expect(page.locator("[data-entry]").filter(visible=True)).not_to_have_count(everything)


def test_the_switches_the_stop_and_a_waiting_draft(visit: Visit, rows: SalonRows) -> None:
    leave_once(dialogue=Talk(rows).dialogue, kind="draft", reason="questions: hours?", draft="We open at 9.")
    page = visit(make_colleague(rows.project))
    room(page, rows.project, "permissions/")
    page.get_by_role("group", name="New visits").get_by_label("Leave to people").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("It holds from the next message on")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "assistant-permissions")
    page.get_by_role("link", name="Open the talk to send it").click()
    page.get_by_role("button", name="Send as it is").click()
    expect(page.get_by_text("Sent to the client.")).to_be_visible()
    room(page, rows.project, "permissions/")
    expect(page.get_by_text("Replies that wait for you")).to_have_count(0)
    page.once("dialog", Dialog.accept)  # it asks first
    with page.expect_navigation():
        page.get_by_role("button", name="Stop the assistant").click()
    page.goto(f"/admin/salon/{rows.project.slug}/team/")
    expect(page.get_by_text("The assistant is off")).to_be_visible()
    page.get_by_role("button", name="Switch it on again").click()
    expect(page.get_by_text("The assistant is on again.")).to_be_visible()


def test_the_bill_and_the_bar_of_a_stopped_assistant_are_usable_in_the_dark(
    visit: Visit, rows: SalonRows, claude: ClaudeStandIn
) -> None:
    talk = Talk(rows)
    understood(claude, wants="question")
    responds(claude, f"A manicure costs {price_of(rows.manicure)}.")
    talk.say("what does a manicure cost?")
    stop(project=rows.project, who="Iryna Bondar")
    page = visit(make_colleague(rows.project))
    room(page, rows.project, "cost/")
    page.get_by_label("Your ceiling for a month").fill("10")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("of $10.00")).to_be_visible()
    page.get_by_text("As a table").click()
    assert_usable(page)
    keep_picture(page, "assistant-cost")
    page.emulate_media(color_scheme="dark")
    assert_usable(page)


def test_scenarios_are_written_run_red_and_asked_about_before_a_draft_is_published(
    visit: Visit, rows: SalonRows, claude: ClaudeStandIn
) -> None:
    salon = rows.project
    page = visit(make_colleague(salon))
    room(page, salon, "scenarios/")
    page.get_by_role("button", name="Add the usual ones").click()
    expect(page.locator("#scenarios")).to_contain_text("How much is Haircut?")
    assert_usable(page)
    keep_picture(page, "assistant-scenarios")
    Scenario.objects.all().delete()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("What the client writes").fill("what does a manicure cost? <script>")
    page.get_by_label("no visit is offered or booked").check()
    page.get_by_label("The last answer contains").fill("700")
    assert_usable(page)
    keep_picture(page, "assistant-scenario")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#scenarios")).to_contain_text("The answer contains “700”")

    room(page, salon, "prompts/main_response/")
    page.get_by_label("Your text").fill("Call everybody captain.")
    page.get_by_role("button", name="Save and try it").click()
    understood(claude, wants="question")
    responds(claude, f"Captain, it is {price_of(rows.manicure)}.")
    page.get_by_role("button", name="Run the scenarios").click()
    expect(page.get_by_text("Asking…")).to_be_visible()
    run_due("rehearsal.asked")
    expect(page.locator("#run")).to_contain_text("The answer does not contain “700”.")
    assert_usable(page)
    keep_picture(page, "assistant-run")
    page.emulate_media(color_scheme="dark")
    assert_usable(page)
    page.get_by_role("link", name="See the difference and publish").click()
    expect(page.get_by_text("This draft fails 1 scenario.")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Nothing is published yet")).to_be_visible()
    assert prompts_in_force(project=salon)["main_response"].version == 0
    assert_usable(page)
    page.get_by_role("button", name="Publish all the same").click()
    expect(page.get_by_text("Version 1 is in force")).to_be_visible()
