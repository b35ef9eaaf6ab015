"""Two cards of one person: nothing is lost, it can be taken back for a day, nobody is merged by half."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, transaction

from bookings.errors import BothHaveChats, ClientNotFound, MergeIsOver
from bookings.models import Booking, BookingEvent, Client, ClientEvent, ClientMerge
from bookings.operations import change_booking, edit_client, merge_clients, set_blocked, undo_merge
from bookings.operations.merging import drop_old_merges
from bookings.tests.factories import (
    STAFF,
    at,
    make_booking,
    make_client,
    make_project,
    make_service,
    make_specialist,
)
from bookings.values import VisitChange
from botbackend.outbox.models import Task
from botbackend.privacy.forget import forget_client
from dialogues.tests.factories import make_claim
from projects.models import Project

Rows = dict[str, list[dict[str, Any]]]
TRACES = (ClientEvent, ClientMerge, Task)


@pytest.fixture
def salon() -> Project:
    return make_project()


def all_rows() -> Rows:
    """Every row of ours, in clear, but for the traces of the acts and when a card was last changed."""
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("bookings", "dialogues", "ai", "sheets")
    ]
    found: Rows = {}
    for model in ours:
        if model not in TRACES:
            rows = model._base_manager.order_by("pk").values()
            found[model._meta.label] = [{**row, "changed_at": None} for row in rows]
    return found


def pair(salon: Project) -> tuple[Client, Client]:
    """One who writes to the bot, and one whom the desk wrote down; both have been here."""
    writes = make_client(salon, name="Olena", phone="", notes="likes tea")
    noted = make_client(
        salon,
        contact_id="",
        name="Олена К.",
        phone="+380501234567",
        notes="late",
        language="uk",
    )
    anna, service = make_specialist(salon), make_service(salon)
    for hour, client in (("10:00", writes), ("12:00", noted), ("14:00", noted)):
        make_booking(anna, service, at(hour), client=client)
    return writes, noted


def merge(one: Client, other: Client) -> ClientMerge:
    return merge_clients(
        project=one.project, client_ids=(one.pk, other.pk), name_of=one.pk, phone_of=other.pk, origin=STAFF
    )


@pytest.mark.django_db
@pytest.mark.parametrize("turned", [False, True])
def test_the_row_with_the_chat_stays_and_has_all_of_both(salon: Project, turned: bool) -> None:
    writes, noted = pair(salon)
    set_blocked(project=salon, client_id=noted.pk, origin=STAFF, blocked=True)
    ids = (noted.pk, writes.pk) if turned else (writes.pk, noted.pk)
    merge_clients(project=salon, client_ids=ids, name_of=writes.pk, phone_of=noted.pk, origin=STAFF)
    writes.refresh_from_db()
    noted.refresh_from_db()
    assert (writes.name, writes.phone, writes.language) == ("Olena", "+380501234567", "uk")
    assert (writes.notes, writes.is_blocked) == ("likes tea\nlate", True)
    assert writes.bookings.count() == 3
    assert (noted.name, noted.phone, noted.notes, noted.search_keys) == ("", "", "", [])
    assert noted.merged_into_id == writes.pk
    assert list(writes.events.values_list("action", flat=True)) == ["merged"]
    assert Task.objects.filter(topic="booking.changed").exists()


@pytest.mark.django_db
def test_undone_every_row_of_every_table_is_what_it_was(salon: Project) -> None:
    before_all = pair(salon)
    before = all_rows()
    done = merge(*before_all)
    assert all_rows() != before
    undo_merge(project=salon, merge_id=done.pk, origin=STAFF)
    assert all_rows() == before
    assert not ClientMerge.objects.exists()


@pytest.mark.django_db
def test_what_happened_since_is_not_undone(salon: Project) -> None:
    writes, noted = pair(salon)
    done = merge(writes, noted)
    edit_client(project=salon, client_id=writes.pk, origin=STAFF, given={"name": "Olena K."})
    later = make_booking(salon.specialists.get(), salon.services.get(), at("16:00"), client=writes)
    undo_merge(project=salon, merge_id=done.pk, origin=STAFF)
    writes.refresh_from_db()
    noted.refresh_from_db()
    assert (writes.name, writes.phone, writes.notes) == ("Olena K.", "", "likes tea")
    assert (noted.name, noted.bookings.count()) == ("Олена К.", 2)
    assert writes.bookings.filter(pk=later.pk).exists()


@pytest.mark.django_db
def test_two_chats_stay_two_clients(salon: Project) -> None:
    with pytest.raises(BothHaveChats):
        merge(make_client(salon), make_client(salon))
    assert not Client.objects.exclude(merged_into=None).exists()


@pytest.mark.django_db
def test_nobody_is_merged_with_themselves_with_a_stranger_or_twice(salon: Project) -> None:
    writes, noted = pair(salon)
    stranger = make_client(make_project(), contact_id="")
    for one, other in ((writes, writes), (writes, stranger)):
        with pytest.raises(ClientNotFound):
            merge(one, other)
    merge(writes, noted)
    with pytest.raises(ClientNotFound):
        merge(writes, noted)


@pytest.mark.django_db
def test_merges_one_upon_another_are_undone_from_the_last(salon: Project) -> None:
    writes, noted = pair(salon)
    third = make_client(salon, contact_id="", name="Third")
    before = all_rows()
    first = merge(third, noted)
    second = merge(writes, first.kept)
    with pytest.raises(MergeIsOver):
        undo_merge(project=salon, merge_id=first.pk, origin=STAFF)
    booked = make_booking(salon.specialists.get(), salon.services.get(), at("16:00"), client=noted)
    assert Booking.objects.get(pk=booked.pk).client_id == writes.pk
    BookingEvent.objects.filter(booking=booked).delete()
    booked.delete()
    for done in (second, first):
        undo_merge(project=salon, merge_id=done.pk, origin=STAFF)
    assert all_rows() == before


@pytest.mark.django_db
def test_after_a_day_it_is_for_good_and_nothing_of_it_is_kept(salon: Project) -> None:
    writes, noted = pair(salon)
    edit_client(project=salon, client_id=noted.pk, origin=STAFF, given={"notes": "later"})
    done = merge(writes, noted)
    drop_old_merges(make_claim("clock"))
    assert ClientMerge.objects.exists()
    ClientMerge.objects.update(at=done.at - timedelta(days=1, minutes=1))
    with pytest.raises(MergeIsOver):
        undo_merge(project=salon, merge_id=done.pk, origin=STAFF)
    drop_old_merges(make_claim("clock2"))
    assert not ClientMerge.objects.exists()
    assert not Client.objects.filter(pk=noted.pk).exists()
    assert writes.bookings.count() == 3
    assert set(writes.events.values_list("action", flat=True)) == {"merged", "changed"}


@pytest.mark.django_db
def test_who_is_forgotten_is_not_kept_for_an_undo(salon: Project) -> None:
    writes, noted = pair(salon)
    edit_client(project=salon, client_id=writes.pk, origin=STAFF, given={"notes": "later"})
    merge(writes, noted)
    forget_client(client=writes)
    assert not ClientMerge.objects.exists()
    assert not Client.objects.filter(pk=noted.pk).exists()
    assert {(event.before, event.after) for event in ClientEvent.objects.all()} == {(None, None)}
    assert writes.bookings.count() == 3


class Beside:
    """Runs a job in a thread and connection of its own, beside the test."""

    def __init__(self, job: Callable[[], Any]) -> None:
        self.error: BaseException | None = None
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(job,))
        self._thread.start()

    def _run(self, job: Callable[[], Any]) -> None:
        try:
            job()
        except BaseException as error:  # told by join
            self.error = error
        finally:
            connections.close_all()
            self.done.set()

    def join(self) -> None:
        self._thread.join(30)
        assert self.done.is_set()
        if self.error:
            raise self.error


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_visit_booked_while_the_merge_runs_is_that_of_the_one_who_stays(salon: Project) -> None:
    writes, noted = pair(salon)
    anna, service = salon.specialists.get(), salon.services.get()
    with transaction.atomic():
        merge(writes, noted)
        # Waits for the row of the client who is going, and finds who it is by then.
        booking = Beside(lambda: make_booking(anna, service, at("16:00"), client=noted))
        assert not booking.done.wait(0.7)
    booking.join()
    assert set(Booking.objects.values_list("client", flat=True)) == {writes.pk}
    assert Booking.objects.count() == 4


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_for_a_visit_that_is_being_changed_and_keeps_the_change(salon: Project) -> None:
    writes, noted = pair(salon)
    visit = noted.bookings.first()
    assert visit is not None
    with transaction.atomic():
        change_booking(
            project=salon, booking_id=visit.pk, origin=STAFF, change=VisitChange(note="soon"), now=at("08:00")
        )
        merging = Beside(lambda: merge(writes, noted))
        assert not merging.done.wait(0.7)
    merging.join()
    visit.refresh_from_db()
    assert (visit.client_id, visit.note) == (writes.pk, "soon")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_bookings_changes_and_merges_at_once_lose_nothing(salon: Project) -> None:
    writes, noted = pair(salon)
    anna, service = salon.specialists.get(), salon.services.get()
    ids = list(noted.bookings.values_list("pk", flat=True))
    days = [at("10:00") + timedelta(days=number) for number in range(1, 5)]

    def change(pk: int) -> None:
        for number in range(5):
            note = VisitChange(note=f"note {number}")
            change_booking(project=salon, booking_id=pk, origin=STAFF, change=note, now=at("08:00"))

    jobs = [Beside(lambda pk=pk: change(pk)) for pk in ids]  # type: ignore[misc]
    jobs += [Beside(lambda day=day: make_booking(anna, service, day, client=noted)) for day in days]  # type: ignore[misc]
    jobs.append(Beside(lambda: merge(writes, noted)))
    for job in jobs:
        job.join()
    assert set(Booking.objects.values_list("client", flat=True)) == {writes.pk}
    assert Booking.objects.count() == 3 + len(days)
    notes = [row.note for row in Booking.objects.filter(pk__in=ids)]
    assert notes == ["\n".join(f"note {number}" for number in range(5))] * len(ids)
