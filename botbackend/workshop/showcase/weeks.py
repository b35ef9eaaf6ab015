"""Fills the days around today with visits of invented people; days that have visits stay as they are."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from bookings.engine.slots import find_slots
from bookings.errors import BookingError, NotOffered
from bookings.models import Booking, Client, DayOff, Service, Specialist
from bookings.operations import activate_booking, complete_booking, mark_no_show, reject_booking
from bookings.operations.clients import get_or_create_client
from bookings.values import Item, Origin, Slot, VisitRequest
from projects.models import Project

DAYS_BEFORE = DAYS_AHEAD = 14
BUSY = 0.65  # of the visits that would fit
NO_SHOWS, CANCELLED = 0.04, 0.05
LONGEST_AHEAD = 10 * 24  # hours between the call and the earliest day that it could be of
LEAVE_IN = 9  # days from today
NAMES = (
    "Олена Ткаченко", "Ірина Бойко", "Наталія Кравчук", "Світлана Мельник", "Юлія Поліщук", "Тетяна Лисенко",
    "Катерина Савченко", "Марина Шевчук", "Вікторія Руденко", "Дарина Гончар", "Софія Марченко",
    "Аліна Петренко", "Оксана Романюк", "Людмила Захарченко", "Андрій Дяченко", "Максим Коваленко",
    "Anna Nowak", "Emma Wilson", "Ольга Левченко", "Яна Сидоренко", "Христина Панчук", "Галина Мороз",
    "Денис Яременко", "Лілія Федорчук", "Зоряна Климчук", "Богдана Стець",
)  # fmt: skip
NOTES = ("Алергія на акрил", "Просить каву без цукру", "Прийде з дитиною", "Любить короткі нігті")
_SOURCES = (Booking.Source.BOT, Booking.Source.BOT, Booking.Source.BOT, Booking.Source.ADMIN)


@dataclass(frozen=True)
class Made:
    """How many visits there are now that were not there before."""

    visits: int
    clients: int


def fill_weeks(*, salon: Project, now: datetime | None = None) -> Made:
    """Give the salon two weeks behind it and two before it."""
    moment = now or timezone.now()
    today = moment.astimezone(ZoneInfo(salon.timezone)).date()
    people = _people(salon)
    made = 0
    for specialist in Specialist.objects.filter(project=salon, is_active=True):
        for offset in range(-DAYS_BEFORE, DAYS_AHEAD + 1):
            made += _fill_day(salon, specialist, today + timedelta(days=offset), people, moment)
    _one_leave(salon, today)
    return Made(made, len(people))


def _people(salon: Project) -> list[Client]:
    return [
        get_or_create_client(project=salon, name=name, phone=f"+38050{1110000 + 137 * number}")
        for number, name in enumerate(NAMES)
    ]


def _fill_day(salon: Project, specialist: Specialist, day: date, people: list[Client], now: datetime) -> int:
    zone = ZoneInfo(salon.timezone)
    begins = datetime.combine(day, datetime.min.time(), zone)
    that_day = Booking.objects.filter(specialist=specialist, start__gte=begins)
    if that_day.filter(start__lt=begins + timedelta(days=1)).exists():
        return 0
    dice = random.Random(f"{salon.slug} {specialist.name} {day}")  # noqa: S311 - the same day every time
    asked_at = min(now, begins - timedelta(days=3))
    made = 0
    for slot in _chosen(salon, specialist, day, dice, asked_at):
        made += _book(salon, slot, dice, people, asked_at, now)
    return made


def _chosen(
    salon: Project, specialist: Specialist, day: date, dice: random.Random, asked_at: datetime
) -> Iterator[Slot]:
    """Yield starts one after the other, some left free."""
    free = list(_free(salon, specialist, day, asked_at))
    until = None
    for start in sorted({slot.start for slot in free}):
        if until is not None and start < until:
            continue
        if dice.random() > BUSY:
            until = start + timedelta(minutes=dice.choice((30, 60)))
            continue
        slot = dice.choice([slot for slot in free if slot.start == start])
        until = slot.end
        yield slot


def _free(salon: Project, specialist: Specialist, day: date, asked_at: datetime) -> Iterator[Slot]:
    for service in Service.objects.filter(project=salon, is_active=True):
        with suppress(NotOffered):  # not everybody does everything
            yield from find_slots(
                project=salon,
                service_ids=[service.pk],
                specialist_id=specialist.pk,
                date_from=day,
                date_to=day,
                now=asked_at,
            )


def _book(
    salon: Project, slot: Slot, dice: random.Random, people: list[Client], asked_at: datetime, now: datetime
) -> int:
    origin = Origin(source=dice.choice(_SOURCES), actor="showcase", for_staff=True)
    request = VisitRequest(
        project=salon,
        client=dice.choice(people),
        items=[Item(slot.service_id, slot.specialist_id, slot.start)],
        origin=origin,
        note=dice.choice(NOTES) if dice.random() < 0.1 else "",
    )
    try:
        (visit,) = activate_booking(request=request, now=asked_at)
    except BookingError:  # what a longer visit before it took: that start is gone
        return 0
    _end(salon, visit, origin, dice.random(), now)
    _as_if_done_then(visit, asked_at - timedelta(hours=dice.randrange(1, LONGEST_AHEAD)), now)
    return 1


def _as_if_done_then(visit: Booking, booked_at: datetime, now: datetime) -> None:
    """Put what the audit says to when it would have happened: figures of a month count by that moment."""
    visit.events.filter(action="booked").update(at=booked_at)
    visit.events.filter(action__in=["completed", "no_show"]).update(at=min(visit.end, now))
    visit.events.filter(action="cancelled").update(at=booked_at + (min(visit.start, now) - booked_at) / 2)


def _end(salon: Project, visit: Booking, origin: Origin, luck: float, now: datetime) -> None:
    """Let the visit take place, fall through, or wait."""
    if luck < CANCELLED:
        reject_booking(project=salon, booking_id=visit.pk, origin=origin, reason="Захворіла")
    elif visit.end < now and luck < CANCELLED + NO_SHOWS:
        mark_no_show(project=salon, booking_id=visit.pk, origin=origin)
    elif visit.end < now:
        complete_booking(project=salon, booking_id=visit.pk, origin=origin)


def _one_leave(salon: Project, today: date) -> None:
    """Let the last specialist be away for a day: its visits are what staff have to move."""
    last = Specialist.objects.filter(project=salon, is_active=True).last()
    if last is not None and not DayOff.objects.filter(project=salon).exists():
        day = today + timedelta(days=LEAVE_IN)
        DayOff.objects.create(project=salon, specialist=last, date_from=day, date_to=day, reason="Навчання")
