"""What is free: one specialist's day, and ten specialists over thirty days, with and without a long past.

`make bench ARGS="availability"`, or `ARGS="--quick availability"` for a short run. Ten specialists with
eight visits a day; free starts of an hour's service for one specialist and day, then for ten specialists
and thirty days. First with the sixty days ahead (4,800 visits), then with two years of them (58,400): the
history must cost nothing. Milliseconds are medians in one process; the best run stands in the note, for a
machine that has other work to do.
"""

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
from botbackend.workshop.bench._salon import (
    DAYS_AHEAD,
    BenchSalon,
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
    """Sixty days, then a salon with two years beside it, asked by turns."""
    salon, first = make_salon(), tomorrow()
    ahead = list(draw_visits(first, DAYS_AHEAD))
    write_visits(salon, iter(ahead))
    (ours,) = _measure([salon], first, options)
    statements = _count(salon, first)
    old, past = make_salon("bench-old"), ALL_DAYS - DAYS_AHEAD
    rows = write_visits(old, iter(ahead)) + write_visits(old, draw_visits(first - timedelta(days=past), past))
    young, grown = _measure([salon, old], first, options)
    return [*_own_rows(ours, statements), *_grown_rows(young, grown, rows)]


def _ask(salon: BenchSalon, first: date, days: int, specialist_id: int | None = None) -> list[Slot]:
    return find_slots(
        project=salon.project,
        service_ids=[salon.services[60].pk],
        specialist_id=specialist_id,
        date_from=first,
        date_to=first + timedelta(days=days - 1),
    )


def _count(salon: BenchSalon, first: date) -> int:
    """How many statements the long question takes."""
    with CaptureQueriesContext(connection) as queries:
        _ask(salon, first, WINDOW_DAYS)
    return len(queries.captured_queries)


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


def _row(what: str, times: Sequence[float], target: float) -> Row:
    return Row(what, median(times), "ms", target, note=f"best {min(times):.2f}")


def _own_rows(ours: _Times, statements: int) -> list[Row]:
    return [
        _row("one specialist, one day", ours.day, 3),
        _row("10 specialists x 30 days", ours.window, 30),
        Row("statements", statements, "", 4),
    ]


def _grown_rows(young: _Times, grown: _Times, rows: int) -> list[Row]:
    growth = max(min(grown.day) / min(young.day), min(grown.window) / min(young.window))
    return [
        _row(f"one day among {rows:,} visits", grown.day, 3),
        _row(f"10 x 30 among {rows:,} visits", grown.window, 30),
        Row("growth with 12 times the visits", growth, "x", 1.3, note="best runs, asked by turns"),
    ]
