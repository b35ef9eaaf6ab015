"""A visit that was written down for the wrong person becomes the right one's, and nobody's cancellation."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from bookings.errors import BookingNotFound, ClientBlocked, ClientNotFound, InvalidRequest, WrongStatus
from bookings.models import Booking, BookingEvent, Client
from bookings.operations import (
    activate_booking,
    cancel_visit,
    edition_of,
    finish_visit,
    give_visit,
    giving,
    hold_slots,
    merge_clients,
    note_told,
    with_told,
)
from bookings.selectors import active_visits
from bookings.stats import booking_figures
from bookings.tests.factories import (
    BOT,
    STAFF,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.tests.test_concurrency import Race
from bookings.values import Item, VisitRequest
from botbackend.outbox.models import Task

pytestmark = pytest.mark.django_db


def make_visit(**over: object) -> list[Booking]:
    """A haircut and a colour with one specialist, three days from now."""
    project = make_project()
    anna = make_specialist(project, "Anna")
    services = [make_service(project, name) for name in ("Haircut", "Colour")]
    start = (timezone.now() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    items = [Item(one.pk, anna.pk, start + timedelta(hours=at)) for at, one in enumerate(services)]
    client = make_client(project, name="Innocent")
    request = VisitRequest(project=project, client=client, items=items, origin=STAFF, note="hard gel", **over)  # type: ignore[arg-type]
    return activate_booking(request=request)


def give(rows: list[Booking], client: Client, **over: object) -> list[Booking]:
    values = {"origin": STAFF, "shown": edition_of(rows)} | over
    return give_visit(
        project=rows[0].project,
        booking_ids=[row.pk for row in rows],
        client=client,
        **values,  # type: ignore[arg-type]
    )


def test_the_visit_is_the_other_clients_with_all_that_it_is_and_the_other_parts_hear_of_it() -> None:
    rows = make_visit()
    hers = make_client(rows[0].project, name="Right one")
    Task.objects.all().delete()
    given = give(rows, hers)
    now = list(Booking.objects.order_by("start"))
    assert [row.client for row in now] == [hers, hers]
    assert [(row.pk, row.start, row.status, row.note, row.price) for row in now] == [
        (row.pk, row.start, row.status, row.note, row.price) for row in rows
    ]
    assert [row.client_id for row in given] == [hers.pk, hers.pk]
    assert active_visits(client=hers) != []
    assert active_visits(client=rows[0].client) == []
    assert set(Task.objects.filter(topic="booking.changed").values_list("key", flat=True)) == {
        str(row.pk) for row in rows
    }


def test_the_history_has_both_clients_and_who_did_it() -> None:
    rows = make_visit()
    hers = make_client(rows[0].project, name="Right one")
    give(rows, hers)
    lines = BookingEvent.objects.filter(action="given")
    assert lines.count() == 2
    for line in lines:
        assert line.before is not None
        assert line.after is not None
        assert (line.before["client_id"], line.after["client_id"]) == (rows[0].client_id, hers.pk)
        assert line.actor == STAFF.actor


def test_nobody_counts_as_having_cancelled_or_booked() -> None:
    rows = make_visit()
    hour = timedelta(hours=1)
    period: dict[str, Any] = {"start": timezone.now() - hour, "end": timezone.now() + hour}
    before = booking_figures(project=rows[0].project, **period)
    give(rows, make_client(rows[0].project, name="Right one"))
    assert booking_figures(project=rows[0].project, **period) == before


def test_services_that_were_cancelled_go_along() -> None:
    rows = make_visit()
    cancel_visit(project=rows[0].project, booking_ids=[rows[1].pk], origin=STAFF)
    hers = make_client(rows[0].project, name="Right one")
    give([Booking.objects.get(pk=rows[0].pk)], hers)
    assert not Booking.objects.exclude(client=hers).exists()


@pytest.mark.parametrize("status", [Booking.Status.NO_SHOW, Booking.Status.COMPLETED])
def test_what_is_over_is_corrected_too(status: Booking.Status) -> None:
    rows = make_visit()
    finish_visit(project=rows[0].project, booking_ids=[row.pk for row in rows], status=status, origin=STAFF)
    hers = make_client(rows[0].project, name="Right one")
    give(list(Booking.objects.all()), hers)
    assert set(Booking.objects.values_list("client", "status")) == {(hers.pk, status)}


def test_a_cancelled_visit_and_a_hold_stay_whose_they_are() -> None:
    rows = make_visit()
    hers = make_client(rows[0].project, name="Right one")
    cancel_visit(project=rows[0].project, booking_ids=[row.pk for row in rows], origin=STAFF)
    with pytest.raises(WrongStatus):
        give(list(Booking.objects.all()), hers)
    items = [Item(rows[0].service_id, rows[0].specialist_id, rows[0].start + timedelta(hours=4))]
    request = VisitRequest(project=rows[0].project, client=rows[0].client, items=items, origin=BOT)
    held = hold_slots(request=request, until=timezone.now() + timedelta(minutes=10))
    with pytest.raises(WrongStatus):
        give(held, hers)


def test_a_blocked_client_gets_no_visit_and_neither_does_anybody_of_another_salon() -> None:
    rows = make_visit()
    blocked = make_client(rows[0].project, name="Blocked", is_blocked=True)
    with pytest.raises(ClientBlocked):
        give(rows, blocked)
    with pytest.raises(ClientNotFound):
        give(rows, make_client(make_project(), name="Elsewhere"))
    with pytest.raises(BookingNotFound):
        give_visit(project=make_project(), booking_ids=[row.pk for row in rows], client=blocked, origin=STAFF)
    assert set(Booking.objects.values_list("client__name", flat=True)) == {"Innocent"}


def test_only_staff_give_and_of_another_edition_nothing_is_given() -> None:
    rows = make_visit()
    hers = make_client(rows[0].project, name="Right one")
    with pytest.raises(InvalidRequest):
        give(rows, hers, origin=BOT)
    shown = edition_of(rows)
    give(rows, make_client(rows[0].project, name="Somebody"))
    with pytest.raises(WrongStatus):
        give(rows, hers, shown=shown)
    assert set(Booking.objects.values_list("client__name", flat=True)) == {"Somebody"}


def test_whose_it_is_already_leaves_no_trace() -> None:
    rows = make_visit()
    give(rows, rows[0].client)
    assert not BookingEvent.objects.filter(action="given").exists()
    assert edition_of(Booking.objects.all()) == edition_of(rows)


def test_who_gets_a_visit_was_not_told_that_its_time_does_not_hold() -> None:
    rows = make_visit()
    note_told(project=rows[0].project, booking_ids=[row.pk for row in rows], origin=STAFF)
    give(rows, make_client(rows[0].project, name="Right one"))
    assert [row.told_at for row in with_told(Booking.objects.all())] == [None, None]  # type: ignore[attr-defined]


def test_one_who_turned_out_to_be_another_is_not_there() -> None:
    rows = make_visit()
    project = rows[0].project
    hers, same = (make_client(project, name="Right one", contact_id="") for _ in range(2))
    merge_clients(
        project=project, client_ids=(hers.pk, same.pk), name_of=hers.pk, phone_of=hers.pk, origin=STAFF
    )
    gone = Client.objects.exclude(merged_into=None).get()
    with pytest.raises(ClientNotFound):
        give(rows, gone)


@pytest.mark.django_db(transaction=True)
def test_two_visits_that_trade_clients_at_once_do_not_lock_each_other_out() -> None:
    first = make_visit()
    project, one = first[0].project, first[0].client
    other = make_client(project, name="Other")
    items = [Item(first[0].service_id, first[0].specialist_id, first[0].start + timedelta(days=1))]
    request = VisitRequest(project=project, client=other, items=items, origin=STAFF)
    second = activate_booking(request=request)
    race = Race()
    assert race.run([lambda: give(first, other), lambda: give(second, one)]) == {"done": 2}
    found = Booking.objects.order_by("pk").values_list("client", flat=True)
    assert list(found) == [other.pk, other.pk, one.pk]


def test_a_visit_that_was_given_to_somebody_else_before_its_clients_were_locked_is_not_taken_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = make_visit()
    first, second = (make_client(rows[0].project, name=name) for name in ("First", "Second"))
    lock = giving._take_clients

    def outrun(*who: Any) -> None:
        Booking.objects.filter(pk__in=[row.pk for row in rows]).update(client=first)
        lock(*who)

    monkeypatch.setattr(giving, "_take_clients", outrun)
    with pytest.raises(WrongStatus), transaction.atomic():
        give(rows, second, shown="")
    assert not BookingEvent.objects.filter(action="given").exists()
