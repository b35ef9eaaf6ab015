"""What a salon sets up is stored whole or not at all, and never over somebody else's change."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from bookings.errors import ChangedMeanwhile, InvalidRequest, RowNotFound, VisitsInTheWay
from bookings.models import (
    BookingRules,
    DateOverride,
    DayOff,
    Offering,
    Resource,
    Service,
    Specialist,
    WeeklyBreak,
    WeeklyRange,
)
from bookings.operations.setup import (
    CellValues,
    Editor,
    LeaveValues,
    OverrideValues,
    RoomValues,
    SalonWeek,
    ServiceValues,
    Span,
    SpecialistValues,
    Week,
    remove_leave,
    remove_override,
    reorder,
    save_leave,
    save_override,
    save_room,
    save_service,
    save_specialist,
    set_cell,
    set_does_every_service,
    set_in_use,
    set_salon_week,
    set_week,
)
from bookings.operations.setup.catalogue import entry_shown, order_shown
from bookings.operations.setup.hours import week_shown
from bookings.tests.factories import (
    MONDAY,
    at,
    make_booking,
    make_hours,
    make_offering,
    make_override,
    make_project,
    make_service,
    make_specialist,
)
from botbackend.outbox.models import Task
from projects.models import Project
from projects.seen import digest
from projects.tests.factories import make_staff

pytestmark = pytest.mark.django_db
ANYBODY = Editor()
NINE, NOON, SIX, MIDNIGHT = 9 * 60, 12 * 60, 18 * 60, 24 * 60


@pytest.fixture
def salon() -> Project:
    return make_project()


@pytest.fixture
def anna(salon: Project) -> Specialist:
    return make_specialist(salon, "Anna")


def hours_of(specialist: Specialist) -> list[tuple[int, int, int]]:
    rows = WeeklyRange.objects.filter(specialist=specialist).order_by("weekday", "start_minute")
    return list(rows.values_list("weekday", "start_minute", "end_minute"))


def mistakes(save: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidRequest) as refused:
        save()
    return refused.value.fields


def test_a_week_is_replaced_whole_up_to_midnight(salon: Project, anna: Specialist) -> None:
    make_hours(anna, 0, ("09:00", "12:00"))
    user = make_staff()
    week = Week((Span(1, NINE, NOON), Span(1, NOON, MIDNIGHT - 1)), (Span(1, 600, 615),))
    set_week(project=salon, specialist_id=anna.pk, week=week, editor=Editor(user_id=user.pk))
    anna.refresh_from_db()
    assert anna.has_own_hours
    assert hours_of(anna) == [(1, NINE, NOON), (1, NOON, MIDNIGHT)]
    assert WeeklyBreak.objects.get().specialist == anna
    assert LogEntry.objects.get(user=user).object_id == str(anna.pk)


def test_own_hours_wait_aside_while_those_of_the_salon_hold(salon: Project, anna: Specialist) -> None:
    make_hours(anna, 0, ("09:00", "12:00"))
    set_week(project=salon, specialist_id=anna.pk, week=Week(None), editor=ANYBODY)
    anna.refresh_from_db()
    assert (anna.has_own_hours, hours_of(anna)) == (False, [(0, NINE, NOON)])


def test_all_mistakes_of_a_week_are_said_at_once_and_nothing_is_stored(
    salon: Project, anna: Specialist
) -> None:
    make_hours(anna, 0, ("09:00", "12:00"))
    hours = (
        Span(0, NOON, NINE, "a"),
        Span(2, NINE, SIX, "b"),
        Span(2, 600, 660, "c"),
        Span(2, 700, 720, "d"),
    )
    week = Week(hours, (Span(3, 600, 660, "e"), Span(3, 630, 640, "f"), Span(4, 0, 1441, "g")))
    said = mistakes(lambda: set_week(project=salon, specialist_id=anna.pk, week=week, editor=ANYBODY))
    assert sorted(said) == ["a", "c", "d", "f", "g"]
    assert hours_of(anna) == [(0, NINE, NOON)]


def test_who_saves_over_a_change_is_told_and_may_save_again(salon: Project, anna: Specialist) -> None:
    seen = digest(week_shown(anna))
    make_hours(anna, 0, ("09:00", "12:00"))
    week = Week((Span(1, NINE, NOON),))
    with pytest.raises(ChangedMeanwhile):
        set_week(project=salon, specialist_id=anna.pk, week=week, editor=Editor(seen=seen))
    assert hours_of(anna) == [(0, NINE, NOON)]
    anna.refresh_from_db()
    again = Editor(seen=digest(week_shown(anna)))
    set_week(project=salon, specialist_id=anna.pk, week=week, editor=again)
    assert hours_of(anna) == [(1, NINE, NOON)]


def test_the_salon_is_closed_on_a_weekday_by_a_break_of_the_whole_day(salon: Project) -> None:
    week = SalonWeek((NINE, 1439), (Span(6, 0, MIDNIGHT),))
    set_salon_week(project=salon, week=week, editor=ANYBODY)
    rules = BookingRules.objects.get(project=salon)
    assert (rules.work_start_minute, rules.work_end_minute) == (NINE, MIDNIGHT)
    assert WeeklyBreak.objects.get(specialist=None).weekday == 6
    said = mistakes(lambda: set_salon_week(project=salon, week=SalonWeek((600, 540)), editor=ANYBODY))
    assert list(said) == ["opening"]


def test_leave_asks_about_visits_that_nobody_has_seen_yet(salon: Project, anna: Specialist) -> None:
    cut = make_service(salon)
    one = make_booking(anna, cut, soon("10:00"))
    make_booking(make_specialist(salon), cut, soon("10:00"))
    day = soon("10:00").date()
    values = LeaveValues(anna.pk, day, day, "  sea ")

    def save(*accepts: int) -> DayOff:
        return save_leave(project=salon, leave_id=None, values=values, accepts=accepts, editor=ANYBODY)

    with pytest.raises(VisitsInTheWay) as asked:
        save()
    assert asked.value.booking_ids == [one.pk]
    assert not DayOff.objects.exists()
    two = make_booking(anna, cut, soon("12:00"))
    with pytest.raises(VisitsInTheWay) as asked:
        save(one.pk)
    assert asked.value.booking_ids == [one.pk, two.pk]
    assert save(one.pk, two.pk).reason == "sea"


def soon(clock: str) -> Any:
    """A moment of a day some weeks ahead of the real now: what is over is in nobody's way."""
    return at(clock, timezone.now().date() + timedelta(days=21))


