"""Reads of the room: what stands in the calendar of the person at the desk."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.engine.calendars import from_wall_clock
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.limits import DAY, MAX_VISIT_MINUTES
from bookings.models import Booking
from bookings.models.visits import BookingQuerySet
from botbackend.office.calendar import words
from botbackend.office.calendar.shading import Shade, common_shades, days_of, opening_hours, shades_of
from botbackend.office.desk import Desk

MOST_DAYS = 42
MOST_VISITS = 3000
_SHOWN = [
    "project_id",
    "visit_id",
    "specialist_id",
    "service_id",
    "client_id",
    "status",
    "start",
    "end",
    "gap_from",
    "gap_until",
    "hold_until",
    "is_overbooked",
    "arrived_at",
    "guest_name",
    "client__name",
    "service__name",
]


@dataclass(frozen=True, slots=True)
class Range:
    """Local dates, the last excluded; of one specialist, or of everybody whom the person sees."""

    first: date
    until: date
    specialist: int | None = None


def bookings_of(desk: Desk) -> BookingQuerySet:
    """Return the visits that the person sees: of the role specialist the own."""
    rows = Booking.objects.filter(project=desk.salon).real(timezone.now())
    return rows if desk.own_specialist is None else rows.filter(specialist=desk.own_specialist)


def visits_in(desk: Desk, asked: Range) -> BookingQuerySet:
    """Return the visits that meet the range."""
    begins, ends = midnight(desk, asked.first), midnight(desk, asked.until)
    earliest = begins - timedelta(minutes=MAX_VISIT_MINUTES)
    rows = bookings_of(desk).filter(start__gte=earliest, start__lt=ends, end__gt=begins)
    return rows if asked.specialist is None else rows.filter(specialist=asked.specialist)


def midnight(desk: Desk, day: date) -> datetime:
    """Return when a date begins in the salon; where the clock skips midnight, an hour later."""
    return datetime(day.year, day.month, day.day, tzinfo=desk.zone)


def rows_to_show(desk: Desk, asked: Range, *also: str) -> list[Booking]:
    """Return them in order with the names that are shown and what is `also` asked; no more is decrypted."""
    rows = visits_in(desk, asked).select_related("client", "service").only(*_SHOWN, *also)
    signs = {"note_length": Length("note"), "staff_note_length": Length("staff_note")}
    return list(rows.annotate(**signs)[:MOST_VISITS])


def mark_of(desk: Desk, asked: Range) -> str:
    """Return what is another as soon as anything in the range is: one query, without a row."""
    found = visits_in(desk, asked).order_by().aggregate(count=Count("pk"), last=Max("updated_at"))
    last = found["last"]
    return f"{found['count']}-{'' if last is None else last.timestamp()}"


def rules_of_range(desk: Desk, asked: Range) -> Rules:
    """Return the salon's rules for the dates."""
    return read_rules(desk.salon, first=asked.first, last=asked.until, service_ids=[])


def people_of(desk: Desk, rules: Rules, rows: list[Booking]) -> list[int]:
    """Return whose columns are shown: those who work here, and who left with visits in the range."""
    if desk.own_specialist is not None:
        return [one for one in rules.specialists if one == desk.own_specialist]
    busy = {row.specialist_id for row in rows}
    return [number for number, one in rules.specialists.items() if one.is_active or number in busy]


def calendar_of(desk: Desk, asked: Range, *, columns: bool) -> dict[str, Any]:
    """Return all that the calendar draws; `columns` has one for each specialist, otherwise all share one."""
    rules = rules_of_range(desk, asked)
    rows = rows_to_show(desk, asked)
    people = people_of(desk, rules, rows)
    shown = [one for one in people if asked.specialist in (None, one)]
    days = days_of(asked.first, asked.until)
    opens, closes = opening_hours(rules, shown, days)
    several = Counter(row.visit_id for row in rows)
    taking = [row for row in rows if row.status != Booking.Status.CANCELLED]
    return {
        "mark": mark_of(desk, asked),
        "offset": offset_of(desk),
        "specialists": [{"id": str(one), "title": rules.specialists[one].name} for one in people],
        "hours": [_clock(opens), _clock(closes)],
        "events": [
            *_shading(rules, shown, days, columns=columns or asked.specialist is not None),
            *(_event(desk, rules, row, several[row.visit_id]) for row in taking),
        ],
    }


def offset_of(desk: Desk) -> str:
    """Return the salon's distance from UTC now, as the calendar wants it for its line of now."""
    text = timezone.now().astimezone(desk.zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def start_of(desk: Desk, naive: datetime) -> datetime:
    """Return the moment that the salon's clock shows. Raises InvalidRequest for one that it skips."""
    return from_wall_clock(naive.replace(tzinfo=None), desk.zone)


def naive_text(moment: datetime) -> str:
    """Return a local moment as the wall shows it, without any zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _wall(day: date, minute: int) -> str:
    """Return a wall-clock minute of a date; its end is the beginning of the next."""
    days, rest = divmod(minute, DAY)
    return f"{day + timedelta(days=days)}T{_clock(rest)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def _shading(rules: Rules, people: list[int], days: list[date], *, columns: bool) -> list[dict[str, Any]]:
    if columns:
        return [_shade(one, [who]) for who in people for one in shades_of(rules, who, days)]
    return [_shade(one, people) for one in common_shades(rules, people, days)]


def _shade(shade: Shade, people: list[int]) -> dict[str, Any]:
    titles = {"closed": "", "break": _("Break"), "off": _("Day off")}
    return {
        "id": f"{shade.kind}-{people[0] if people else 0}-{shade.day}-{shade.start}",
        "display": "background",
        "resourceIds": [str(one) for one in people],
        "start": _wall(shade.day, shade.start),
        "end": _wall(shade.day, shade.end),
        "title": titles[shade.kind],
        "classNames": ["shade", shade.kind],
    }


def _event(desk: Desk, rules: Rules, row: Booking, together: int) -> dict[str, Any]:
    start, end = row.start.astimezone(desk.zone), row.end.astimezone(desk.zone)
    if end.replace(tzinfo=None) <= start.replace(tzinfo=None):  # the clock went back meanwhile
        end = start.replace(tzinfo=None) + (row.end - row.start)
    kind = words.kind_of(row)
    return {
        "id": str(row.pk),
        "resourceIds": [str(row.specialist_id)],
        "start": naive_text(start),
        "end": naive_text(end),
        "title": words.who_comes(row),
        "startEditable": row.status == Booking.Status.BOOKED,
        "classNames": ["visit", kind, *(["overbooked"] if row.is_overbooked else [])],
        "extendedProps": {
            "kind": kind,
            "word": words.state_of(row),
            "service": row.service.name,
            "specialist": rules.specialists[row.specialist_id].name,
            "start": naive_text(start),
            "note": bool(getattr(row, "note_length", 0)),
            "staffNote": _("Note of the team") if getattr(row, "staff_note_length", 0) else "",
            "together": together,
            "gap": _gap(row),
        },
    }


def _gap(row: Booking) -> list[float] | None:
    """Return where the processing gap begins and ends, as parts of the whole."""
    if row.gap_from is None or row.gap_until is None:
        return None
    whole = row.end - row.start
    return [round((moment - row.start) / whole, 4) for moment in (row.gap_from, row.gap_until)]
