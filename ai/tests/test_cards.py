"""One card, one yes: several visits and people, all or nothing; what comes with the yes lands on its row."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ai.models import Proposal, Turn
from ai.proposals.actions import Done, perform, show_again
from ai.proposals.lifecycle import close, open_new, was_declined
from ai.tests.factories import SalonRows, Talk, make_context, make_visit
from ai.turn.drafts import Accept, BookNow, Propose
from ai.turn.shortcuts import again
from bookings.models import Booking
from bookings.operations import Item, reject_booking
from bookings.values import Origin

pytestmark = pytest.mark.django_db
STAFF = Origin(source=Booking.Source.ADMIN, for_staff=True)


@pytest.fixture
def series(salon: SalonRows) -> Propose:
    """A manicure in a week, and in four weeks again while Olga cuts the daughter's hair."""
    mother = [Item(salon.manicure.pk, salon.anna.pk, salon.at("10:00", ahead)) for ahead in (7, 28)]
    daughter = Item(salon.haircut.pk, salon.olga.pk, salon.at("10:00", 28), "Nastia")
    return Propose("book", visits=((mother[0],), (mother[1], daughter)), note="no calls, please")


def ask(talk: Talk, wish: Propose) -> Done:
    """Perform a proposal as a turn does and remember its card."""
    with transaction.atomic():
        done = perform(context=make_context(talk), action=wish, lead="")
        if done.opening is not None:
            open_new(
                turn=Turn.objects.create(project=talk.salon.project, dialogue=talk.dialogue),
                dialogue=talk.dialogue,
                kind=done.opening.kind,
                details=done.opening.details,
                holds=done.opening.holds,
                message_id=None,
            )
    return done


def accept(talk: Talk, **more: object) -> Done:
    action = Accept(Proposal.objects.filter(dialogue=talk.dialogue).latest("pk").pk, **more)  # type: ignore[arg-type]
    with transaction.atomic():
        return perform(context=make_context(talk), action=action, lead="")


def decline(talk: Talk) -> None:
    close(dialogue=talk.dialogue, state=Proposal.State.DECLINED)


def rows() -> list[tuple[str, str, str]]:
    found = Booking.objects.order_by("start", "pk")
    return [(row.status, row.guest_name, row.note) for row in found]


def test_a_yes_books_all_visits_of_the_card_each_line_for_its_guest(talk: Talk, series: Propose) -> None:
    asked = ask(talk, series)
    assert [row.status for row in Booking.objects.all()] == ["held"] * 3
    shown = asked.text.splitlines()
    assert [line.endswith("(for Nastia)") for line in shown[1:4]] == [False, False, True]
    assert shown[4:6] == ["Total: 1900 UAH", "Your note: no calls, please"]

    done = accept(talk)

    assert done.text.splitlines()[1:6] == shown[1:6]
    assert rows() == [("booked", guest, "no calls, please") for guest in ("", "", "Nastia")]
    assert len(set(Booking.objects.values_list("visit_id", flat=True))) == 2


def test_a_card_of_which_one_time_is_taken_holds_nothing_and_says_which(
    talk: Talk, stranger: Talk, series: Propose
) -> None:
    ask(stranger, Propose("book", visits=((series.visits[1][1],),)))

    done = ask(talk, series)

    assert done.refused
    assert done.text.startswith("One of them cannot be booked: Manicure, Haircut, on ")
    assert not Booking.objects.filter(client=talk.client).exists()


def test_a_yes_that_comes_too_late_for_one_visit_books_none(
    talk: Talk, stranger: Talk, series: Propose
) -> None:
    ask(talk, series)
    lost = Booking.objects.get(service=talk.salon.haircut)
    reject_booking(project=talk.salon.project, booking_id=lost.pk, origin=STAFF)
    ask(stranger, Propose("book", visits=((series.visits[1][1],),)))

    done = accept(talk)

    assert "One of them cannot be booked: Manicure, Haircut" in done.text
    assert {row.status for row in Booking.objects.filter(client=talk.client)} == {"cancelled"}
    assert Proposal.objects.filter(dialogue=talk.dialogue).get().state == "dead"


