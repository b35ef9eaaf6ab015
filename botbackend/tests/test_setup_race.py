"""An owner edits hours while the bot books: one order, nothing half done."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bookings.engine.closures import visits_outside_hours
from bookings.errors import BookingError, DayOff_, OutsideHours
from bookings.models import Booking, Specialist, WeeklyRange
from bookings.operations import activate_booking
from bookings.operations.setup import Editor, LeaveValues, Span, Week, save_leave, set_week
from bookings.tests.factories import (
    BOT,
    MONDAY,
    NOW,
    at,
    make_client,
    make_hours,
    make_project,
    make_service,
    make_specialist,
)
from bookings.tests.test_concurrency import Race
from bookings.values import Item, VisitRequest
from botbackend.tests.test_admin_together import meanwhile
from projects.models import Project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EARLY, LATE = ("09:00", "13:00"), ("14:00", "18:00")


def book(salon: Project, anna: Specialist | None, service: int, clock: str) -> str:
    item = Item(service, anna.pk if anna else None, at(clock, MONDAY))
    request = VisitRequest(project=salon, client=make_client(salon), items=[item], origin=BOT)
    try:
        activate_booking(request=request, now=NOW)
    except BookingError as error:
        return error.code
    return "booked"


def set_hours(salon: Project, anna: Specialist, ends: tuple[str, str]) -> None:
    start, end = (int(clock[:2]) * 60 for clock in ends)
    hours = tuple(Span(day, start, end) for day in range(7))
    set_week(project=salon, specialist_id=anna.pk, week=Week(hours), editor=Editor())


@pytest.mark.parametrize("is_named", [True, False], ids=["a named specialist", "anybody"])
@pytest.mark.parametrize("change", ["hours", "leave"])
def test_a_visit_that_waited_for_a_change_is_judged_by_it(*, is_named: bool, change: str) -> None:
    salon = make_project()
    anna, service = make_specialist(salon), make_service(salon)
    make_hours(anna, 0, EARLY)
    leave = LeaveValues(anna.pk, MONDAY, MONDAY)

    def write() -> None:
        if change == "hours":
            set_hours(salon, anna, LATE)
        else:
            save_leave(project=salon, leave_id=None, values=leave, accepts=(), editor=Editor())

    asked = anna if is_named else None
    outcome = meanwhile(write, lambda: book(salon, asked, service.pk, "10:00"))
    assert outcome == (OutsideHours.code if change == "hours" else DayOff_.code)
    assert not Booking.objects.exists()


def test_a_week_that_waited_for_a_visit_sees_it() -> None:
    salon = make_project()
    anna, service = make_specialist(salon), make_service(salon)
    make_hours(anna, 0, EARLY)

    def save() -> list[int]:
        set_hours(salon, anna, LATE)
        return list(visits_outside_hours(project=salon, now=NOW).values_list("pk", flat=True))

    outcome = meanwhile(lambda: book(salon, anna, service.pk, "10:00"), save)
    assert outcome == [Booking.objects.get().pk]


def test_hours_that_change_all_the_time_are_never_seen_half() -> None:
    salon = make_project()
    anna, service = make_specialist(salon), make_service(salon)
    make_hours(anna, 0, EARLY)
    outcomes: list[str] = []

    def edit() -> None:
        for number in range(20):
            set_hours(salon, anna, (LATE, EARLY)[number % 2])

    def ask(clock: str) -> Callable[[], None]:
        def several() -> None:
            for _ in range(20):
                outcomes.append(book(salon, anna, service.pk, clock))

        return several

    jobs = [edit, ask("09:30"), ask("11:00"), ask("14:00"), ask("16:30")]
    assert Race().run(jobs) == {"done": len(jobs)}
    assert set(outcomes) <= {"booked", "outside_hours", "slot_taken"}
    assert Booking.objects.count() == outcomes.count("booked")
    assert WeeklyRange.objects.filter(specialist=anna).count() == 7
    rows = Booking.objects.order_by("start")
    assert all(one.end <= two.start for one, two in pairwise(rows))
