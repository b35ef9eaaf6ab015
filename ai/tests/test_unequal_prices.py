"""Where several are free and ask unequal prices, neither code nor the model picks one for the client."""

from decimal import Decimal

import pytest

from ai.tests.factories import SalonRows, Talk, bodies, make_booking, responds, understood
from bookings.models import Booking
from bookings.tests.factories import make_offering, make_specialist
from botbackend.workshop.sandbox.claude.stand_in import ClaudeStandIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def dear(salon: SalonRows) -> int:
    """The id of somebody who takes 850 for the manicure that Anna does for 600."""
    katia = make_specialist(salon.project, "Katia", does_every_service=False)
    make_offering(katia, salon.manicure, price=Decimal(850))
    return katia.pk


def wish_tomorrow_at_three(claude: ClaudeStandIn, salon: SalonRows) -> None:
    understood(claude, book=[salon.manicure.pk], day=salon.day(), time_from="15:00", exact=True)


def test_a_clear_wish_is_answered_instead_of_booked_with_either(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, dear: int
) -> None:
    wish_tomorrow_at_three(claude, salon)
    responds(claude, "With Anna or with Katia?")
    assert talk.say("a manicure tomorrow at 15:00 please") == "With Anna or with Katia?"
    assert not Booking.objects.exists()


def test_a_proposal_that_names_nobody_is_given_back_to_the_model(
    claude: ClaudeStandIn, salon: SalonRows, talk: Talk, dear: int
) -> None:
    wish_tomorrow_at_three(claude, salon)
    for who in (0, dear):
        responds(claude, make_booking(salon.manicure.pk, f"{salon.day()}T15:00", specialist=who))
    card = talk.say("a manicure tomorrow at 15:00 please")
    assert "Manicure — Katia" in card
    assert "unequal prices" in str(bodies(claude, "respond")[1]["messages"][-1])
    assert Booking.objects.get().specialist_id == dear
