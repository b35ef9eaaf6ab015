"""Moving a visit: with whom it may be, what else is free, and nobody takes another's place in silence."""

import html
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from bookings.tests.factories import make_day_off, make_offering, make_service, make_specialist
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in

pytestmark = pytest.mark.django_db


def chosen_in(page: str) -> list[str]:
    """Who is chosen in each of the form's lists."""
    return [part.split(">")[1].split("<")[0] for part in page.split(" selected")[1:]]


def offered_in(page: str) -> set[tuple[str, str]]:
    """The free times that fill the form in: date and time."""
    buttons = page.split('data-pick-day="')[1:]
    return {(one[:10], one.split('data-pick-time="')[1][:5]) for one in buttons}


def people_in(button: str) -> dict[str, int]:
    """Who is chosen by a tap on a free time, in each of the form's lists."""
    found = button.split(">")[0].partition('data-pick-people="')[2].partition('"')[0]
    people: dict[str, int] = json.loads(html.unescape(found or "{}"))
    return people


def test_a_drag_to_who_does_not_do_the_service_says_so_and_who_does() -> None:
    salon = Salon()
    nina = make_specialist(salon.project, "Nina", does_every_service=False)
    make_offering(nina, salon.manicure)
    visit = salon.book("10:00")
    # outside the hours, too: who does not do it at all is what counts
    page = salon.get(
        "visit-move", visit.pk, start=f"{salon.day()}T22:00:00", specialist=nina.pk
    ).content.decode()
    assert chosen_in(page) == ["Nina"]
    assert "Nina does not do Haircut; these do: Anna, Maria." in page
    assert "outside the working hours" not in page
    assert (
        salon.post("visit-move", visit.pk, **salon.moved_to(visit, "12:00", specialist=nina.pk)).status_code
        == 409
    )
    visit.refresh_from_db()
    assert (visit.start, visit.specialist) == (salon.at("10:00"), salon.anna)


def test_of_several_services_each_has_who_does_it_and_the_drag_stays_as_it_was() -> None:
    salon = Salon()
    nina = make_specialist(salon.project, "Nina", does_every_service=False)
    make_offering(nina, salon.manicure)
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")])
    page = salon.get("visit-move", rows[0].pk, specialist=nina.pk).content.decode()
    assert chosen_in(page) == ["Nina", "Nina"]
    assert "Nina does not do Haircut; these do: Anna, Maria." in page
    typed = salon.moved_to(rows[0], "12:00") | {
        f"who-{rows[0].pk}": salon.maria.pk,
        f"who-{rows[1].pk}": nina.pk,
    }
    seen = salon.get("visit-move-times", rows[0].pk, **typed).content.decode()
    assert "12:00–13:00 Haircut · Maria" in seen
    assert "13:00–13:30 Manicure · Nina" in seen
    assert salon.post("visit-move", rows[0].pk, **typed).status_code == 204
    found = Booking.objects.order_by("start").values_list("specialist__name", "start")
    assert list(found) == [("Maria", salon.at("12:00")), ("Nina", salon.at("13:00"))]


def test_what_follows_a_service_that_takes_longer_with_somebody_else_begins_later() -> None:
    salon = Salon()
    make_offering(salon.maria, salon.haircut, duration_minutes=90)
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")])
    typed = salon.moved_to(rows[0], "10:00") | {f"who-{rows[0].pk}": salon.maria.pk}
    assert salon.post("visit-move", rows[0].pk, **typed).status_code == 204
    found = Booking.objects.order_by("start").values_list("start", "end")
    assert list(found) == [(salon.at("10:00"), salon.at("11:30")), (salon.at("11:30"), salon.at("12:00"))]


