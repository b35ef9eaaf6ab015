"""The last line before the engine: whose visits and whose cards an action may touch, whatever led to it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ai.models import Proposal, Turn
from ai.proposals.actions import perform
from ai.proposals.lifecycle import close, lock_proposal, open_new
from ai.tests.factories import Talk, make_context, make_visit
from ai.turn.drafts import Accept, Propose
from bookings.models import Booking

pytestmark = pytest.mark.django_db


def make_card(talk: Talk, visits: list[int]) -> Proposal:
    """An open card that asks whether these visits are to be cancelled."""
    return open_new(
        turn=Turn.objects.create(project=talk.salon.project, dialogue=talk.dialogue),
        dialogue=talk.dialogue,
        kind="cancel",
        details={"shown": [], "before": [], "booking_ids": visits},
        holds=(),
        message_id=None,
    )


def test_a_card_shows_only_the_clients_own_visits(talk: Talk, stranger: Talk) -> None:
    own, other = make_visit(talk, "10:00"), make_visit(stranger, "15:00")
    done = perform(
        context=make_context(talk), action=Propose("cancel", booking_ids=(other.pk, own.pk)), lead=""
    )
    assert done.opening is not None
    assert done.opening.details["booking_ids"] == [own.pk]
    assert "15:00" not in done.text


def test_a_yes_to_a_card_that_names_anothers_visit_cancels_only_what_is_the_clients(
    talk: Talk, stranger: Talk
) -> None:
    other = make_visit(stranger, "15:00")
    card = make_card(talk, [other.pk])
    with transaction.atomic():
        perform(context=make_context(talk), action=Accept(card.pk), lead="")
    other.refresh_from_db()
    assert other.status == Booking.Status.BOOKED


def test_a_yes_counts_only_for_an_open_card_of_the_same_dialogue(talk: Talk, stranger: Talk) -> None:
    card = make_card(talk, [])
    with transaction.atomic():
        assert lock_proposal(dialogue=talk.dialogue, proposal_id=card.pk) == card
        assert lock_proposal(dialogue=stranger.dialogue, proposal_id=card.pk) is None
        close(dialogue=talk.dialogue, state=Proposal.State.DECLINED)
        assert lock_proposal(dialogue=talk.dialogue, proposal_id=card.pk) is None


def test_a_yes_to_a_card_whose_time_is_over_does_not_count(talk: Talk) -> None:
    card = make_card(talk, [])
    Proposal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with transaction.atomic():
        assert lock_proposal(dialogue=talk.dialogue, proposal_id=card.pk) is None
