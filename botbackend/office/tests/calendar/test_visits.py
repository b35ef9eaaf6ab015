"""What is done with a visit in its panel."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Booking
from bookings.operations import reject_booking
from bookings.tests.factories import STAFF, make_client
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from dialogues.models import Message

pytestmark = pytest.mark.django_db


def act(salon: Salon, booking: Booking, name: str) -> int:
    edition = salon.edition(booking)
    code: int = salon.post("visit-act", booking.pk, act=name, edition=edition).status_code
    return code


def test_all_services_of_a_visit_move_as_one() -> None:
    salon = Salon()
    haircut, manicure = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")]
    )
    assert salon.post("visit-move", haircut.pk, **salon.moved_to(haircut, "14:00")).status_code == 204
    haircut.refresh_from_db()
    manicure.refresh_from_db()
    assert (haircut.start, manicure.start) == (salon.at("14:00"), salon.at("15:00"))
    assert (haircut.specialist, manicure.specialist) == (salon.anna, salon.maria)


def test_half_a_visit_does_not_move() -> None:
    salon = Salon()
    haircut, manicure = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")]
    )
    salon.book("15:00", specialist=salon.maria)
    answer = salon.post("visit-move", haircut.pk, **salon.moved_to(haircut, "14:00"))
    assert answer.status_code == 409
    assert "data-pick-time" in answer.content.decode()
    haircut.refresh_from_db()
    manicure.refresh_from_db()
    assert (haircut.start, manicure.start) == (salon.at("10:00"), salon.at("11:00"))


def test_services_of_one_specialist_go_to_another_together() -> None:
    salon = Salon()
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")])
    typed = salon.moved_to(rows[1], "11:00", specialist=salon.maria.pk)
    assert salon.post("visit-move", rows[1].pk, **typed).status_code == 204
    assert set(Booking.objects.values_list("specialist", flat=True)) == {salon.maria.pk}


def test_on_top_of_another_it_moves_only_with_a_reason() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    salon.book("12:00")
    typed = salon.moved_to(visit, "12:00")
    answer = salon.post("visit-move", visit.pk, **typed)
    assert answer.status_code == 409
    assert "overbook_reason" in answer.content.decode()
    assert (
        salon.post("visit-move", visit.pk, **typed, on_top="1", overbook_reason="sisters").status_code == 204
    )
    visit.refresh_from_db()
    assert (visit.start, visit.is_overbooked) == (salon.at("12:00"), True)


def test_a_form_that_is_stale_changes_nothing_and_shows_what_is_there_now() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    stale = salon.moved_to(visit, "14:00")
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "16:00"))
    answer = salon.post("visit-move", visit.pk, **stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "somebody changed it meanwhile" in page
    assert "16:00</strong>" in page
    assert 'value="14:00"' in page
    visit.refresh_from_db()
    assert visit.start == salon.at("16:00")


def test_a_stale_tap_is_refused() -> None:
    salon = Salon()
    visit = salon.book("10:00", ahead=0) if timezone.localtime().hour < 9 else salon.book()
    edition = salon.edition(visit)
    reject_booking(project=salon.project, booking_id=visit.pk, origin=STAFF)
    answer = salon.post("visit-act", visit.pk, act="completed", edition=edition)
    assert answer.status_code == 409
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_the_client_is_told_of_a_move_in_their_language_and_of_nothing_that_stayed() -> None:
    salon = Salon(language="uk")
    olena, dialogue = salon.client_with_chat(language="pl")
    visit = salon.book("10:00", client=olena)
    assert salon.post("visit-move", visit.pk, **salon.moved_to(visit, "10:00", tell="1")).status_code == 204
    assert not Message.objects.exists()
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "14:00", tell="1"))
    text = Message.objects.get(dialogue=dialogue).text
    assert "przekłada wizytę" in text
    assert "10:00" in text
    assert "14:00" in text


def test_nobody_is_told_without_an_open_chat_and_the_form_says_so() -> None:
    salon = Salon()
    olena, dialogue = salon.client_with_chat()
    dialogue.channel_closed = True
    dialogue.save()
    visit = salon.book("10:00", client=olena)
    assert "please call" in salon.get("visit-move", visit.pk).content.decode()
    assert 'name="tell"' not in salon.get("visit-cancel", visit.pk).content.decode()
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "14:00", tell="1"))
    assert not Message.objects.exists()


def test_a_cancelled_visit_is_told_and_can_be_put_back_while_its_time_is_free() -> None:
    salon = Salon()
    olena, dialogue = salon.client_with_chat(language="en")
    rows = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")], client=olena
    )
    typed = {"edition": salon.edition(rows[0]), "reason": "power cut", "tell": "1"}
    page = salon.post("visit-cancel", rows[0].pk, **typed).content.decode()
    assert "The visit is cancelled. The client gets a message." in page
    assert "power cut" in page
    assert "had to cancel" in Message.objects.get(dialogue=dialogue).text
    assert "power cut" not in Message.objects.get(dialogue=dialogue).text
    assert salon.post("visit-restore", rows[0].pk, edition=salon.cancelled(rows[0])).status_code == 200
    assert set(Booking.objects.values_list("status", flat=True)) == {"booked"}


def test_a_cancelled_visit_stays_so_when_its_time_is_taken() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    reject_booking(project=salon.project, booking_id=visit.pk, origin=STAFF)
    salon.book("10:30")
    answer = salon.post("visit-restore", visit.pk, edition=salon.cancelled(visit))
    assert answer.status_code == 409
    assert "This time is taken." in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_one_tap_says_who_has_come_and_how_it_ended_and_takes_it_back() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    visit = salon.book("10:00", ahead=0)
    assert act(salon, visit, "arrived") == 200
    visit.refresh_from_db()
    assert (visit.status, visit.arrived_at is not None) == ("booked", True)
    assert act(salon, visit, "not_arrived") == 200
    assert act(salon, visit, "no_show") == 200
    assert act(salon, visit, "completed") == 200
    visit.refresh_from_db()
    assert (visit.status, visit.arrived_at) == ("completed", None)
    assert act(salon, visit, "restored") == 200
    history = salon.get("visit", visit.pk).content.decode()
    for said in (
        "The client has arrived",
        "Marked as no-show",
        "Marked as done",
        "Put back in the calendar",
        "Iryna Bondar",
    ):
        assert said in history


def test_a_note_is_corrected_and_taken_away_also_when_the_visit_is_over() -> None:
    salon = Salon()
    rows = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")],
        note="allergic to latex",
    )
    typed = {"edition": salon.edition(rows[0]), "note": "allergic to <script>\nwindow"}
    page = salon.post("visit-note", rows[0].pk, **typed).content.decode()
    assert "allergic to &lt;script&gt;" in page
    assert "<script>" not in page
    notes = list(Booking.objects.order_by("start").values_list("note", flat=True))
    assert notes == ["allergic to <script>\nwindow", ""]
    assert "Note: allergic to latex → allergic to" in page
    assert "Iryna Bondar" in page
    act(salon, rows[0], "completed")
    gone = salon.post("visit-note", rows[0].pk, edition=salon.edition(rows[0]), note="")
    assert gone.status_code == 200
    assert set(Booking.objects.values_list("note", flat=True)) == {""}


def test_a_note_that_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    salon = Salon()
    visit = salon.book(note="tea")
    stale = salon.edition(visit)
    salon.post("visit-note", visit.pk, edition=stale, note="coffee")
    answer = salon.post("visit-note", visit.pk, edition=stale, note="juice")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Note: tea → coffee." in page
    assert "juice" in page
    assert Booking.objects.get().note == "coffee"


def test_a_specialist_has_the_own_visits_and_no_others() -> None:
    salon = Salon()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    mine, hers = salon.book("10:00"), salon.book("10:00", specialist=salon.maria)
    for name in ("visit", "visit-move"):
        assert salon.get(name, mine.pk, browser=anna).status_code == 200
        assert salon.get(name, hers.pk, browser=anna).status_code == 404
    edition = salon.edition(hers)
    for name in ("visit-act", "visit-note", "visit-move"):
        assert salon.post(name, hers.pk, browser=anna, edition=edition, act="arrived").status_code == 404
    typed = salon.moved_to(mine, "12:00")
    assert salon.post("visit-move", mine.pk, browser=anna, **typed).status_code == 204
    elsewhere = salon.moved_to(mine, "13:00", specialist=salon.maria.pk)
    assert salon.post("visit-move", mine.pk, browser=anna, **elsewhere).status_code == 422
    for name in ("visit-cancel", "visit-restore", "visit-services", "visit-services-times"):
        assert salon.get(name, mine.pk, browser=anna).status_code == 403
    events = salon.get("calendar-events", browser=anna, start=salon.day(), end=salon.day(4)).json()
    assert {one["id"] for one in events["events"] if one.get("extendedProps")} == {str(mine.pk)}
    assert [one["title"] for one in events["specialists"]] == ["Anna"]


def test_a_specialist_does_not_move_a_colleagues_part_of_a_visit() -> None:
    salon = Salon()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    haircut, _ = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")]
    )
    page = salon.get("visit", haircut.pk, browser=anna).content.decode()
    assert "Manicure" not in page
    assert "ask the front desk" in salon.get("visit-move", haircut.pk, browser=anna).content.decode()


def test_who_came_today_has_not_come_yet_to_a_visit_of_another_day() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    visit = salon.book("23:30", ahead=0)
    act(salon, visit, "arrived")
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "12:00", ahead=5))
    visit.refresh_from_db()
    assert (visit.start, visit.arrived_at) == (salon.at("12:00", 5), None)


def test_the_panel_asks_as_much_of_the_database_however_long_the_history() -> None:
    salon = Salon()
    visit = salon.book_several([(salon.haircut, salon.anna, "10:00")], client=make_client(salon.project))[0]
    few = _queries(salon, visit)
    for clock in ("11:00", "12:00", "13:00"):
        salon.post("visit-move", visit.pk, **salon.moved_to(visit, clock))
    assert _queries(salon, visit) == few


def _queries(salon: Salon, visit: Booking) -> int:
    with CaptureQueriesContext(connection) as caught:
        salon.get("visit", visit.pk)
    return len(caught)


def test_a_visit_of_next_week_is_no_no_show_yet() -> None:
    salon = Salon()
    visit = salon.book(ahead=7)
    assert visit.start > timezone.now() + timedelta(days=5)
    assert 'value="no_show"' not in salon.get("visit", visit.pk).content.decode()


# What colleagues tell each other
def test_a_note_of_the_team_stands_in_the_panel_with_who_and_when_and_as_a_sign() -> None:
    salon = Salon()
    visit = salon.book("10:00", note="no perfume")
    assert salon.post("visit-staff-note", visit.pk, staff_note="<b>7.1</b>", seen="").status_code == 200
    page = salon.get("visit", visit.pk).content.decode()
    assert "&lt;b&gt;7.1&lt;/b&gt;</textarea>" in page
    assert "Written by Iryna Bondar" in page
    day = salon.day().isoformat()
    (event,) = [
        one
        for one in salon.get("calendar-events", start=day, columns=1).json()["events"]
        if one["id"] == str(visit.pk)
    ]
    assert (event["extendedProps"]["note"], event["extendedProps"]["staffNote"]) == (True, "Note of the team")
    assert "7.1" not in str(event)
    assert "Note of the team" in salon.get("calendar-list", view="list", day=day).content.decode()
    visit.refresh_from_db()
    assert visit.note == "no perfume"


def test_a_colleagues_newer_note_is_shown_beside_what_was_typed() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    salon.post("visit-staff-note", visit.pk, staff_note="hers", seen="")
    answer = salon.post("visit-staff-note", visit.pk, staff_note="mine", seen="")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "hers" in page
    assert "mine</textarea>" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert salon.post("visit-staff-note", visit.pk, staff_note="mine", seen=seen).status_code == 200
    assert salon.post("visit-staff-note", visit.pk, staff_note="x", seen="yesterday").status_code == 422


def test_a_specialist_notes_on_the_own_visits_alone() -> None:
    salon = Salon()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    mine, theirs = salon.book("10:00"), salon.book("10:00", specialist=salon.maria)
    typed = {"staff_note": "ours", "seen": ""}
    assert salon.post("visit-staff-note", mine.pk, browser=anna, **typed).status_code == 200
    assert salon.post("visit-staff-note", theirs.pk, browser=anna, **typed).status_code == 404


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPECIALIST])
def test_what_is_to_be_heeded_of_a_client_stands_in_the_panel_of_the_visit(role: Role) -> None:
    salon = Salon()
    client = make_client(salon.project, name="Olena", notes="Latex allergy <b>")
    visit = salon.book("10:00", client=client)
    missed = salon.book("12:00", client=client)
    Booking.objects.filter(pk=missed.pk).update(status=Booking.Status.NO_SHOW)
    browser = signed_in(salon.colleague(role, specialist=salon.anna if role == Role.SPECIALIST else None))
    html = salon.get("visit", visit.pk, browser=browser).content.decode()
    assert "Latex allergy &lt;b&gt;" in html
    assert "Did not come 1 time" in html


def test_who_books_for_a_client_sees_what_is_to_be_heeded() -> None:
    salon = Salon()
    client = make_client(salon.project, name="Olena", notes="Latex allergy")
    for answer in (
        salon.get("visit-client", client.pk),
        salon.get("visit-new", client=client.pk),
    ):
        assert "Latex allergy" in answer.content.decode()
    assert "Did not come" not in answer.content.decode()


def test_a_time_outside_the_hours_is_refused_with_the_hours_of_who_was_chosen() -> None:
    salon = Salon()
    typed = salon.typed("21:00", specialist=salon.anna.pk)
    html = salon.post("visit-new", **typed).content.decode()
    assert re.search(r"Anna works \d\d:\d\d–\d\d:\d\d", html)
