"""A receptionist at work in the inbox, at a desk and on a phone."""

import re
import time
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from bookings.models import Client
from botbackend.office.tests.browser.conftest import Visit
from botbackend.office.tests.browser.looks import assert_usable, keep_picture
from botbackend.office.tests.inbox.talks import make_said, make_talk
from botbackend.office.tests.inbox.turns import make_turn, whole_trace
from botbackend.office.tests.people import make_colleague
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.media import VOICE, picture
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues.models import Attachment, Dialogue, Message, ReadMark, StaffTask
from dialogues.staff.drafts import leave_once
from dialogues.staff.handoff import hand_off, open_staff_task, reply_as_staff
from dialogues.tests.factories import make_project
from dialogues.tests.steps import deliver
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 4
RTL = "مرحبا، أريد موعدًا غدًا \u202e\u2066<script>alert(1)</script>"


@pytest.fixture
def salon() -> Project:
    return make_project(name="Hair & Co")


def open_talk(page: Page, talk: Dialogue) -> None:
    page.goto(f"/admin/salon/{talk.project.slug}/inbox/{talk.pk}/")
    expect(page.locator("#pulse")).to_be_attached()


def fill(salon: Project) -> Dialogue:
    """A salon in the middle of its day."""
    for number, name in enumerate(["Maria Shevchenko", "Ірина Коваль", LONG, RTL, "Zofia Nowak"]):
        other = make_talk(salon, name, minutes_ago=20 + number * 47)
        make_said(other, f"{name} wants to come on Friday", at=other.last_message_at)
    waits = make_talk(salon, "Olena Petrenko", minutes_ago=12, phone="+380501234567")
    Client.objects.filter(pk=waits.client_id).update(language="uk")
    make_said(waits, "Добрий день! Можна записатися на завтра?", at=waits.last_message_at)
    make_said(waits, "Вітаю! На яку послугу?", by="bot", turn_id=1)
    make_said(waits, "Хочу поговорити з людиною")
    hand_off(dialogue=waits, reason="the client asks for a person")
    open_staff_task(project=salon, dialogue=None, kind="sheet_down", reason="Google refuses the access.")
    return waits


def test_the_list_and_a_talk_are_usable_at_both_widths_and_in_the_dark(visit: Visit, salon: Project) -> None:
    talk = fill(salon)
    make_said(talk, LONG)
    make_said(talk, RTL)
    make_said(talk, "See you at five", by="bot", state="failed", note="chat not found")
    make_said(talk, "And at six?", by="staff", written_by="Iryna", state="uncertain", is_settled=True)
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/inbox/")
    keep_picture(page, "inbox")
    assert_usable(page)
    open_talk(page, talk)
    keep_picture(page, "talk")
    assert_usable(page)
    page.emulate_media(color_scheme="dark")
    assert_usable(page)
    keep_picture(page, "talk-dark")
    page.emulate_media(color_scheme="light")
    page.locator("#left summary").click()
    assert_usable(page)
    if page.get_by_role("button", name="Client", exact=True).is_visible():
        page.get_by_role("button", name="Client", exact=True).click()
        assert_usable(page)
        keep_picture(page, "talk-client")
    expect(page.get_by_role("complementary")).to_contain_text("+380501234567")