@pytest.mark.parametrize("several", [False, True])
def test_where_the_visit_stands_is_no_free_time_to_move_it_to(several: bool) -> None:
    salon = Salon()
    wishes = [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")]
    visit = salon.book_several(wishes if several else wishes[:1])[0]
    salon.book("12:00")
    asked = {"day": salon.day(), "time": "12:30", "specialist": salon.anna.pk}
    found = offered_in(salon.get("visit-move-times", visit.pk, **asked).content.decode())
    assert (salon.day().isoformat(), "10:00") not in found
    assert len(found) > 2
    here = {"day": salon.day(), "time": "10:00", "specialist": salon.anna.pk}
    found = offered_in(salon.get("visit-move-times", visit.pk, **here).content.decode())
    assert (salon.day().isoformat(), "10:00") not in found


def test_what_is_offered_for_several_services_is_free_with_their_own_people() -> None:
    salon = Salon()
    visit = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")]
    )[0]
    salon.book("13:00", specialist=salon.maria)
    asked = {"day": salon.day(), "time": "12:00", "specialist": salon.anna.pk}
    page = salon.get("visit-move-times", visit.pk, **asked).content.decode()
    assert offered_in(page)
    for button in page.split('data-pick-day="')[1:]:
        found = {"day": button[:10], "time": button.split('data-pick-time="')[1][:5]} | people_in(button)
        seen = salon.get("visit-move-times", visit.pk, **asked | found)
        assert "This time is free." in seen.content.decode()


def test_a_specialist_moves_in_time_and_to_nobody_else() -> None:
    salon = Salon()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")])
    page = salon.get("visit-move", rows[0].pk, browser=anna).content.decode()
    assert "Maria" not in page
    typed = salon.moved_to(rows[0], "12:00") | {f"who-{rows[1].pk}": salon.maria.pk}
    assert salon.post("visit-move", rows[0].pk, browser=anna, **typed).status_code == 422
    assert set(Booking.objects.values_list("specialist", flat=True)) == {salon.anna.pk}


# Where else the client is then
def test_a_client_who_is_booked_elsewhere_then_is_warned_of_and_not_refused() -> None:
    salon = Salon()
    olena = salon.client_with_chat(name="Olena", phone="+380671234567")[0]
    salon.book("16:30", client=olena)
    said = "Olena is with Anna at 16:30–17:30 already: Haircut."
    asked = {"services": salon.manicure.pk, "day": salon.day(), "time": "17:00", "specialist": salon.maria.pk}
    for who in ({"client": olena.pk}, {"phone": "067 123 45 67"}):
        page = salon.get("visit-times", **asked, **who).content.decode()
        assert said in page
        assert "This time is free." in page
    assert said not in salon.get("visit-times", **asked).content.decode()
    late = salon.get("visit-times", **asked | {"time": "17:30"}, client=olena.pk).content.decode()
    assert said not in late
    salon.book("17:00", specialist=salon.maria)
    taken = salon.get("visit-times", **asked, client=olena.pk).content.decode()
    assert "This time is taken." in taken
    assert said in taken  # who puts it on top all the same is told, too
    typed = salon.typed("17:30", client=olena.pk, services=[salon.manicure.pk], specialist=salon.maria.pk)
    assert salon.post("visit-new", **typed | {"on_top": "1", "overbook_reason": "sisters"}).status_code == 204


def test_a_move_warns_of_the_clients_other_visit_and_not_of_a_guests() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    other = salon.book("16:30", client=visit.client, specialist=salon.maria)
    asked = {"day": salon.day(), "time": "16:00", "specialist": salon.anna.pk}
    said = "is with Maria at 16:30–17:30 already"
    assert said in salon.get("visit-move-times", visit.pk, **asked).content.decode()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    hers = salon.get("visit-move-times", visit.pk, browser=anna, **asked).content.decode()
    assert "has another visit at 16:30–17:30." in hers
    assert "Maria" not in hers
    other.guest_name = "Ivan"
    other.save()
    assert said not in salon.get("visit-move-times", visit.pk, **asked).content.decode()


def test_longer_services_warn_of_the_clients_next_visit() -> None:
    salon = Salon()
    color = make_service(salon.project, "Color", duration_minutes=120)
    visit = salon.book("10:00")
    salon.book("11:30", client=visit.client, specialist=salon.maria)
    page = salon.get("visit-services-times", visit.pk, **{f"service-{visit.pk}": color.pk}).content.decode()
    assert "is with Maria at 11:30–12:30 already" in page


