"""The visits as a list by day: for keyboards, screen readers and paper, and with the cancelled ones."""

from itertools import groupby
from typing import Any

from bookings.models import Booking, Specialist
from botbackend.lib.postgres import replica
from botbackend.office import visit_words
from botbackend.office.calendar import words
from botbackend.office.calendar.absence import Absence, absence_in
from botbackend.office.calendar.selectors import on_top_of_others, rows_to_show
from botbackend.office.calendar.showing import Showing
from botbackend.office.desk import Desk


def of(desk: Desk, showing: Showing) -> dict[str, Any]:
    """Return the days that have visits, and the people to choose from."""
    names = dict(_people(desk))
    rows = rows_to_show(desk, showing.range)
    on_top = on_top_of_others(rows)
    absence = absence_in(desk, showing.range.first, showing.range.until)
    by_day = groupby(rows, key=lambda row: row.start.astimezone(desk.zone).date())
    days = [(day, [_line(absence, row, names, row.pk in on_top) for row in found]) for day, found in by_day]
    people = [{"id": str(one), "title": name} for one, name in names.items()]
    return {"days": days, "people": people}


def _people(desk: Desk) -> list[tuple[int, str]]:
    rows = Specialist.objects.using(replica.alias()).filter(project=desk.salon)
    if desk.own_specialist is not None:
        rows = rows.filter(pk=desk.own_specialist)
    return list(rows.values_list("pk", "name"))


def _line(absence: Absence, row: Booking, names: dict[int, str], is_on_top: bool) -> dict[str, Any]:
    desk = absence.desk
    start, end = row.start.astimezone(desk.zone), row.end.astimezone(desk.zone)
    return {
        "pk": row.pk,
        "time": f"{start:%H:%M}–{end:%H:%M}",
        "who": words.who_comes(row),
        "service": row.service.name,
        "specialist": names.get(row.specialist_id, ""),
        "kind": visit_words.kind_of(row),
        "state": visit_words.state_of(row),
        "is_overbooked": is_on_top,
        "away": absence.of(row),
        "has_note": bool(getattr(row, "note_length", 0)),
        "has_staff_note": bool(getattr(row, "staff_note_length", 0)),
    }
