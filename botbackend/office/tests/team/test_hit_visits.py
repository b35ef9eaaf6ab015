"""What is to be done with the visits that leave hits: each is moved, or its client told, in its line."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from bookings.models import Booking, BookingEvent
from bookings.operations import move_visit
from bookings.tests.factories import STAFF, make_day_off
from bookings.values import VisitChange
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from dialogues.models import Message

pytestmark = pytest.mark.django_db
HOLIDAY = 3


@pytest.fixture
def salon() -> Salon:
    return Salon()


def away(salon: Salon) -> None:
    make_day_off(salon.project, salon.day(HOLIDAY), salon.day(HOLIDAY), salon.anna)


def listed(salon: Salon) -> str:
    return str(salon.get("team-month", month=f"{salon.day(HOLIDAY):%Y-%m}").content.decode())


def tell(salon: Salon, visit: Booking, *, browser: Browser | None = None, **typed: Any) -> Any:
    edition = typed.pop("edition", None) or salon.edition(visit)
    return salon.post("visit-tell", visit.pk, browser=browser, edition=edition, **typed)


def test_the_words_are_ready_in_the_clients_language_and_are_sent_as_they_were_left(salon: Salon) -> None:
    client, dialogue = salon.client_with_chat(name="Olena", language="uk")
    visit = salon.book(client=client)
    away(salon)
    assert "1 client is still to be told" in listed(salon)
    form = salon.get("visit-tell", visit.pk).content.decode()
    assert "Haircut" in form
    assert "у цей час вас не зможуть прийняти" in form
    answer = tell(salon, visit, text="Anna is away, sorry. Another day?")
    line = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (200, f"#hit-{visit.pk}")
    assert "visits-told" in answer["HX-Trigger"]
    assert "The client gets a message." in answer["HX-Trigger"]
    assert re.search(r"told \d", line)
    (message,) = Message.objects.filter(dialogue=dialogue)
    assert (message.text, message.written_by) == ("Anna is away, sorry. Another day?", "Iryna Bondar")
    page = listed(salon)
    assert "Every client here was told" in page
    assert "Tell again" in page
    panel = salon.get("visit", visit.pk).content.decode()
    assert "The client was told that this time does not hold" in panel


def test_the_assistant_is_not_made_quiet_by_it(salon: Salon) -> None:
    client, dialogue = salon.client_with_chat()
    visit = salon.book(client=client)
    tell(salon, visit, text="Another day?")
    dialogue.refresh_from_db()
    assert dialogue.human_until is None


def test_whom_the_bot_cannot_write_to_is_called(salon: Salon) -> None:
    visit = salon.book()
    away(salon)
    assert "please call" in salon.get("visit-tell", visit.pk).content.decode()
    refused = tell(salon, visit, text="Another day?")
    assert (refused.status_code, "please call" in refused.content.decode()) == (422, True)
    assert not BookingEvent.objects.filter(action="told").exists()
    assert tell(salon, visit, called="1", in_panel="1")["HX-Retarget"] == f"#panel-hit-{visit.pk}"
    assert BookingEvent.objects.get(action="told").after == {"by_phone": True}
    assert "Every client here was told" in listed(salon)


def test_nothing_is_sent_without_words_nor_of_a_visit_that_changed_meanwhile(salon: Salon) -> None:
    client, dialogue = salon.client_with_chat()
    visit = salon.book(client=client)
    assert tell(salon, visit, text="  ").status_code == 422
    old = salon.edition(visit)
    move_visit(project=salon.project, changes={visit.pk: VisitChange(start=salon.at("12:00"))}, origin=STAFF)
    late = tell(salon, visit, text="Another day?", edition=old)
    assert late.status_code == 409
    assert "Changed" in late.content.decode()
    assert not Message.objects.filter(dialogue=dialogue).exists()


def test_what_was_moved_after_the_client_was_told_is_to_be_told_anew(salon: Salon) -> None:
    client, _ = salon.client_with_chat()
    visit = salon.book(client=client)
    away(salon)
    tell(salon, visit, text="Another day?")
    later = VisitChange(start=salon.at("10:00", HOLIDAY + 1))
    move_visit(project=salon.project, changes={visit.pk: later}, origin=STAFF)
    make_day_off(salon.project, salon.day(HOLIDAY + 1), salon.day(HOLIDAY + 1), salon.anna)
    assert "1 client is still to be told" in listed(salon)


def test_a_leave_that_goes_on_beyond_the_month_lists_all_its_visits(salon: Salon) -> None:
    visit = salon.book(ahead=75)
    make_day_off(salon.project, salon.day(), salon.day(80), salon.anna)
    assert f'id="hit-{visit.pk}"' in listed(salon)


def test_saving_a_leave_leads_to_the_list_of_its_visits(salon: Salon) -> None:
    visit = salon.book()
    day = salon.day().isoformat()
    typed = {"specialist": salon.anna.pk, "first": day, "last": day}
    assert salon.post("team-leave-new", **typed).status_code == 409
    saved = salon.post("team-leave-new", **typed, accepts=[visit.pk])
    assert saved["HX-Redirect"].startswith(salon.url("team-leave-month") + f"?month={day[:7]}")
    assert saved["HX-Redirect"].endswith("#hit")
    assert "The leave is saved." in salon.browser.get(saved["HX-Redirect"]).content.decode()


def test_a_specialist_tells_nobody(salon: Salon) -> None:
    visit = salon.book()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    assert salon.get("visit-tell", visit.pk, browser=anna).status_code == 403
    assert tell(salon, visit, called="1", browser=anna).status_code == 403


def test_telling_a_client_marks_every_line_of_the_visit_that_is_listed(salon: Salon) -> None:
    client, _ = salon.client_with_chat()
    rows = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")], client=client
    )
    away(salon)
    page = listed(salon)
    assert "1 client is still to be told" in page
    assert all(f'name="listed" value="hit-{row.pk}"' in page for row in rows)
    lines = tell(
        salon, rows[0], text="Another day?", listed=[f"hit-{row.pk}" for row in rows]
    ).content.decode()
    assert lines.count("Tell again") == 2
    assert lines.count("hx-swap-oob") == 1
    alone = tell(salon, rows[0], text="Another day?").content.decode()
    assert "hx-swap-oob" not in alone  # a line that is not there cannot be changed
