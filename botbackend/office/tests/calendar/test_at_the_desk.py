"""What only somebody in the salon may do: who stands there, who was there, and who comes after hours."""

from collections.abc import Iterator

import pytest
import time_machine

from bookings.models import Booking
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from dialogues.models import Message

pytestmark = pytest.mark.django_db
SOON = "Clients must book 1440 minutes ahead: this is sooner."
OVER = "This time has passed: the visit is written in afterwards, and nobody is told."
OUTSIDE = "Take it outside the working hours all the same"


@pytest.fixture
def salon() -> Iterator[Salon]:
    """A salon that asks clients for a day of notice, at two minutes to ten."""
    with time_machine.travel(Salon.at(Salon.__new__(Salon), "09:58", 1), tick=False):
        yield Salon(min_notice_minutes=24 * 60)


def test_who_stands_at_the_desk_is_booked_at_once(salon: Salon) -> None:
    typed = salon.typed("10:00", ahead=0)
    page = salon.get("visit-times", **typed).content.decode()
    assert SOON in page
    assert "data-pick-time" in page
    assert salon.post("visit-new", **typed).status_code == 204
    assert Booking.objects.get().start == salon.at("10:00", 0)


def test_the_first_free_time_of_a_new_visit_is_the_next_one_today(salon: Salon) -> None:
    asked = salon.typed("", ahead=0, auto=salon.day(0).isoformat())
    assert 'data-fill-time="10:00"' in salon.get("visit-times", **asked).content.decode()


def test_a_visit_of_the_next_hour_is_given_to_a_colleague(salon: Salon) -> None:
    visit = salon.book("10:00", ahead=0)
    moved = salon.moved_to(visit, "10:00", ahead=0, specialist=salon.maria.pk)
    assert salon.post("visit-move", visit.pk, **moved).status_code == 204
    visit.refresh_from_db()
    assert visit.specialist == salon.maria


def test_who_was_here_already_is_written_in_and_reads_nothing_of_it(salon: Salon) -> None:
    olena, dialogue = salon.client_with_chat()
    typed = salon.typed("08:00", ahead=0, client=olena.pk, tell="1", on_top="1", overbook_reason="early bird")
    page = salon.get("visit-times", **typed).content.decode()
    assert OVER in page
    assert salon.post("visit-new", **typed).status_code == 204
    assert Booking.objects.get().start == salon.at("08:00", 0)
    assert not Message.objects.filter(dialogue=dialogue).exists()


def test_who_came_earlier_than_it_was_written_reads_nothing_of_the_correction(salon: Salon) -> None:
    olena, dialogue = salon.client_with_chat()
    visit = salon.book("12:00", ahead=0, client=olena)
    moved = salon.moved_to(visit, "08:30", ahead=0, tell="1", on_top="1", overbook_reason="came at once")
    assert salon.post("visit-move", visit.pk, **moved).status_code == 204
    visit.refresh_from_db()
    assert visit.start == salon.at("08:30", 0)
    assert not Message.objects.filter(dialogue=dialogue).exists()


def test_after_hours_it_is_booked_only_with_a_reason_which_stays_in_the_history(salon: Salon) -> None:
    typed = salon.typed("21:00", ahead=2)
    page = salon.get("visit-times", **typed).content.decode()
    assert OUTSIDE in page
    assert salon.post("visit-new", **typed).status_code == 409
    refused = salon.post("visit-new", **salon.typed("21:00", ahead=2, on_top="1"))
    assert (refused.status_code, Booking.objects.count()) == (422, 0)
    assert "Write why: it is kept with the visit." in refused.content.decode()
    agreed = salon.typed("21:00", ahead=2, on_top="1", overbook_reason="a bride")
    assert salon.post("visit-new", **agreed).status_code == 204
    visit = Booking.objects.get()
    assert not visit.is_overbooked
    history = salon.get("visit", visit.pk).content.decode()
    assert "a bride" in history
    assert "Put on top of another visit" not in history


def test_a_visit_is_moved_after_hours_with_a_reason_by_the_desk_and_by_no_specialist(salon: Salon) -> None:
    visit = salon.book("12:00", ahead=2)
    salon.anna.user = salon.colleague(Role.SPECIALIST)
    salon.anna.save()
    anna = signed_in(salon.anna.user)
    wish = {"on_top": "1", "overbook_reason": "asked"}
    edition = salon.edition(visit, browser=anna)
    late = {**salon.moved_to(visit, "21:00", ahead=2), **wish, "edition": edition}
    refused = salon.post("visit-move", visit.pk, browser=anna, **late)
    assert refused.status_code == 409
    assert OUTSIDE not in refused.content.decode()
    late["edition"] = salon.edition(visit)
    assert salon.post("visit-move", visit.pk, **late).status_code == 204
    visit.refresh_from_db()
    assert (visit.start, visit.is_overbooked) == (salon.at("21:00", 2), False)
