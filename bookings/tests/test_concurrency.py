"""Two clients, one slot, the same instant: real threads, real connections, real PostgreSQL.

The first test takes lock and constraint away and must see double bookings; without it the others
would prove nothing.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.db import connection, connections

from bookings import queries
from bookings.errors import BookingError, SlotTaken
from bookings.models import Booking, Client, Service, Specialist
from bookings.operations import (
    Item,
    activate_booking,
    activate_visits,
    change_booking,
    hold_slots,
    hold_visits,
)
from bookings.tests.factories import (
    MONDAY,
    NOW,
    STAFF,
    at,
    make_booking,
    make_client,
    make_project,
    make_resource,
    make_service,
    make_specialist,
)
from bookings.values import VisitChange, VisitRequest
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 8
SLOTS = 100


class Race:
    """Runs jobs at the same moment, each in its own thread and connection; unforeseen errors surface."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []
        self.errors: list[BaseException] = []

    def run(self, jobs: Sequence[Callable[[], object]]) -> Counter[str]:
        gate = threading.Barrier(len(jobs))
        threads = [threading.Thread(target=self._one, args=(job, gate)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.errors:
            raise self.errors[0]
        return Counter(self.outcomes)

    def _one(self, job: Callable[[], object], gate: threading.Barrier) -> None:
        try:
            gate.wait()
            job()
            self.outcomes.append("done")
        except BookingError as error:
            self.outcomes.append(error.code)
        except BaseException as error:  # told by the main thread
            self.errors.append(error)
        finally:
            connections.close_all()


def starts(count: int) -> list[datetime]:
    """Whole hours from Monday on, ten a day."""
    return [
        at("09:00", MONDAY + timedelta(days=index // 10)) + timedelta(hours=index % 10)
        for index in range(count)
    ]


def book(project: Project, client: Client, service: Service, who: Specialist | None, start: datetime) -> None:
    activate_booking(
        request=VisitRequest(
            project=project,
            client=client,
            items=[Item(service.pk, who.pk if who else None, start)],
            origin=STAFF,
        ),
        now=NOW,
    )


def overlaps() -> int:
    """How many pairs of neighbours of one specialist overlap."""
    rows = Booking.objects.filter(status__in=["booked", "held"]).order_by("specialist", "busy_from")
    return sum(
        left.specialist_id == right.specialist_id and left.busy_until > right.busy_from
        for left, right in pairwise(rows)
    )


def deadlocks() -> int:
    """How many the server has had to break in this database; a broken one would look like a taken slot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def everybody_wants_every_slot(project: Project, service: Service, anna: Specialist) -> Counter[str]:
    """Eight clients go through a hundred slots, each time all at once."""
    clients = [make_client(project) for _ in range(THREADS)]
    race, gate = Race(), threading.Barrier(THREADS)

    def go(client: Client) -> Callable[[], None]:
        def all_slots() -> None:
            for start in starts(SLOTS):
                gate.wait()
                try:
                    book(project, client, service, anna, start)
                    race.outcomes.append("booked")
                except SlotTaken as error:
                    race.outcomes.append("slot_taken" if error.alternatives else "nothing offered instead")

        return all_slots

    return race.run([go(client) for client in clients])


@pytest.fixture
def no_constraint() -> Iterator[None]:
    """The table without its law; put back afterwards."""
    constraint = next(one for one in Booking._meta.constraints if one.name == "booking_no_overlap")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Booking, constraint)
    yield
    Booking.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Booking, constraint)


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement that locks the specialists, without what locks."""
    lock = " FOR NO KEY UPDATE"
    for name in ("LOCK_SPECIALISTS", "LOCK_AND_RULES"):
        statement = getattr(queries, name)
        assert lock in statement
        monkeypatch.setattr(queries, name, statement.replace(lock, ""))


@pytest.mark.usefixtures("no_constraint", "no_lock")
def test_without_lock_and_constraint_slots_are_double_booked() -> None:
    project = make_project()

    outcomes = everybody_wants_every_slot(project, make_service(project), make_specialist(project))

    assert outcomes["booked"] > SLOTS
    assert overlaps() > 0


def test_eight_clients_get_a_hundred_slots_exactly_once() -> None:
    project = make_project()

    outcomes = everybody_wants_every_slot(project, make_service(project), make_specialist(project))

    assert (outcomes["booked"], outcomes["slot_taken"]) == (SLOTS, SLOTS * (THREADS - 1))
    assert overlaps() == 0


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_the_constraint_alone_still_lets_one_through() -> None:
    project = make_project()

    outcomes = everybody_wants_every_slot(project, make_service(project), make_specialist(project))

    assert outcomes["booked"] <= SLOTS
    assert outcomes["booked"] + outcomes["slot_taken"] == SLOTS * THREADS
    assert overlaps() == 0


def test_overlapping_visits_with_different_starts_are_one_visit_and_refusals() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project, duration_minutes=90)
    client = make_client(project)
    for hour in starts(50)[::3]:  # all wishes of a round meet, no two rounds do
        wishes = [hour + timedelta(minutes=10 * step) for step in range(THREADS)]
        outcomes = Race().run([partial(book, project, client, cut, anna, wish) for wish in wishes])
        assert outcomes == {"done": 1, "slot_taken": THREADS - 1}
    assert overlaps() == 0


def test_three_clients_for_any_of_two_get_two_specialists_and_one_refusal() -> None:
    project = make_project()
    make_specialist(project), make_specialist(project)
    cut, clients = make_service(project), [make_client(project) for _ in range(3)]
    for start in starts(20):
        outcomes = Race().run([partial(book, project, one, cut, None, start) for one in clients])
        assert outcomes == {"done": 2, "slot_taken": 1}
        assert Booking.objects.filter(start=start).values("specialist").distinct().count() == 2


def test_visits_of_several_services_in_opposite_order_never_deadlock() -> None:
    project = make_project()
    anna, bohdan = make_specialist(project), make_specialist(project)
    cut, client = make_service(project), make_client(project)

    def visit(first: Specialist, second: Specialist, start: datetime) -> Callable[[], None]:
        def go() -> None:
            hour = timedelta(hours=1)
            items = [Item(cut.pk, first.pk, start), Item(cut.pk, second.pk, start + hour)]
            activate_booking(
                request=VisitRequest(project=project, client=client, items=items, origin=STAFF), now=NOW
            )

        return go

    before = deadlocks()
    for start in starts(20)[::2]:
        jobs = [visit(anna, bohdan, start), visit(bohdan, anna, start)] * (THREADS // 2)
        assert Race().run(jobs) == {"done": 2, "slot_taken": THREADS - 2}  # one of each kind fits
    assert (overlaps(), deadlocks()) == (0, before)
    visits = Counter(Booking.objects.values_list("visit_id", flat=True))
    assert set(visits.values()) == {2}


def test_a_change_and_a_new_visit_cannot_both_have_the_slot() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    client = make_client(project)
    for index, start in enumerate(starts(20)):
        old = make_booking(anna, cut, start + timedelta(days=20), client=client, now=NOW)
        jobs: list[Callable[[], object]] = [
            partial(
                change_booking,
                project=project,
                booking_id=old.pk,
                origin=STAFF,
                now=NOW,
                change=VisitChange(start=start),
            ),
            partial(book, project, client, cut, anna, start),
        ]
        random.Random(index).shuffle(jobs)
        assert Race().run(jobs) == {"done": 1, "slot_taken": 1}
        old.refresh_from_db()
        assert old.start in (start, start + timedelta(days=20))
    assert overlaps() == 0


def test_a_hold_and_a_new_visit_cannot_both_have_the_slot() -> None:
    project = make_project()
    anna, cut = make_specialist(project), make_service(project)
    client = make_client(project)
    for start in starts(20):
        item = Item(cut.pk, anna.pk, start)
        jobs: list[Callable[[], object]] = [
            partial(
                hold_slots,
                request=VisitRequest(project=project, client=client, items=[item], origin=STAFF),
                until=NOW + timedelta(minutes=10),
                now=NOW,
            ),
            partial(book, project, client, cut, anna, start),
        ]
        assert Race().run(jobs) == {"done": 1, "slot_taken": 1}
    assert overlaps() == 0


def test_two_specialists_cannot_both_take_the_only_room() -> None:
    project = make_project()
    make_resource(project, "solarium")
    people = [make_specialist(project) for _ in range(4)]
    tan, client = make_service(project, resource_kind="solarium"), make_client(project)
    for start in starts(10):
        outcomes = Race().run([partial(book, project, client, tan, one, start) for one in people])
        assert outcomes == {"done": 1, "slot_taken": 3}


def test_parallel_repeats_of_one_request_make_one_visit() -> None:
    project = make_project()
    anna, cut, client = make_specialist(project), make_service(project), make_client(project)
    found: list[int] = []

    def once() -> None:
        (booking,) = activate_booking(
            request=VisitRequest(
                project=project,
                client=client,
                items=[Item(cut.pk, anna.pk, datetime(2026, 11, 23, 10, tzinfo=UTC))],
                origin=STAFF,
                idempotency_key="turn 7, operation 0",
            ),
            now=NOW,
        )
        found.append(booking.pk)

    assert Race().run([once] * THREADS) == {"done": THREADS}
    assert len(set(found)) == 1
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("is_hold", [True, False], ids=["held", "booked"])
def test_of_two_cards_that_cross_one_gets_all_of_it_and_the_other_nothing(*, is_hold: bool) -> None:
    project = make_project()
    service = make_service(project)
    anna, maria = make_specialist(project), make_specialist(project)
    places = [(anna, at("10:00")), (maria, at("10:00") + timedelta(weeks=3))]

    def ask(client: Client, wished: Sequence[tuple[Specialist, datetime]]) -> None:
        requests = [
            VisitRequest(
                project=project, client=client, items=[Item(service.pk, who.pk, start)], origin=STAFF
            )
            for who, start in wished
        ]
        if is_hold:
            hold_visits(requests=requests, until=NOW + timedelta(minutes=10), now=NOW)
        else:
            activate_visits(requests=requests, now=NOW)

    for _ in range(10):
        one, other = make_client(project), make_client(project)
        jobs = [partial(ask, one, places), partial(ask, other, places[::-1])]

        assert Race().run(jobs) == Counter({"done": 1, "slot_taken": 1})

        taken = Booking.objects.filter(client__in=[one, other])
        assert taken.count() == 2
        assert len(set(taken.values_list("client", flat=True))) == 1
        taken.delete()