def test_a_message_of_the_assistant_opens_its_turn_in_words(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon)
    read = make_said(talk, "tomorrow at three, please")
    message = make_turn(talk, whole_trace(salon, read), cost_usd=Decimal("0.0134"), input_tokens=12000)
    page = visit(make_colleague(salon))
    open_talk(page, talk)
    page.locator(f"#message-{message.pk}").get_by_role("button", name="Why this answer?").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Looked for free times")
    expect(panel).to_contain_text("$0.0134")
    keep_picture(page, "why")
    assert_usable(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_receptionist_takes_over_replies_and_gives_back(
    visit: Visit, salon: Project, sendpulse: SendPulseStandIn
) -> None:
    sendpulse.people.client_says({"contact": "olena", "text": "hello"})
    (contact,) = sendpulse.contacts.all()
    talk = make_talk(salon, "Olena Petrenko", contact_id=contact.id)
    make_said(talk, "Is anybody there?")
    open_staff_task(project=salon, dialogue=talk, kind="human", reason="asks for a person")
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/calendar/")
    expect(page.get_by_role("navigation", name="Rooms")).to_contain_text("1")
    page.get_by_role("link", name=re.compile("^Inbox")).click()
    page.get_by_role("link", name=re.compile("Olena Petrenko")).click()
    page.get_by_role("button", name="Person").click()
    expect(page.get_by_role("button", name="Person")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#lead")).to_contain_text("The assistant is quiet until")
    page.get_by_label("Message to the client").fill("Iryna here, good day!")
    page.get_by_role("button", name="Send to the client").click()
    mine = page.locator(".bubble.staff")
    expect(mine).to_contain_text("Iryna here, good day!")
    expect(mine).to_contain_text("Iryna Bondar")
    expect(mine).to_contain_text("On its way")
    expect(page.get_by_label("Message to the client")).to_have_value("")
    expect(page.locator("#left details")).to_have_count(0)
    assert StaffTask.objects.get().state == "done"
    deliver()
    assert [said.text for said in contact.messages if said.direction == OUTGOING] == ["Iryna here, good day!"]
    expect(mine).to_contain_text("Sent")
    page.get_by_role("button", name="Assistant").click()
    expect(page.locator("#lead")).to_contain_text("The assistant answers by itself.")
    talk.refresh_from_db()
    assert talk.mode == "bot"
    keep_picture(page, "talk-replied")


def test_a_new_message_appears_within_three_seconds_and_is_read(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon)
    make_said(talk, "Good day")
    page = visit(make_colleague(salon))
    open_talk(page, talk)
    expect(page.locator(".bubble")).to_have_count(1)
    said = make_said(talk, "Are you there? <b>I am</b>")
    began = time.monotonic()
    expect(page.locator(".bubble").last).to_contain_text("Are you there? <b>I am</b>", timeout=3_000)
    assert time.monotonic() - began < 3
    expect(page.locator(".bubble").last).to_be_in_viewport()
    expect.set_options(timeout=5_000)
    for _ in range(50):
        if ReadMark.objects.filter(read_up_to=said.pk).exists():
            break
        page.wait_for_timeout(50)
    assert ReadMark.objects.get().read_up_to == said.pk


def test_a_double_tap_sends_once(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon)
    make_said(talk, "Good day")
    page = visit(make_colleague(salon))
    open_talk(page, talk)
    page.get_by_label("Message to the client").fill("Once only")
    page.get_by_role("button", name="Send to the client").dblclick()
    expect(page.locator(".bubble.staff")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert Message.objects.filter(author="staff").count() == 1


def test_a_colleagues_reply_is_told_before_mine_is_sent(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon)
    make_said(talk, "Good day")
    page = visit(make_colleague(salon))
    open_talk(page, talk)
    box = page.get_by_label("Message to the client")
    box.press_sequentially("I answer too")
    reply_as_staff(dialogue_id=talk.pk, text="I answer her", who="Anna")
    expect(page.locator(".bubble.staff")).to_contain_text("I answer her")
    page.get_by_role("button", name="Send to the client").click()
    expect(page.get_by_role("alert")).to_contain_text("Look first: somebody answered while you wrote.")
    expect(box).to_have_value("I answer too")
    assert Message.objects.filter(author="staff").count() == 1
    keep_picture(page, "talk-collision")
    assert_usable(page)
    page.get_by_role("button", name="Send to the client all the same").click()
    expect(page.locator(".bubble.staff")).to_have_count(2)


def test_two_who_write_see_each_other_and_a_draft_outlives_the_page(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon)
    make_said(talk, "Good day")
    anna, iryna = visit(make_colleague(salon)), visit(make_colleague(salon))
    open_talk(anna, talk)
    open_talk(iryna, talk)
    iryna.get_by_label("Message to the client").press_sequentially("Let me")
    expect(anna.locator("#writing")).to_contain_text("Iryna Bondar is writing")
    iryna.reload()
    expect(iryna.get_by_label("Message to the client")).to_have_value("Let me")


def test_a_waiting_draft_is_read_changed_and_sent(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon, "Olena Petrenko")
    asked = make_said(talk, "When do you open?")
    leave_once(
        dialogue=talk, kind="draft", reason="questions", draft="We open at nine.", knows_up_to=asked.pk
    )
    page = visit(make_colleague(salon))
    page.goto(f"/admin/salon/{salon.slug}/inbox/")
    expect(page.get_by_role("link", name=re.compile("Olena Petrenko"))).to_contain_text("a draft waits")
    page.get_by_role("link", name=re.compile("Olena Petrenko")).click()
    card = page.locator("#draft")
    expect(card).to_contain_text("We open at nine.")
    assert_usable(page)
    keep_picture(page, "talk-draft")
    make_said(talk, "And on Sunday?")
    expect(card.get_by_role("alert")).to_contain_text("read it before you send")
    expect(card.get_by_role("button", name="Send it all the same")).to_be_visible()
    assert_usable(page)
    keep_picture(page, "talk-draft-stale")
    card.get_by_role("button", name="Edit and send").click()
    box = page.get_by_label("Message to the client")
    expect(box).to_have_value("We open at nine.")
    expect(box).to_be_focused()
    box.fill("We open at nine, on Sunday at ten.")
    assert_usable(page)
    keep_picture(page, "talk-draft-edited")
    page.get_by_role("button", name="Send to the client").click()
    expect(page.locator(".bubble.staff")).to_contain_text("on Sunday at ten")
    expect(card.get_by_role("heading")).to_have_count(0)
    assert Message.objects.filter(author="staff").count() == 1


def test_a_photo_and_a_recording_stand_in_the_talk(visit: Visit, salon: Project) -> None:
    talk = make_talk(salon)
    for kind, what, mime, content in (
        ("photo", "picture", "image/png", picture()),
        ("voice", "recording", "audio/ogg", VOICE),
    ):
        message = make_said(talk, "like this", kind=kind)
        Attachment.objects.create(
            project=salon,
            message=message,
            kind=what,
            state="done",
            mime_type=mime,
            content=content,
            size=len(content),
            heard="like this" if kind == "voice" else "",
        )
    page = visit(make_colleague(salon))
    open_talk(page, talk)
    photo = page.get_by_alt_text("Photo of the client")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.locator("audio")).to_be_visible()
    expect(page.locator(".bubble").last).to_contain_text("Heard in the recording")
    assert_usable(page)
