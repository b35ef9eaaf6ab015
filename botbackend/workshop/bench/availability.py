"""What is free, side by side with django-appointment on the same server, data and question.

`make bench ARGS="availability"`, or `ARGS="--quick availability"` for a short run. Ten specialists with
eight visits a day; free starts of an hour's service for one specialist and day, then for ten specialists
and thirty days. First with the sixty days ahead (4,800 visits), then with two years of them (58,400): the
history must cost nothing. Milliseconds are medians in one process; the best run stands in the note, for a
machine that has other work to do. The rival's environment is built under `.bench/` on first use, which
needs the network; without it the table says so and has the engine's own figures.
"""

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.selectors import find_slots
from bookings.values import Slot
from botbackend.workshop.bench._rival import RivalFigures, measure_rival
from botbackend.workshop.bench._salon import (
    DAYS_AHEAD,
    BenchSalon,
    DrawnVisit,
    draw_visits,
    make_salon,
    tomorrow,
    write_visits,
)
from botbackend.workshop.bench.row import Options, Row

NAME = "Availability: one specialist-day, and 10 specialists x 30 days"
WINDOW_DAYS, ALL_DAYS = 30, 730


@dataclass(frozen=True)
class _Times:
    """Milliseconds of every run."""

    day: list[float]
    window: list[float]


def run(options: Options) -> list[Row]:
    """Sixty days, the rival on the same, then a salon with two years beside it, asked by turns."""
    salon, first = make_salon(), tomorrow()
    ahead = list(draw_visits(first, DAYS_AHEAD))
    write_visits(salon, iter(ahead))
    (ours,) = _measure([salon], first, options)
    statements, free = _count(salon, first)
    rival, why = _ask_rival(ahead, first, options)
    old, past = make_salon("bench-old"), ALL_DAYS - DAYS_AHEAD
    rows = write_visits(old, iter(ahead)) + write_visits(old, draw_visits(first - timedelta(days=past), past))
    young, grown = _measure([salon, old], first, options)
    return [
        *_own_rows(ours, statements),
        *_rival_rows(ours, free, rival, why),
        *_grown_rows(young, grown, rows),
    ]


def _ask(salon: BenchSalon, first: date, days: int, specialist_id: int | None = None) -> list[Slot]:
    return find_slots(
        project=salon.project,
        service_ids=[salon.services[60].pk],
        specialist_id=specialist_id,
        date_from=first,
        date_to=first + timedelta(days=days - 1),
    )


def _count(salon: BenchSalon, first: date) -> tuple[int, int]:
    """How many statements the long question takes, and how many starts are free."""
    with CaptureQueriesContext(connection) as queries:
        free = len(_ask(salon, first, WINDOW_DAYS))
    return len(queries.captured_queries), free


def _measure(salons: Sequence[BenchSalon], first: date, options: Options) -> list[_Times]:
    """Ask the salons by turns: what else the machine does then meets all of them alike."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = [_Times([], []) for _ in salons]
    for number in range(100 if options.quick else 400):
        for salon, times in zip(salons, found, strict=True):
            anna = salon.people[0].pk
            times.day.append(_milliseconds(partial(_ask, salon, first, 1, anna)))
            if number % 4 == 0:
                times.window.append(_milliseconds(partial(_ask, salon, first, WINDOW_DAYS)))
    return found


def _milliseconds(job: Callable[[], object]) -> float:
    begun = time.perf_counter()
    job()
    return (time.perf_counter() - begun) * 1000


def _ask_rival(
    visits: Sequence[DrawnVisit], first: date, options: Options
) -> tuple[RivalFigures | None, str]:
    repeat = 1 if options.quick else 3
    try:
        return measure_rival(visits, first=first, days=WINDOW_DAYS, repeat=repeat), ""
    except (subprocess.CalledProcessError, OSError) as error:
        return None, f"django-appointment could not be run: {error}"


def _row(what: str, times: Sequence[float], target: float) -> Row:
    return Row(what, median(times), "ms", target, note=f"best {min(times):.2f}")


def _own_rows(ours: _Times, statements: int) -> list[Row]:
    return [
        _row("one specialist, one day", ours.day, 3),
        _row("10 specialists x 30 days", ours.window, 30),
        Row("statements", statements, "", 4),
    ]


def _rival_rows(ours: _Times, free: int, rival: RivalFigures | None, why: str) -> list[Row]:
    if rival is None:
        return [Row("django-appointment", 0, "", note=why[:120])]
    same = f"{free} free starts, theirs {rival.free}"
    return [
        Row("django-appointment, one day", rival.day_ms, "ms", note=_statements(rival.day_queries)),
        Row("django-appointment, 10 x 30", rival.window_ms, "ms", note=_statements(rival.window_queries)),
        Row("times faster, one day", rival.day_ms / median(ours.day), "x", None, "higher"),
        Row("times faster, 10 x 30", rival.window_ms / median(ours.window), "x", 100, "higher", same),
        Row("free starts that differ", abs(rival.free - free), "", 0),
    ]


def _statements(number: int) -> str:
    return f"{number:,} statements"


def _grown_rows(young: _Times, grown: _Times, rows: int) -> list[Row]:
    growth = max(min(grown.day) / min(young.day), min(grown.window) / min(young.window))
    return [
        _row(f"one day among {rows:,} visits", grown.day, 3),
        _row(f"10 x 30 among {rows:,} visits", grown.window, 30),
        Row("growth with 12 times the visits", growth, "x", 1.3, note="best runs, asked by turns"),
    ]
