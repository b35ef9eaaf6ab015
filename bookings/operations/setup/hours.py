"""The week of a specialist, and that of the salon: each is replaced whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import CHANGE
from django.core.exceptions import ValidationError
from django.db import transaction

from bookings.engine.minutes import Interval
from bookings.errors import InvalidRequest
from bookings.models import BookingRules, Specialist, WeeklyBreak, WeeklyRange, rules_of
from bookings.models.checks import end_of_day, overlapping
from bookings.operations.setup.saving import Editor, begin, found, note, renew
from projects.models import Project

HOURS_OVERLAP = "These hours overlap others of the same weekday."
BREAKS_OVERLAP = "This break overlaps another of the same weekday."


@dataclass(frozen=True, slots=True)
class Span:
    """Wall-clock minutes on a weekday (0 = Monday); `field` is what its mistakes are called by."""

    weekday: int
    start: int
    end: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """A specialist's week: `hours` None = the salon's hours hold; own ones of before stay aside."""

    hours: tuple[Span, ...] | None
    breaks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SalonWeek:
    """The salon's hours of every day, None = as they are, and what of which weekday it is closed."""

    opening: Interval | None
    breaks: tuple[Span, ...] = ()


def week_shown(specialist: Specialist) -> Any:
    """Return what a page shows of a specialist's week, for its digest."""
    return [
        specialist.has_own_hours,
        _clocks(WeeklyRange.objects.filter(specialist=specialist)),
        _clocks(WeeklyBreak.objects.filter(specialist=specialist)),
    ]


def salon_week_shown(project: Project) -> Any:
    """Return what a page shows of the salon's week, for its digest."""
    rules = BookingRules.objects.filter(project=project)
    opening = rules.values_list("work_start_minute", "work_end_minute").first()
    return [opening, _clocks(WeeklyBreak.objects.filter(project=project, specialist=None))]


def _clocks(rows: Any) -> list[Any]:
    return list(rows.order_by("weekday", "start_minute").values_list("weekday", "start_minute", "end_minute"))


@transaction.atomic
def set_week(*, project: Project, specialist_id: int, week: Week, editor: Editor) -> Specialist:
    """Replace the hours and breaks of one specialist.

    Raises InvalidRequest with all mistakes by the fields of their spans, ChangedMeanwhile, RowNotFound.
    """
    _refuse(mistakes_in(hours=week.hours or (), breaks=week.breaks))
    begin(project, [specialist_id])
    specialist = found(Specialist.objects, project, specialist_id)
    editor.expect(week_shown(specialist))
    if week.hours is None:
        specialist.has_own_hours = False
        specialist.save(update_fields=["has_own_hours"])
    else:
        write_weeks(project, {specialist: [(one.weekday, one.start, one.end) for one in week.hours]})
    _write_breaks(project, specialist, week.breaks)
    note(editor, specialist, CHANGE, "has_own_hours", "weekly_ranges", "weekly_breaks")
    return specialist


@transaction.atomic
def set_salon_week(*, project: Project, week: SalonWeek, editor: Editor) -> None:
    """Replace the salon's hours and the breaks that hold for everybody.

    Raises InvalidRequest: `opening` names a mistake of the hours, other fields are those of the spans.
    """
    opening = (Span(0, *week.opening, "opening"),) if week.opening else ()
    _refuse(mistakes_in(hours=opening, breaks=week.breaks))
    begin(project)
    editor.expect(salon_week_shown(project))
    if week.opening:
        rules, _ = BookingRules.objects.get_or_create(project=project)
        rules.work_start_minute, rules.work_end_minute = week.opening[0], end_of_day(week.opening[1])
        rules.save(update_fields=["work_start_minute", "work_end_minute"])
        project.booking_rules = rules
    _write_breaks(project, None, week.breaks)
    renew(Specialist.objects.filter(project=project))
    note(editor, rules_of(project), CHANGE, "work_start_minute", "work_end_minute", "weekly_breaks")


def write_weeks(project: Project, weeks: Mapping[Specialist, Sequence[tuple[int, int, int]] | None]) -> None:
    """Give each specialist exactly these own hours, as (weekday, start, end); None = the salon's."""
    WeeklyRange.objects.filter(specialist__in=weeks).delete()
    WeeklyRange.objects.bulk_create(
        _row(WeeklyRange, Span(*hours), project, specialist)
        for specialist, listed in weeks.items()
        for hours in listed or ()
    )
    for specialist, listed in weeks.items():
        specialist.has_own_hours = listed is not None
    Specialist.objects.bulk_update(weeks, ["has_own_hours"])


def mistakes_in(*, hours: Iterable[Span], breaks: Iterable[Span]) -> dict[str, list[str]]:
    """Return what is wrong with a week, by the fields of its spans."""
    said: dict[str, list[str]] = {}
    for model, spans, overlap in ((WeeklyRange, hours, HOURS_OVERLAP), (WeeklyBreak, breaks, BREAKS_OVERLAP)):
        good = [span for span in spans if not _mistakes_of(_row(model, span), span, said)]
        for weekday in range(7):
            of_day = [(at, (one.start, one.end)) for at, one in enumerate(good) if one.weekday == weekday]
            for at, _other in overlapping(of_day):
                said.setdefault(good[at].field, []).append(overlap)
    return said


def _mistakes_of(row: WeeklyRange | WeeklyBreak, span: Span, said: dict[str, list[str]]) -> bool:
    try:
        row.clean()
    except ValidationError as error:
        said.setdefault(span.field, []).extend(error.messages)
        return True
    return False


def _row(model: Any, span: Span, project: Project | None = None, specialist: Specialist | None = None) -> Any:
    return model(
        project=project,
        specialist=specialist,
        weekday=span.weekday,
        start_minute=span.start,
        end_minute=end_of_day(span.end),
    )


def _write_breaks(project: Project, specialist: Specialist | None, breaks: Sequence[Span]) -> None:
    WeeklyBreak.objects.filter(project=project, specialist=specialist).delete()
    WeeklyBreak.objects.bulk_create(_row(WeeklyBreak, span, project, specialist) for span in breaks)


def _refuse(mistakes: dict[str, list[str]]) -> None:
    if mistakes:
        raise InvalidRequest("Not everything is right.", fields=mistakes)
