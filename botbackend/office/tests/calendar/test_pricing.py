"""The price of one visit alone is agreed on at the desk, with a reason."""

from decimal import Decimal
from typing import Any

import pytest

from bookings.models import Booking, BookingEvent
from bookings.models.prices import Price
from bookings.operations import move_visit
from bookings.tests.factories import STAFF
from bookings.values import VisitChange
from botbackend.office.tests.calendar.salon import Salon
from botbackend.office.tests.people import Role, signed_in
from botbackend.outbox.models import Task
from dialogues.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Salon:
    return Salon(language="en")


def set_to(salon: Salon, visit: Booking, amount: str, *, reason: str = "a regular", **over: Any) -> Any:
    edition = over.pop("edition", None) or salon.edition(visit)
    typed = {f"price-{visit.pk}": amount, "reason": reason, "edition": edition}
    return salon.post("visit-price", visit.pk, **typed | over)


def test_the_visit_costs_what_was_agreed_and_the_history_says_why(salon: Salon) -> None:
    client, _ = salon.client_with_chat()
    visit = salon.book(client=client)
    Task.objects.all().delete()
    page = set_to(salon, visit, "550,50").content.decode()
    visit.refresh_from_db()
    assert visit.price == Decimal("550.50")
    assert "The price is changed." in page
    for said in ("Price changed for this visit alone", "700.00 → 550.50", "a regular"):
        assert said in page
    salon.haircut.refresh_from_db()
    assert salon.haircut.price == Decimal(700)
    assert Task.objects.filter(topic="booking.changed").exists()
    assert not Message.objects.exists()


def test_a_moved_visit_keeps_its_price(salon: Salon) -> None:
    visit = salon.book()
    set_to(salon, visit, "1")
    move_visit(project=salon.project, changes={visit.pk: VisitChange(start=salon.at("12:00"))}, origin=STAFF)
    visit.refresh_from_db()
    assert (visit.price, visit.start) == (Decimal(1), salon.at("12:00"))


def test_each_service_of_a_visit_has_its_own(salon: Salon) -> None:
    first, second = salon.book_several(
        [(salon.haircut, salon.anna, "10:00"), (salon.manicure, salon.anna, "11:00")]
    )
    assert set_to(salon, first, "100", **{f"price-{second.pk}": ""}).status_code == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.price, second.price) == (Decimal(100), None)


def test_a_price_that_only_begins_stays_until_one_is_typed(salon: Salon) -> None:
    visit = salon.book()
    Booking.objects.filter(pk=visit.pk).update(price_from=True)
    assert "from 700 UAH" in salon.get("visit-price", visit.pk).content.decode()
    set_to(salon, visit, "")
    visit.refresh_from_db()
    assert visit.full_price == Price(Decimal(700), is_from=True)
    assert not BookingEvent.objects.filter(action="priced").exists()
    set_to(salon, visit, "700")
    visit.refresh_from_db()
    assert visit.full_price == Price(Decimal(700))


@pytest.mark.parametrize(("amount", "reason"), [("500", " "), ("x", "a regular"), ("-1", "a regular")])
def test_without_a_reason_or_an_amount_nothing_changes(salon: Salon, amount: str, reason: str) -> None:
    visit = salon.book()
    answer = set_to(salon, visit, amount, reason=reason)
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (422, True)
    visit.refresh_from_db()
    assert visit.price == Decimal(700)


def test_a_visit_that_changed_meanwhile_or_is_cancelled_is_not_priced(salon: Salon) -> None:
    visit = salon.book()
    old = salon.edition(visit)
    set_to(salon, visit, "600")
    assert set_to(salon, visit, "500", edition=old).status_code == 409
    Booking.objects.filter(pk=visit.pk).update(status="cancelled")
    assert "Change the price" not in salon.get("visit", visit.pk).content.decode()
    assert set_to(salon, visit, "400", edition=salon.cancelled(visit)).status_code == 409
    visit.refresh_from_db()
    assert visit.price == Decimal(600)


def test_a_specialist_changes_no_price(salon: Salon) -> None:
    visit = salon.book()
    anna = signed_in(salon.colleague(Role.SPECIALIST, specialist=salon.anna))
    assert salon.get("visit-price", visit.pk, browser=anna).status_code == 403
    assert "Change the price" not in salon.get("visit", visit.pk, browser=anna).content.decode()
