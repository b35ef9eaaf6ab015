"""What else is done in the panel of a visit: put back, changed, refused with the reason that helps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bookings.limits import MAX_ITEMS
from bookings.models import Booking, BookingEvent, Client
from bookings.operations import cancel_visit, note_on_booking, reject_booking
from bookings.tests.factories import BOT, STAFF, make_client, make_offering, make_service, make_specialist
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from dialogues.models import Message

pytestmark = pytest.mark.django_db


def cancel(salon: Salon, visit: Booking, **typed: str) -> None:
    salon.post("visit-cancel", visit.pk, edition=salon.edition(visit), **typed)


def test_who_was_told_of_a_cancellation_is_told_by_default_that_it_is_taken_back() -> None:
    salon = Salon(language="uk", name="Салон краси «Мальва»")
    olena, dialogue = salon.client_with_chat(language="uk")
    visit = salon.book(client=olena)
    cancel(salon, visit, tell="1")
    assert 'name="tell" value="1" checked' in salon.get("visit-restore", visit.pk).content.decode()
    page = salon.post("visit-restore", visit.pk, edition=salon.cancelled(visit), tell="1")
    assert "The visit is back in the calendar. The client gets a message." in page.content.decode()
    cancelled, back = Message.objects.filter(dialogue=dialogue).order_by("pk").values_list("text", flat=True)
    assert back.startswith("Салон краси «Мальва» повертає ваш скасований візит:")
    assert "Салон Салон" not in cancelled


def test_who_was_not_told_is_not_told_by_default_and_who_cancelled_is() -> None:
    salon = Salon()
    olena, _ = salon.client_with_chat()
    untold, own = salon.book("10:00", client=olena), salon.book("12:00", client=olena)
    cancel(salon, untold)
    reject_booking(project=salon.project, booking_id=own.pk, origin=BOT)
    assert "checked" not in salon.get("visit-restore", untold.pk).content.decode()
    assert "checked" in salon.get("visit-restore", own.pk).content.decode()


def test_a_specialist_does_not_put_back_what_was_cancelled_but_takes_an_own_slip_back() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    visit, done = salon.book("10:00"), salon.book("12:00", ahead=0)
    cancel(salon, visit)
    edition = salon.cancelled(visit)
    assert salon.post("visit-restore", visit.pk, browser=anna, edition=edition).status_code == 403
    assert salon.post("visit-act", visit.pk, browser=anna, act="restored", edition=edition).status_code == 403
    visit.refresh_from_db()
    assert visit.status == "cancelled"
    for act in ("completed", "no_show", "restored"):
        edition = salon.edition(done, browser=anna)
        assert salon.post("visit-act", done.pk, browser=anna, act=act, edition=edition).status_code == 200


def test_a_specialist_puts_nothing_on_top_of_another_visit() -> None:
    salon = Salon()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    visit, other = salon.book("10:00"), salon.book("12:00")
    typed = salon.moved_to(visit, "12:00", on_top="1", overbook_reason="sisters")
    answer = salon.post("visit-move", visit.pk, browser=anna, **typed)
    assert answer.status_code == 409
    assert "overbook_reason" not in answer.content.decode()
    assert other.client.name in answer.content.decode()
    visit.refresh_from_db()
    assert (visit.start, visit.is_overbooked) == (salon.at("10:00"), False)


def test_a_tap_on_what_was_changed_since_is_refused_though_it_is_still_booked() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    visit = salon.book("12:00", ahead=0)
    stale = salon.edition(visit)
    note_on_booking(project=salon.project, booking_id=visit.pk, note="window", origin=STAFF)
    for name, typed in (("visit-act", {"act": "completed"}), ("visit-cancel", {})):
        answer = salon.post(name, visit.pk, edition=stale, **typed)
        assert answer.status_code == 409
        assert "Note: – → window." in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_a_refusal_names_what_stands_there_to_those_who_may_see_it() -> None:
    salon = Salon()
    olha = make_client(salon.project, name="Olha Koval")
    salon.book("15:00", client=olha)
    said = "This time is taken. 15:00–16:00 Olha Koval."
    asked = {"services": salon.haircut.pk, "day": salon.day(), "time": "15:30", "specialist": salon.anna.pk}
    assert said in salon.get("visit-times", **asked).content.decode()
    assert said in salon.post("visit-new", **salon.typed("15:30")).content.decode()
    visit = salon.book("10:00", specialist=salon.maria)
    moved = salon.moved_to(visit, "15:30", specialist=salon.anna.pk)
    assert said in salon.post("visit-move", visit.pk, **moved).content.decode()


def test_a_stale_form_is_told_who_changed_what_and_shows_how_it_is_now() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    stale = salon.moved_to(visit, "14:00")
    salon.post("visit-move", visit.pk, **salon.moved_to(visit, "16:00"))
    page = salon.post("visit-move", visit.pk, **stale).content.decode()
    assert "Iryna Bondar" in page
    assert "10:00 → " in page
    assert "16:00</strong>" in page


def test_a_move_shows_at_once_whether_it_is_free_and_offers_those_who_do_the_service() -> None:
    salon = Salon()
    only_nails = make_specialist(salon.project, "Nina", does_every_service=False)
    make_offering(only_nails, salon.manicure)
    visit = salon.book("10:00")
    salon.book("12:00")
    form = salon.get("visit-move", visit.pk).content.decode()
    assert "Maria</option>" in form
    assert "Nina</option>" not in form
    asked = {"day": salon.day(), "specialist": salon.anna.pk}
    assert (
        "This time is free."
        in salon.get("visit-move-times", visit.pk, **asked, time="10:30").content.decode()
    )
    taken = salon.get("visit-move-times", visit.pk, **asked, time="12:30").content.decode()
    assert "This time is taken. 12:00–13:00" in taken
    assert "data-pick-time" in taken
    nina = salon.moved_to(visit, "14:00", specialist=only_nails.pk)
    refused = salon.post("visit-move", visit.pk, **nina)
    assert refused.status_code == 409
    assert "Nina does not do Haircut; these do: Anna, Maria." in refused.content.decode()


def test_whom_the_bot_cannot_write_to_is_called_by_one_tap() -> None:
    salon = Salon()
    visit = salon.book(client=make_client(salon.project, phone="+380671234567"))
    for name in ("visit-move", "visit-cancel", "visit-services"):
        assert 'href="tel:+380671234567"' in salon.get(name, visit.pk).content.decode()


def test_what_is_over_says_how_it_ended_and_what_is_far_ahead_asks_first() -> None:
    salon = Salon(work_start_minute=0, work_end_minute=1440)
    visit = salon.book("23:00", ahead=0)
    is_early = visit.start - timezone.now() > timedelta(hours=2)
    assert ("hx-confirm" in salon.get("visit", visit.pk).content.decode()) == is_early
    salon.post("visit-act", visit.pk, act="completed", edition=salon.edition(visit))
    done = salon.get("visit", visit.pk).content.decode()
    assert 'value="no_show"' in done
    assert 'value="restored"' in done


def test_a_name_alone_is_nobody_whom_the_salon_knows_and_a_double_tap_makes_one() -> None:
    salon = Salon()
    known = make_client(salon.project, name="Olena", contact_id="")
    typed = salon.typed(name="Olena", phone="")
    assert [salon.post("visit-new", **typed).status_code for _ in range(2)] == [204, 204]
    visit = Booking.objects.get()
    assert visit.client != known
    assert Client.objects.count() == 2


def test_a_phone_that_is_none_makes_no_new_client() -> None:
    salon = Salon()
    assert "a new client will be made" not in salon.get("visit-clients", phone="067 12").content.decode()
    assert "a new client will be made" in salon.get("visit-clients", phone="067 123-45-67").content.decode()


def test_a_name_is_found_in_the_other_alphabet() -> None:
    salon = Salon()
    make_client(salon.project, name="Марина Коваль")
    for text in ("koval", "Koval", "marina", "maryna kov"):
        assert "Марина Коваль" in salon.get("visit-clients", name=text).content.decode()
    assert "Марина" not in salon.get("visit-clients", name="kovalchuk").content.decode()


def test_anyone_is_offered_at_several_times_and_several_people() -> None:
    salon = Salon()
    page = salon.get("visit-times", services=salon.haircut.pk, day=salon.day()).content.decode()
    times = {part.split('"')[0] for part in page.split('data-pick-time="')[1:]}
    people = {part.split('"')[0] for part in page.split('data-pick-specialist="')[1:]}
    assert (min(times), len(times), len(people)) == ("09:00", 4, 2)
    assert max(times) > "18:00"


def test_what_is_off_the_grid_or_beyond_the_horizon_is_said_and_booked_by_full_staff() -> None:
    salon = Salon()
    asked = {"services": salon.haircut.pk, "specialist": salon.anna.pk}
    off = salon.get("visit-times", **asked, day=salon.day(), time="09:07").content.decode()
    assert "this one lies between" in off
    far = salon.get("visit-times", **asked, day=salon.day(200), time="10:00").content.decode()
    assert "This time is free." in far
    assert "this is later" in far
    assert salon.post("visit-new", **salon.typed("10:00", ahead=200)).status_code == 204


def test_an_untold_client_has_no_message() -> None:
    salon = Salon()
    olena, _ = salon.client_with_chat()
    visit = salon.book(client=olena)
    cancel(salon, visit)
    salon.post("visit-restore", visit.pk, edition=salon.cancelled(visit))
    assert not Message.objects.exists()
    assert BookingEvent.objects.filter(action="restored").count() == 1


def test_what_was_put_back_by_hand_elsewhere_is_not_restored_twice() -> None:
    salon = Salon()
    visit = salon.book()
    cancel_visit(project=salon.project, booking_ids=[visit.pk], origin=STAFF)
    edition = salon.cancelled(visit)
    assert salon.post("visit-restore", visit.pk, edition=edition).status_code == 200
    assert salon.post("visit-restore", visit.pk, edition=edition).status_code == 409


def test_the_services_of_a_visit_are_changed_in_its_panel() -> None:
    salon = Salon()
    color = make_service(salon.project, "Color", duration_minutes=120, price="1500.00")
    visit = salon.book("10:00")
    asked = {f"service-{visit.pk}": color.pk, "added": salon.manicure.pk}
    seen = salon.get("visit-services-times", visit.pk, **asked).content.decode()
    assert "10:00–12:00 Color" in seen
    assert "12:00–12:30 Manicure" in seen
    page = salon.post("visit-services", visit.pk, edition=salon.edition(visit), **asked).content.decode()
    assert "The services are changed." in page
    assert "Service: Haircut → Color" in page
    visit.refresh_from_db()
    assert (visit.service, visit.end, visit.price) == (color, salon.at("12:00"), Decimal(1500))
    assert Booking.objects.exclude(pk=visit.pk).get().visit_id == visit.visit_id


def test_services_that_need_taken_time_are_refused_with_times_and_go_on_top_with_a_reason() -> None:
    salon = Salon()
    color = make_service(salon.project, "Color", duration_minutes=120)
    visit = salon.book("10:00")
    salon.book("11:30", client=make_client(salon.project, name="Olha Koval"))
    asked = {f"service-{visit.pk}": color.pk, "edition": salon.edition(visit)}
    refused = salon.post("visit-services", visit.pk, **asked)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "11:30–12:30 Olha Koval." in page
    assert "data-pick-at" in page
    assert "hx-vals" not in page
    later = {**asked, "at": salon.at("14:00").isoformat()}
    seen = salon.get("visit-services-times", visit.pk, **later).content.decode()
    assert "14:00–16:00 Color" in seen
    assert salon.post("visit-services", visit.pk, **asked, on_top="1").status_code == 422
    on_top = {**asked, "on_top": "1", "overbook_reason": "she waits"}
    assert salon.post("visit-services", visit.pk, **on_top).status_code == 200
    visit.refresh_from_db()
    assert (visit.service, visit.is_overbooked) == (color, True)
    assert salon.post("visit-services", visit.pk, **later).status_code == 409  # another edition by now
    later["edition"] = salon.edition(visit)
    assert salon.post("visit-services", visit.pk, **later).status_code == 200
    visit.refresh_from_db()
    assert (visit.start, visit.is_overbooked) == (salon.at("14:00"), False)


def test_a_visit_keeps_at_least_one_service() -> None:
    salon = Salon()
    visit = salon.book()
    typed = {"edition": salon.edition(visit), f"service-{visit.pk}": ""}
    answer = salon.post("visit-services", visit.pk, **typed)
    assert answer.status_code == 422
    assert "One service has to stay." in answer.content.decode()


def test_more_services_than_a_visit_may_have_are_refused_in_the_form() -> None:
    salon = Salon()
    more = [
        make_service(salon.project, f"Service {number}", duration_minutes=15) for number in range(MAX_ITEMS)
    ]
    visit = salon.book("10:00")
    asked = {f"service-{visit.pk}": salon.haircut.pk, "added": [one.pk for one in more]}
    answer = salon.post("visit-services", visit.pk, edition=salon.edition(visit), **asked)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert page.count(" checked") >= MAX_ITEMS  # what was chosen stays
    assert Booking.objects.count() == 1
