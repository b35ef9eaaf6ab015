"""Visits that trade places, or take the place of one that is cancelled: one card, one yes, all or nothing."""

import json
from typing import Any

import pytest

from ai.models import Proposal
from ai.tests.factories import (
    SalonRows,
    Talk,
    bodies,
    hold_clocked_caches,
    make_visit,
    make_wish,
    responds,
    statements,
    understood,
)
from bookings.models import Booking, Service, Specialist
from bookings.operations import activate_booking, reject_booking
from bookings.tests.factories import make_client
from bookings.values import Item, Origin, VisitRequest
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db
STAFF = Origin(source=Booking.Source.ADMIN, for_staff=True)


def visit(
    talk: Talk, clock: str, what: Service | None = None, who: Specialist | None = None, **over: Any
) -> Booking:
    """A visit of the client tomorrow."""
    salon = talk.salon
    item = Item((what or salon.manicure).pk, (who or salon.anna).pk, salon.at(clock))
    values: dict[str, Any] = {
        "project": salon.project,
        "client": talk.client,
        "items": [item],
        "origin": STAFF,
    }
    return activate_booking(request=VisitRequest(**values | over))[0]


def move(one: Booking, start: str, **over: Any) -> dict[str, Any]:
    return {"propose_change": {"visit": one.pk, "service": 0, "specialist": 0, "start": start} | over}


def clock(one: Booking, salon: SalonRows) -> str:
    return f"{one.start.astimezone(salon.zone):%Y-%m-%dT%H:%M}"


def trade(salon: SalonRows, *visits: Booking) -> list[dict[str, Any]]:
    """Each goes to where the next one is, the last to the first."""
    ring = zip(visits, [*visits[1:], visits[0]], strict=True)
    return [move(one, clock(two, salon)) for one, two in ring]


def wishes(salon: SalonRows, *visits: Booking) -> list[dict[str, Any]]:
    ring = zip(visits, [*visits[1:], visits[0]], strict=True)
    return [
        make_wish("change", visits=[one.pk], day=salon.day(), time_from=clock(two, salon)[-5:], exact=True)
        for one, two in ring
    ]


def places(*visits: Booking) -> list[tuple[int, Any]]:
    found = Booking.objects.in_bulk([one.pk for one in visits])
    return [(found[one.pk].specialist_id, found[one.pk].start) for one in visits]


def errors(claude: ClaudeStandIn) -> list[dict[str, Any]]:
    """What the tools refused in the turn's first answer, as the second request tells it."""
    content = bodies(claude, "respond")[1]["messages"][-1]["content"]
    return [json.loads(one["content"]) for one in content if one.get("is_error")]