def test_leave_is_refused_by_its_fields_and_changed_and_taken_back(salon: Project) -> None:
    values = LeaveValues(None, MONDAY, MONDAY - timedelta(days=1))
    said = mistakes(
        lambda: save_leave(project=salon, leave_id=None, values=values, accepts=(), editor=ANYBODY)
    )
    assert list(said) == ["date_to"]
    good = LeaveValues(None, MONDAY, MONDAY)
    row = save_leave(project=salon, leave_id=None, values=good, accepts=(), editor=ANYBODY)
    longer = LeaveValues(None, MONDAY, MONDAY + timedelta(days=3))
    stale = Editor(seen="stale")
    with pytest.raises(ChangedMeanwhile):
        save_leave(project=salon, leave_id=row.pk, values=longer, accepts=(), editor=stale)
    save_leave(project=salon, leave_id=row.pk, values=longer, accepts=(), editor=ANYBODY)
    assert DayOff.objects.get().date_to == MONDAY + timedelta(days=3)
    remove_leave(project=salon, leave_id=row.pk, editor=ANYBODY)
    assert not DayOff.objects.exists()


def test_another_salons_rows_are_not_there(salon: Project) -> None:
    other = make_specialist(make_project())
    values = LeaveValues(other.pk, MONDAY, MONDAY)
    with pytest.raises(RowNotFound):
        save_leave(project=salon, leave_id=None, values=values, accepts=(), editor=ANYBODY)
    with pytest.raises(RowNotFound):
        set_week(project=salon, specialist_id=other.pk, week=Week(None), editor=ANYBODY)


def test_a_short_day_asks_about_the_visits_that_it_cuts_off(salon: Project, anna: Specialist) -> None:
    cut = make_service(salon)
    make_booking(anna, cut, soon("10:00"))
    late = make_booking(anna, cut, soon("15:00"))
    day = soon("10:00").date()
    short = OverrideValues(None, day, ((NINE, 14 * 60),))
    with pytest.raises(VisitsInTheWay) as asked:
        save_override(project=salon, override_id=None, values=short, accepts=(), editor=ANYBODY)
    assert asked.value.booking_ids == [late.pk]
    own = OverrideValues(anna.pk, day, ((NINE, SIX),))
    save_override(project=salon, override_id=None, values=own, accepts=(), editor=ANYBODY)
    save_override(
        project=salon, override_id=None, values=short, accepts=(), editor=ANYBODY
    )  # hers is her own
    assert DateOverride.objects.count() == 2


def test_a_date_has_other_hours_once_and_they_stand_in_order(salon: Project) -> None:
    make_override(salon, MONDAY, ("09:00", "12:00"))
    twice = OverrideValues(None, MONDAY, ((600, 540), (NINE, SIX)), ("a", "b"))
    said = mistakes(
        lambda: save_override(project=salon, override_id=None, values=twice, accepts=(), editor=ANYBODY)
    )
    assert sorted(said) == ["a", "date"]
    unsorted = OverrideValues(None, MONDAY + timedelta(days=1), ((NOON, SIX), (NINE, NOON)))
    row = save_override(project=salon, override_id=None, values=unsorted, accepts=(), editor=ANYBODY)
    assert row.ranges == [[NINE, NOON], [NOON, SIX]]