def test_what_comes_with_the_yes_lands_on_its_row(talk: Talk, series: Propose) -> None:
    ask(talk, series)

    accept(talk, guests={0: "Iryna", 2: ""}, guest_phone="+380501234567", note="allergic to latex")

    note = "no calls, please\nallergic to latex"
    assert rows() == [("booked", guest, note) for guest in ("Iryna", "", "")]
    assert [row.guest_phone for row in Booking.objects.all()] == ["+380501234567", "", ""]


def test_without_a_question_all_visits_are_booked_at_once(talk: Talk, series: Propose) -> None:
    with transaction.atomic():
        action = BookNow(series.visits, note="no calls, please")
        done = perform(context=make_context(talk), action=action, lead="")
    assert "Total: 1900 UAH" in done.text
    assert [row.status for row in Booking.objects.all()] == ["booked"] * 3


def test_a_move_keeps_guest_and_note_and_takes_the_new_remark_along(talk: Talk) -> None:
    visit = make_visit(talk, "10:00")
    Booking.objects.filter(pk=visit.pk).update(guest_name="Nastia", note="no calls")
    start = talk.salon.at("12:00")

    asked = ask(talk, Propose("change", booking_ids=(visit.pk,), start=start, note="as on the photo"))
    assert "(for Nastia)" in asked.text.splitlines()[2]
    assert "Your note: no calls; as on the photo" in asked.text

    accept(talk, note="the red one")
    visit.refresh_from_db()
    assert (visit.start, visit.guest_name) == (start, "Nastia")
    assert visit.note == "no calls\nas on the photo\nthe red one"


def test_a_remark_with_a_cancellation_is_kept(talk: Talk) -> None:
    visits = [make_visit(talk, clock) for clock in ("10:00", "12:00")]
    ask(talk, Propose("cancel", booking_ids=tuple(visit.pk for visit in visits)))

    done = accept(talk, note="the child is ill")

    assert done.text.startswith("All of these visits have been cancelled")
    assert rows() == [("cancelled", "", "the child is ill")] * 2


def test_an_offer_that_was_refused_is_not_shown_again_for_a_day(
    talk: Talk, stranger: Talk, series: Propose
) -> None:
    asked = ask(talk, series)
    assert asked.opening is not None
    details = asked.opening.details
    assert show_again(context=make_context(talk)) is not None
    decline(talk)

    again_asked = ask(talk, series)  # whatever led to it

    assert again_asked.opening is not None
    assert was_declined(dialogue=talk.dialogue, details=again_asked.opening.details)
    assert show_again(context=make_context(talk)) is None
    assert not was_declined(dialogue=stranger.dialogue, details=details)
    Proposal.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert not was_declined(dialogue=talk.dialogue, details=details)


def test_another_time_or_another_guest_is_another_offer(talk: Talk, series: Propose) -> None:
    ask(talk, series)
    decline(talk)
    first, second = series.visits
    other = Item(second[1].service_id, second[1].specialist_id, second[1].start, "Iryna")
    for visits in ((first,), (first, (second[0], other))):
        asked = ask(talk, Propose("book", visits=visits))
        assert asked.opening is not None
        assert not was_declined(dialogue=talk.dialogue, details=asked.opening.details)


def test_a_card_that_ran_out_can_be_asked_for_again_whole(talk: Talk, series: Propose) -> None:
    ask(talk, series)
    assert again(Proposal.objects.get()) == series


def test_a_card_of_before_the_update_is_read_as_one_visit(talk: Talk, series: Propose) -> None:
    ask(talk, Propose("book", visits=series.visits[:1]))
    proposal = Proposal.objects.get()
    (item,) = proposal.details["visits"][0]
    del item["guest_name"]
    before = {"items": [item], "guest_name": "Nastia", "guest_phone": "", "photo_url": ""}
    proposal.details = {"shown": [], "before": [], "booking_ids": [], "service_id": None, **before}
    proposal.save()

    accept(talk)

    assert rows() == [("booked", "Nastia", "")]