def test_two_visits_with_one_specialist_are_put_the_other_way_round(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    one, two = visit(talk, "10:00"), visit(talk, "11:00", guest_name="Ira")
    before = places(one, two)
    understood(claude, wishes=wishes(salon, one, two))
    responds(claude, [*trade(salon, one, two), {"say": {"text": "", "notes": []}}])
    card = talk.say("put them the other way round")
    assert card.startswith("Shall I move these visits?")
    assert card.count("Manicure — Anna") == 4
    assert Booking.objects.filter(status="held").count() == 2
    claude.script.set([])
    assert talk.say("yes").startswith("Done, these visits have been moved:")
    assert places(one, two) == before[::-1]
    assert Booking.objects.get(pk=two.pk).guest_name == "Ira"


def test_three_visits_go_round_in_a_ring(claude: ClaudeStandIn, salon: SalonRows, talk: Talk) -> None:
    salon.offers(salon.olga, salon.manicure)
    visits = [visit(talk, "10:00"), visit(talk, "12:00"), visit(talk, "16:00", who=salon.olga)]
    first, second, third = places(*visits)
    understood(claude, wishes=wishes(salon, *visits))
    people = (salon.anna, salon.olga, salon.anna)
    moves = [
        {"propose_change": call["propose_change"] | {"specialist": who.pk}}
        for call, who in zip(trade(salon, *visits), people, strict=True)
    ]
    responds(claude, [*moves, {"say": {"text": "", "notes": []}}])
    assert "Shall I move these visits?" in talk.say("one step on for each please")
    claude.script.set([])
    talk.say("yes")
    assert places(*visits) == [second, third, first]


def test_two_visits_with_two_specialists_trade_people(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    salon.offers(salon.olga, salon.manicure)
    one, two = visit(talk, "10:00"), visit(talk, "10:00", who=salon.olga, guest_name="Ira")
    before = places(one, two)
    understood(claude, wishes=[make_wish("change", visits=[one.pk, two.pk])])
    responds(
        claude,
        [
            move(one, "", specialist=salon.olga.pk),
            move(two, "", specialist=salon.anna.pk),
            {"say": {"text": "", "notes": []}},
        ],
    )
    assert "Was:" in talk.say("let Olga do mine and Anna Ira's")
    claude.script.set([])
    talk.say("yes")
    assert places(one, two) == before[::-1]


def test_a_visit_moves_into_the_place_of_one_that_is_cancelled_with_it(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    stays, goes = visit(talk, "10:00"), visit(talk, "15:00")
    understood(
        claude,
        wishes=[
            make_wish("cancel", visits=[goes.pk]),
            make_wish("change", visits=[stays.pk], day=salon.day(), time_from="15:00", exact=True),
        ],
    )
    gone = {"propose_cancel": {"visits": [goes.pk]}}
    responds(claude, [gone, move(stays, "s1"), {"say": {"text": "", "notes": []}}])
    card = talk.say("cancel the 15:00 one and move the 10:00 one there")
    assert card.startswith("Shall I move and cancel?")
    will_be, cancelled = card.split("Will be cancelled:")
    assert will_be.count("at 15:00") == 1
    assert cancelled.count("at 15:00") == 1
    claude.script.set([])
    said = talk.say("yes")
    assert "has been moved:" in said
    assert "has been cancelled:" in said
    assert [(row.pk, row.status) for row in Booking.objects.order_by("pk") if row.hold_until is None] == [
        (stays.pk, "booked"),
        (goes.pk, "cancelled"),
    ]
    assert Booking.objects.get(pk=stays.pk).start == goes.start


def test_a_yes_in_words_to_both_takes_up_neither_again(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    stays, goes = visit(talk, "10:00"), visit(talk, "15:00")
    both = [
        make_wish("cancel", visits=[goes.pk]),
        make_wish("change", visits=[stays.pk], day=salon.day(), time_from="15:00", exact=True),
    ]
    understood(claude, wishes=both)
    responds(
        claude,
        [
            {"propose_cancel": {"visits": [goes.pk]}},
            move(stays, "s1"),
            {"say": {"text": "", "notes": []}},
        ],
    )
    talk.say("cancel the 15:00 one and move the 10:00 one there")
    understood(claude, wishes=both, answer="yes")
    said = talk.say("yes please, move it and cancel the 15:00 one")
    assert "has been moved:" in said
    assert Proposal.objects.filter(state="open").count() == 0
    assert len(bodies(claude, "respond")) == 1


def test_unequal_lengths_are_refused_with_what_fits(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    short, long = visit(talk, "10:00"), visit(talk, "11:00", salon.pedicure)
    before = places(short, long)
    understood(claude, wishes=wishes(salon, long, short))
    responds(
        claude,
        trade(salon, long, short),
        "The other way round {s3.time} is the nearest for the short one. Suits you?",
    )
    said = talk.say("put them the other way round")
    untold, error = errors(claude)
    assert (untold["error"], error["error"]) == ("not_prepared", "slot_taken")
    assert f"{salon.day()}T11:30" in [one["start"] for one in error["alternatives"]]
    assert f"{salon.day()}T11:00" not in [one["start"] for one in error["alternatives"]]
    assert "Shall I" not in said
    assert places(short, long) == before


def test_what_waits_for_a_place_that_is_not_left_is_no_card(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    """The second visit cannot go where it was to go, so the first has no place either."""
    one, two = visit(talk, "10:00"), visit(talk, "11:00")
    other = make_client(salon.project)
    activate_booking(
        request=VisitRequest(
            project=salon.project,
            client=other,
            items=[Item(salon.manicure.pk, salon.anna.pk, salon.at("18:00"))],
            origin=STAFF,
        )
    )
    understood(claude, wishes=[make_wish("change", visits=[one.pk, two.pk])])
    responds(
        claude,
        [move(one, clock(two, salon)), move(two, f"{salon.day()}T18:00")],
        "That one is taken.",
    )
    said = talk.say("the first to 11, the second to 18")
    assert "Shall I" not in said
    assert len(errors(claude)) == 2
    assert Booking.objects.filter(status="held").count() == 0


def test_nothing_of_a_trade_is_done_where_one_of_its_visits_went_meanwhile(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    one, two = visit(talk, "10:00"), visit(talk, "11:00")
    before = places(one, two)
    understood(claude, wishes=wishes(salon, one, two))
    responds(claude, [*trade(salon, one, two), {"say": {"text": "", "notes": []}}])
    talk.say("put them the other way round")
    reject_booking(project=salon.project, booking_id=two.pk, origin=STAFF)
    claude.script.set([])
    said = talk.say("yes")
    assert "moved" not in said
    assert places(one, two) == before
    assert Booking.objects.filter(status="held").count() == 0


def test_a_trade_whose_card_ran_out_is_shown_again_whole(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    stays, goes = visit(talk, "10:00"), visit(talk, "15:00")
    understood(claude, wishes=[make_wish("change", visits=[stays.pk])])
    gone = {"propose_cancel": {"visits": [goes.pk]}}
    responds(claude, [move(stays, clock(goes, salon)), gone, {"say": {"text": "", "notes": []}}])
    card = talk.say("the 10:00 one instead of the 15:00 one")
    past = salon.at("00:00", -1)
    Proposal.objects.update(expires_at=past)
    claude.script.set([])
    again = talk.say("yes")
    assert again.endswith(card)
    assert talk.say("yes").count("has been") == 2


def test_a_trade_that_was_refused_is_not_shown_again(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    one, two = visit(talk, "10:00"), visit(talk, "11:00")
    understood(claude, wishes=wishes(salon, one, two))
    responds(claude, [*trade(salon, one, two), {"say": {"text": "", "notes": []}}])
    talk.say("put them the other way round")
    claude.script.set([])
    talk.say("no")
    understood(claude, wishes=wishes(salon, one, two))
    responds(claude, trade(salon, one, two), "What should be different?")
    assert talk.say("so put them round then") == "What should be different?"
    assert Booking.objects.filter(status="held").count() == 0


def test_a_visit_is_not_moved_and_cancelled_by_one_yes(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk
) -> None:
    one = make_visit(talk, "10:00")
    understood(claude, wishes=[make_wish("cancel", visits=[one.pk])], to_answer=True)
    both = [move(one, f"{salon.day()}T12:00"), {"propose_cancel": {"visits": [one.pk]}}]
    responds(claude, both, "Which of both?")
    talk.say("move it, no, cancel it")
    assert len(errors(claude)) >= 1


@pytest.mark.django_db(transaction=True)
def test_a_trade_costs_no_more_statements_than_a_turn_may(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_clocked_caches(monkeypatch)
    one, two = visit(talk, "10:00"), visit(talk, "11:00")
    understood(claude, wants="question")
    responds(claude, "It costs {p" + str(salon.manicure.pk) + "}.")
    talk.say("how much is a manicure?")  # what every process reads once in a while is read
    counts = []
    for words in ("put them the other way round", "yes"):
        understood(claude, wishes=wishes(salon, one, two))
        responds(claude, [*trade(salon, one, two), {"say": {"text": "", "notes": []}}])
        counts.append(statements(talk, words))
    assert max(counts) <= 50, counts  # of two visits: each is looked up, judged, held and changed