# What a new visit is offered at
def test_the_first_free_time_is_filled_in_until_somebody_chooses_one() -> None:
    salon = Salon()
    salon.book("09:00", ahead=1)
    asked = {"services": salon.haircut.pk, "specialist": salon.anna.pk, "day": salon.day(5)}
    page = salon.get("visit-times", **asked, auto=salon.day(1), time="").content.decode()
    assert f'data-fill-day="{salon.day(1)}" data-fill-time="10:00"' in page
    assert "This time is free." in page
    two = asked | {"services": [salon.haircut.pk, salon.manicure.pk]}
    both = salon.get("visit-times", **two, auto=salon.day(1), time="10:00").content.decode()
    assert 'data-fill-time="10:00"' in both
    assert "90 min" in both
    chosen = salon.get("visit-times", **asked, auto="", time="15:00").content.decode()
    assert "data-fill" not in chosen
    assert 'name="auto"' in salon.get("visit-new", day=salon.day()).content.decode()
    assert 'name="auto"' not in salon.get("visit-new", start=f"{salon.day()}T10:00:00").content.decode()


def test_length_and_price_together_stand_there_before_a_time_does_and_when_it_is_taken() -> None:
    salon = Salon()
    make_offering(salon.maria, salon.haircut, duration_minutes=90, price="900.00")
    salon.book("10:00")
    both = {"services": [salon.haircut.pk, salon.manicure.pk], "day": salon.day()}
    assert "90–120 min" in salon.get("visit-times", **both).content.decode()
    mine = salon.get("visit-times", **both, specialist=salon.maria.pk).content.decode()
    assert "120 min" in mine
    taken = salon.get("visit-times", **both, specialist=salon.anna.pk, time="10:00").content.decode()
    assert "This time is taken." in taken
    assert "90 min" in taken


def test_services_are_told_as_the_chosen_specialist_does_them_and_last_those_of_others() -> None:
    salon = Salon()
    nina = make_specialist(salon.project, "Nina", does_every_service=False)
    make_offering(nina, salon.manicure, duration_minutes=45, price="333.00")
    page = salon.get("visit-new", specialist=nina.pk).content.decode()
    offers = page.split('class="cal-offers-list"')[1].split("</fieldset>")[0]
    mine, others = offers.split("Others do:</p>")
    assert "Manicure" in mine
    assert ">45 min · 333" in mine
    assert "Haircut" in others
    everybody = salon.get("visit-new").content.decode()
    assert "Others do:</p>" not in everybody
    assert ">30–45 min" in everybody


def test_the_check_asks_as_much_of_the_database_whatever_is_chosen_before(
    django_assert_max_num_queries: object,
) -> None:
    salon = Salon()
    visit = salon.book("10:00")
    asked = {"day": salon.day(), "time": "12:00", "specialist": salon.anna.pk}
    salon.get("visit-move-times", visit.pk, **asked)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        salon.get("visit-move-times", visit.pk, **asked)


@pytest.mark.parametrize("stands", [Booking.Status.CANCELLED, Booking.Status.COMPLETED])
def test_a_visit_moves_from_its_booked_services_when_another_of_them_was_opened(stands: str) -> None:
    salon = Salon()
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.maria, "11:00")])
    opened, booked = rows
    Booking.objects.filter(pk=opened.pk).update(status=stands)
    page = salon.get("visit-move", opened.pk)
    assert page.status_code == 200
    assert 'value="11:00"' in page.content.decode()
    still = salon.get("visit-move", opened.pk, **{"from": f"{salon.day()}T11:00:00"}).content.decode()
    assert "Somebody moved this visit" not in still
    typed = salon.moved_to(opened, "13:00", specialist=salon.maria.pk)
    seen = salon.get("visit-move-times", opened.pk, **typed).content.decode()
    assert "13:00–13:30" in seen
    assert salon.post("visit-move", opened.pk, **typed).status_code == 204
    booked.refresh_from_db()
    opened.refresh_from_db()
    assert (booked.start, opened.start) == (salon.at("13:00"), salon.at("10:00"))


