"""Whoever lost the claim on a cycle commits nothing and writes nothing any more."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from bookings.models import Booking
from botbackend.outbox.claims import LeaseLost
from botbackend.outbox.models import Task
from botbackend.workshop.sandbox.google import GoogleStandIn
from sheets.cycle.lane import HANDLER
from sheets.models import SheetConflict, SheetRow
from sheets.tests.salon import SheetSalon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def salon(google: GoogleStandIn) -> SheetSalon:
    return SheetSalon(google)


def lose_claim_after_the_read(salon: SheetSalon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker takes the task over while Google answers: the stand-in does it in its thread."""

    def take_over(when: str) -> None:
        if when == "after_read":
            Task.objects.filter(handler=HANDLER).update(lease_token=F("lease_token") + 1)
            connection.close()

    monkeypatch.setattr(salon.google.staff, "meanwhile", take_over)


@pytest.mark.parametrize(
    "edit",
    [
        {"action": "clear", "range": "A2:F2"},
        {"action": "set", "cell": "C2", "value": "12:30"},
        {"action": "set", "cell": "C2", "value": "soon"},
        {"action": "set_row", "row": 3, "values": ["", "{day}", "15:00", "", "Zoya", "Манікюр"]},
        {"action": "delete_row", "row": 2},
    ],
)
def test_an_edit_is_neither_taken_nor_refused_by_who_lost_the_claim(
    salon: SheetSalon, monkeypatch: pytest.MonkeyPatch, edit: dict[str, Any]
) -> None:
    booking = salon.book("10:00")
    salon.sync()
    values = [str(value).format(day=f"{salon.day():%d.%m.%Y}") for value in edit.get("values", [])]
    salon.edit(**edit | ({"values": values} if values else {}))
    if edit["action"] == "delete_row":  # missing for a while already: this cycle would cancel
        salon.sync()
        salon.let_minutes_pass(2)
    lose_claim_after_the_read(salon, monkeypatch)
    rows, written = list(SheetRow.objects.values()), salon.google.counters["write"]
    with pytest.raises(LeaseLost):
        salon.sync()
    assert Booking.objects.get().status == Booking.Status.BOOKED
    assert Booking.objects.get().start == booking.start
    assert list(SheetRow.objects.values()) == rows
    assert not SheetConflict.objects.exists()
    assert salon.google.counters["write"] == written
