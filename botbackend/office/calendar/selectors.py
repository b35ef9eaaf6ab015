"""Reads of the room: what stands in the calendar of the person at the desk."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Cast, Concat, Length
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.engine.calendars import from_wall_clock
from bookings.engine.minutes import day_number
from bookings.engine.reading import read_rules
from bookings.engine.rules import Rules
from bookings.limits import DAY, MAX_VISIT_MINUTES
from bookings.models import Booking, Specialist
from bookings.models.visits import BookingQuerySet
from botbackend.lib.postgres import replica
from botbackend.office import visit_words
from botbackend.office.calendar import words
from botbackend.office.calendar.absence import Absence, absence_in
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
    "busy_from",
    "busy_until",
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
    rows = Booking.objects.using(replica.alias()).filter(project=desk.salon).real(timezone.now())
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


def mark_of(desk: Desk, asked: Range, rules: Rules, absence: Absence) -> str:
    """Return what is another as soon as anything that the calendar shows of the range is.

    A row that was written stands at another place in its table: that tells what commits late as well, and
    what carries no stamp of its own. `rules` are those that are shown, with everybody's names and hours.
    """
    leaves = [(one.specialist_id, one.date_from, one.date_to, one.reason) for one in absence.leaves]
    place = RawSQL("bookings_booking.ctid::text || bookings_booking.xmin::text", [])
    name = Cast(F("client__name"), TextField())  # as it is stored: nothing is decrypted
    row = Concat(
        Cast("pk", TextField()), Value(" "), place, name, F("service__name"), output_field=TextField()
    )
    rows = visits_in(desk, asked).order_by()
    stamp = rows.aggregate(stamp=MD5(StringAgg(row, delimiter=";", order_by="pk")))["stamp"]
    return hashlib.blake2b(f"{stamp} {rules!r} {leaves!r}".encode(), digest_size=12).hexdigest()


def rules_of_range(desk: Desk, asked: Range) -> Rules:
    """Return the salon's rules for the dates."""
    return read_rules(desk.salon, first=asked.first, last=asked.until, service_ids=[], using=replica.alias())


def on_top_of_others(rows: Iterable[Booking]) -> set[int]:
    """Return which overbooked rows still share time with another of the same specialist."""
    there = [row for row in rows if row.status not in (Booking.Status.CANCELLED, Booking.Status.NO_SHOW)]
    return {
        row.pk
        for row in there
        if row.is_overbooked
        and any(
            other.pk != row.pk
            and other.specialist_id == row.specialist_id
            and other.busy_from < row.busy_until
            and row.busy_from < other.busy_until
            for other in there
        )
    }


def first_shown(desk: Desk, rules: Rules, rows: list[Booking], people: list[int], day: date) -> str:
    """Return with whom a phone begins: the person's own column, else who has visits, else who works."""
    mine = Specialist.objects.using(replica.alias()).filter(project=desk.salon, user=desk.user)
    own = mine.values_list("pk", flat=True).first()
    busy = {row.specialist_id for row in rows if row.status != Booking.Status.CANCELLED}
    working = [one for one in people if rules.hours_on(one, day_number(day))]
    for some in ([own], [one for one in people if one in busy], working, people):
        found = [one for one in some if one in people]
        if found:
            return str(found[0])
    return ""


def people_of(desk: Desk, rules: Rules, rows: list[Booking]) -> list[int]:
    """Return whose columns are shown: those who work here, and who left with visits in the range."""
    if desk.own_specialist is not None:
        return [one for one in rules.specialists if one == desk.own_specialist]
    busy = {row.specialist_id for row in rows}
    return [number for number, one in rules.specialists.items() if one.is_active or number in busy]


def calendar_of(desk: Desk, asked: Range, *, columns: bool) -> dict[str, Any]:
    """Return all that the calendar draws; `columns` has one for each specialist, otherwise all share one."""
    rules = rules_of_range(desk, asked)
    absence = absence_in(desk, asked.first, asked.until, rules)
    mark = mark_of(
        desk, asked, rules, absence
    )  # before the rows: what comes in between is seen by the next look
    rows = rows_to_show(desk, asked)
    people = people_of(desk, rules, rows)
    shown = [one for one in people if asked.specialist in (None, one)]
    days = days_of(asked.first, asked.until)
    opens, closes = opening_hours(rules, shown, days)
    several = Counter(row.visit_id for row in rows)
    taking = [row for row in rows if row.status != Booking.Status.CANCELLED]
    on_top = on_top_of_others(taking)
    return {
        "mark": mark,
        "begin": first_shown(desk, rules, taking, people, asked.first) if columns else "",
        "offset": offset_of(desk),
        "specialists": [
            {"id": str(one), "title": rules.specialists[one].name, "away": absence.words(one)}
            for one in people
        ],
        "hours": [_clock(opens), _clock(closes)],
        "events": [
            *_shading(absence, shown, days, columns=columns or asked.specialist is not None),
            *(_event(absence, row, several[row.visit_id], row.pk in on_top) for row in taking),
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


def _shading(absence: Absence, people: list[int], days: list[date], *, columns: bool) -> list[dict[str, Any]]:
    rules = absence.rules
    if columns:
        found = ((who, one) for who in people for one in shades_of(rules, who, days))
        return [_shade(one, [who], absence.word(who, one.day)) for who, one in found]
    return [_shade(one, people) for one in common_shades(rules, people, days)]


def _shade(shade: Shade, people: list[int], away: str = "") -> dict[str, Any]:
    titles = {"closed": "", "break": _("Break"), "off": away or _("Day off")}
    return {
        "id": f"{shade.kind}-{people[0] if people else 0}-{shade.day}-{shade.start}",
        "display": "background",
        "resourceIds": [str(one) for one in people],
        "start": _wall(shade.day, shade.start),
        "end": _wall(shade.day, shade.end),
        "title": titles[shade.kind],
        "classNames": ["shade", shade.kind],
    }


def _event(absence: Absence, row: Booking, together: int, is_on_top: bool) -> dict[str, Any]:
    desk, rules, away = absence.desk, absence.rules, absence.of(row)
    start, end = row.start.astimezone(desk.zone), row.end.astimezone(desk.zone)
    if end.replace(tzinfo=None) <= start.replace(tzinfo=None):  # the clock went back meanwhile
        end = start.replace(tzinfo=None) + (row.end - row.start)
    kind = visit_words.kind_of(row)
    return {
        "id": str(row.pk),
        "resourceIds": [str(row.specialist_id)],
        "start": naive_text(start),
        "end": naive_text(end),
        "title": words.who_comes(row),
        "startEditable": row.status == Booking.Status.BOOKED,
        "classNames": [
            "visit",
            kind,
            *(["overbooked"] if is_on_top else []),
            *(["stranded"] if away else []),
        ],
        "extendedProps": {
            "kind": kind,
            "word": visit_words.state_of(row),
            "top": _("On top of another visit") if is_on_top else "",
            "away": away,
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