def test_of_two_like_services_each_keeps_the_price_that_was_agreed_on() -> None:
    salon = Salon()
    rows = salon.book_several([(salon.haircut, salon.anna, "10:00"), (salon.haircut, salon.anna, "11:00")])
    Booking.objects.filter(pk=rows[0].pk).update(price=500)
    asked = {"day": salon.day(), "time": "13:00", "specialist": salon.anna.pk}
    assert "120 min · 1200 UAH" in salon.get("visit-move-times", rows[0].pk, **asked).content.decode()
    other = asked | {f"who-{rows[0].pk}": salon.maria.pk}
    assert "120 min · 1400 UAH" in salon.get("visit-move-times", rows[0].pk, **other).content.decode()


# A visit of several services begins with its first, whichever was opened
def double(salon: Salon) -> list[Booking]:
    """A haircut with Anna from 15:30, a manicure with Maria from 16:30."""
    return salon.book_several([(salon.haircut, salon.anna, "15:30"), (salon.manicure, salon.maria, "16:30")])


def test_a_visit_moves_to_when_the_client_comes_whichever_service_was_opened() -> None:
    salon = Salon()
    rows = double(salon)
    page = salon.get("visit-move", rows[1].pk).content.decode()
    assert 'name="time" required' in page
    assert 'value="15:30"' in page
    assert "16:30</strong>" not in page
    assert salon.post("visit-move", rows[1].pk, **salon.moved_to(rows[1], "11:30")).status_code == 204
    found = Booking.objects.order_by("start").values_list("start", flat=True)
    assert list(found) == [salon.at("11:30"), salon.at("12:30")]


def test_what_is_offered_from_the_second_service_is_when_the_visit_begins() -> None:
    salon = Salon()
    rows = double(salon)
    asked = {"day": salon.day(), "time": "12:00", f"who-{rows[1].pk}": salon.maria.pk}
    seen = salon.get("visit-move-times", rows[1].pk, **asked).content.decode()
    assert "12:00–13:00 Haircut · Anna" in seen
    assert "13:00–13:30 Manicure · Maria" in seen


def test_a_drag_of_the_second_service_puts_that_one_where_it_was_dropped() -> None:
    salon = Salon()
    make_offering(salon.maria, salon.haircut, duration_minutes=90)
    rows = double(salon)
    asked = {"start": f"{salon.day()}T13:00:00", "from": f"{salon.day()}T16:30:00"}
    page = salon.get("visit-move", rows[1].pk, **asked, specialist=salon.anna.pk).content.decode()
    assert 'value="12:00"' in page  # the haircut; the manicure begins at one
    assert chosen_in(page) == ["Anna", "Anna"]
    assert "Somebody moved this visit meanwhile" not in page
    longer = salon.book_several(
        [
            (salon.manicure, salon.anna, "09:00"),
            (salon.haircut, salon.anna, "09:30"),
            (salon.manicure, salon.anna, "10:30"),
        ]
    )
    start, maria = f"{salon.day()}T18:00:00", salon.maria.pk
    page = salon.get("visit-move", longer[2].pk, start=start, specialist=maria).content.decode()
    assert 'value="16:00"' in page  # Maria takes ninety minutes for the haircut before it


def test_the_way_to_a_moved_visit_leads_to_its_beginning() -> None:
    salon = Salon()
    rows = double(salon)
    typed = salon.moved_to(rows[1], "15:30") | {f"who-{rows[1].pk}": salon.anna.pk}
    done = salon.post("visit-move", rows[1].pk, **typed)
    assert "15:30" in done.headers["HX-Trigger"]
    assert "16:30" not in done.headers["HX-Trigger"]


def test_a_cancelled_visit_is_booked_again_from_its_beginning() -> None:
    salon = Salon()
    rows = double(salon)
    form = salon.get("visit-cancel", rows[1].pk).content.decode().split('name="edition" value="')[1][:32]
    salon.post("visit-cancel", rows[1].pk, edition=form)
    page = salon.get("visit", rows[1].pk).content.decode()
    assert f"start={salon.day()}T15%3A30" in page
    assert f"specialist={salon.anna.pk}" in page