def test_an_extra_day_is_taken_back_only_when_its_visits_were_seen(salon: Project, anna: Specialist) -> None:
    make_hours(anna, (soon("10:00").weekday() + 1) % 7, ("09:00", "18:00"))
    day = soon("10:00").date()
    row = make_override(salon, day, ("09:00", "18:00"), specialist=anna)
    visit = make_booking(anna, make_service(salon), soon("10:00"))
    with pytest.raises(VisitsInTheWay) as asked:
        remove_override(project=salon, override_id=row.pk, accepts=(), editor=ANYBODY)
    assert (asked.value.booking_ids, DateOverride.objects.count()) == ([visit.pk], 1)
    remove_override(project=salon, override_id=row.pk, accepts=[visit.pk], editor=ANYBODY)
    assert not DateOverride.objects.exists()


def test_a_new_service_stands_last_and_says_all_mistakes_at_once(salon: Project) -> None:
    make_service(salon, "Cut", position=4)
    row = save_service(project=salon, service_id=None, values=ServiceValues("Colour", 90), editor=ANYBODY)
    assert row.position == 5
    wrong = ServiceValues("cut", 45, price_from=True, gap_minutes=60, buffer_before=10_000)
    said = mistakes(lambda: save_service(project=salon, service_id=None, values=wrong, editor=ANYBODY))
    assert sorted(said) == ["buffer_before", "duration_minutes", "gap_minutes", "name", "price"]


def test_a_renamed_specialist_has_the_mirror_follow(salon: Project, anna: Specialist) -> None:
    seen = digest(entry_shown(anna))
    values = SpecialistValues("Hanna", {"en": "Ann"})
    save_specialist(project=salon, specialist_id=anna.pk, values=values, editor=Editor(seen=seen))
    assert Task.objects.filter(topic="project.changed", project=salon).exists()
    with pytest.raises(ChangedMeanwhile):
        save_specialist(project=salon, specialist_id=anna.pk, values=values, editor=Editor(seen=seen))


def test_what_comes_back_has_to_go_with_the_rest(salon: Project) -> None:
    row = make_service(salon, "Odd", duration_minutes=45, is_active=False)
    said = mistakes(lambda: set_in_use(project=salon, model=Service, pk=row.pk, in_use=True, editor=ANYBODY))
    assert list(said) == ["duration_minutes"]
    Service.objects.filter(pk=row.pk).update(duration_minutes=60)
    assert set_in_use(project=salon, model=Service, pk=row.pk, in_use=True, editor=ANYBODY).is_active


def test_an_order_is_kept_and_one_of_before_is_told(salon: Project) -> None:
    rows = [make_specialist(salon, name, position=at) for at, name in enumerate("ABC")]
    seen = digest(order_shown(rows))
    wanted = [rows[2].pk, rows[0].pk, rows[1].pk]
    reorder(project=salon, model=Specialist, order=wanted, editor=Editor(seen=seen))
    assert list(Specialist.objects.filter(project=salon).values_list("pk", flat=True)) == wanted
    with pytest.raises(ChangedMeanwhile):
        reorder(project=salon, model=Specialist, order=wanted[::-1], editor=Editor(seen=seen))


def test_one_who_did_everything_goes_on_with_the_rest(salon: Project, anna: Specialist) -> None:
    cut, colour, old = make_service(salon), make_service(salon), make_service(salon, is_active=False)
    values = CellValues(does=False)
    set_cell(project=salon, specialist_id=anna.pk, service_id=cut.pk, values=values, editor=ANYBODY)
    anna.refresh_from_db()
    assert not anna.does_every_service
    assert set(Offering.objects.values_list("service", flat=True)) == {colour.pk, old.pk}
    set_does_every_service(project=salon, specialist_id=anna.pk, every=True, editor=ANYBODY)
    assert not Offering.objects.exists()


def test_a_cell_holds_what_differs_and_keeps_its_buffers(salon: Project, anna: Specialist) -> None:
    cut = make_service(salon)
    own = make_offering(anna, cut, buffer_after=15)

    def save(values: CellValues, seen: str | None = None) -> None:
        editor = Editor(seen=seen)
        set_cell(project=salon, specialist_id=anna.pk, service_id=cut.pk, values=values, editor=editor)

    save(CellValues(True, 90, Decimal(800), True, Decimal(900)))
    own.refresh_from_db()
    assert (own.duration_minutes, own.price, own.price_to) == (90, Decimal(800), Decimal(900))
    assert own.buffer_after == 15
    said = mistakes(lambda: save(CellValues(True, 2000, None, True)))
    assert sorted(said) == ["duration_minutes", "price"]
    with pytest.raises(ChangedMeanwhile):
        save(CellValues(True), seen="stale")
    Offering.objects.update(buffer_after=None)
    save(CellValues(True))
    assert not Offering.objects.exists()  # of one who does everything it says nothing


def test_a_room_takes_the_spelling_of_its_kind(salon: Project) -> None:
    save_room(project=salon, room_id=None, values=RoomValues("One", "chair"), editor=ANYBODY)
    row = save_room(project=salon, room_id=None, values=RoomValues("Two", "Chair"), editor=ANYBODY)
    assert (row.kind, Resource.objects.count()) == ("chair", 2)