# A specialist who is not there: first who else could at the same time
def buttons_in(page: str) -> list[str]:
    """What stands on the free times, in order."""
    return [part.split(">")[1].split("<")[0] for part in page.split("data-pick-day")[1:]]


def test_who_else_is_free_at_the_same_time_comes_before_any_other_time() -> None:
    salon = Salon()
    nina = make_specialist(salon.project, "Nina")
    visit = salon.book("15:30")
    salon.book("15:00", specialist=salon.maria)
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)
    page = salon.get("visit-move", visit.pk).content.decode()
    first, *others = buttons_in(page)
    assert "15:30 · Nina" in first
    assert others
    assert not any("15:30 · Maria" in one for one in others)
    assert f'data-pick-specialist="{nina.pk}"' in page.split("data-pick-day")[1].split(">")[0]


def test_of_several_services_only_those_of_the_one_who_is_away_change_hands() -> None:
    salon = Salon()
    make_specialist(salon.project, "Nina")
    rows = double(salon)
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)
    page = salon.get("visit-move", rows[1].pk).content.decode()
    first = page.split("data-pick-day")[1].split("</button>")[0]
    people = people_in(first)
    assert people[f"who-{rows[1].pk}"] == salon.maria.pk
    assert people[f"who-{rows[0].pk}"] != salon.anna.pk
    typed = salon.moved_to(rows[1], "15:30") | people
    assert salon.post("visit-move", rows[1].pk, **typed).status_code == 204
    rows[0].refresh_from_db()
    assert (rows[0].start, rows[0].specialist_id) == (salon.at("15:30"), people[f"who-{rows[0].pk}"])


def test_whoever_is_free_takes_it_and_best_who_has_it_already() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    asked = salon.moved_to(visit, "12:00", specialist=0)
    assert "12:00–13:00 · Anna" in salon.get("visit-move-times", visit.pk, **asked).content.decode()
    salon.book("12:00")
    seen = salon.get("visit-move-times", visit.pk, **asked).content.decode()
    assert "This time is free." in seen
    assert "12:00–13:00 · Maria" in seen
    assert (
        salon.post("visit-move", visit.pk, **salon.moved_to(visit, "12:00", specialist=0)).status_code == 204
    )
    visit.refresh_from_db()
    assert (visit.start, visit.specialist) == (salon.at("12:00"), salon.maria)


def test_where_nobody_is_free_other_times_of_anyone_are_offered() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    for who in (salon.anna, salon.maria):
        salon.book("12:00", specialist=who)
    asked = salon.moved_to(visit, "12:00", specialist=0)
    page = salon.get("visit-move-times", visit.pk, **asked).content.decode()
    assert "This time is taken." in page
    assert buttons_in(page)
    assert all("·" not in one for one in buttons_in(page))  # whoever stays chosen
    answer = salon.post("visit-move", visit.pk, **asked)
    assert answer.status_code == 409
    assert '<option value="0" selected>Anyone who is free' in answer.content.decode()


def test_several_services_go_to_whoever_is_free_and_nobody_does_two_at_once() -> None:
    salon = Salon()
    rows = double(salon)
    salon.book("12:00")
    typed = salon.moved_to(rows[0], "12:00") | {f"who-{row.pk}": 0 for row in rows}
    seen = salon.get("visit-move-times", rows[0].pk, **typed).content.decode()
    assert "12:00–13:00 Haircut · Maria" in seen
    assert "13:00–13:30 Manicure · Maria" in seen
    assert salon.post("visit-move", rows[0].pk, **typed).status_code == 204


def test_looking_for_colleagues_costs_the_same_however_many_there_are() -> None:
    salon = Salon()
    visit = salon.book("10:00")
    make_day_off(salon.project, salon.day(), salon.day(), salon.anna)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            salon.get("visit-move", visit.pk)
        return len(caught)

    few = count()
    for number in range(8):
        make_specialist(salon.project, f"Colleague {number}")
    assert count() == few
