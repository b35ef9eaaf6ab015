"""What is free, side by side with django-appointment on the same server, data and question.

`make bench ARGS="availability"`, or `ARGS="--quick availability"` for a short run. Ten specialists with
eight visits a day; free starts of an hour's service for one specialist and day, then for ten specialists
and thirty days. First with the sixty days ahead (4,800 visits), then with two years of them (58,400): the
history must cost nothing. Milliseconds are medians in one process; the best run stands in the note, for a
machine that has other work to do. The rival's environment is built under `.bench/` on first use, which
needs the network; without it the table says so and has the engine's own figures.
"""

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.selectors import find_slots
from bookings.values import Slot
from botbackend.bench._rival import RivalFigures, measure_rival
from botbackend.bench._salon import DAYS_AHEAD, Salon, Visit, draw_visits, make_salon, tomorrow, write_visits
from botbackend.bench.row import Options, Row

NAME = "Availability: one specialist-day, and 10 specialists x 30 days"
WINDOW_DAYS, ALL_DAYS = 30, 730


@dataclass(frozen=True)
class _Figures:
    day_ms: float
    day_best: float
    window_ms: float
    window_best: float
    queries: int
    free: int
    rows: int


def run(options: Options) -> list[Row]:
    """Sixty days, the rival on the same, then two years."""
    salon, first = make_salon(), tomorrow()
    ahead = list(draw_visits(first, DAYS_AHEAD))
    count = write_visits(salon, iter(ahead))
    ours = _measure(salon, first, count, options)
    rival, why = _ask_rival(ahead, first, options)
    past = ALL_DAYS - DAYS_AHEAD
    count += write_visits(salon, draw_visits(first - timedelta(days=past), past))
    grown = _measure(salon, first, count, options)
    return [*_own_rows(ours), *_rival_rows(ours, rival, why), *_grown_rows(ours, grown)]


def _measure(salon: Salon, first: date, rows: int, options: Options) -> _Figures:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    service, anna = salon.services[60].pk, salon.people[0].pk

    def day() -> list[Slot]:
        return find_slots(
            project=salon.project, service_ids=[service], specialist_id=anna, date_from=first, date_to=first
        )

    def window() -> list[Slot]:
        last = first + timedelta(days=WINDOW_DAYS - 1)
        return find_slots(project=salon.project, service_ids=[service], date_from=first, date_to=last)

    day()
    with CaptureQueriesContext(connection) as queries:
        free = len(window())
    days, windows = _times(day, 100 if options.quick else 400), _times(window, 30 if options.quick else 100)
    return _Figures(
        statistics.median(days), min(days), statistics.median(windows), min(windows), len(queries), free, rows
    )


def _times(job: Callable[[], object], repeat: int) -> list[float]:
    """Milliseconds of every run."""
    found = []
    for _ in range(repeat):
        begun = time.perf_counter()
        job()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def _ask_rival(visits: Sequence[Visit], first: date, options: Options) -> tuple[RivalFigures | None, str]:
    repeat = 1 if options.quick else 3
    try:
        return measure_rival(visits, first=first, days=WINDOW_DAYS, repeat=repeat), ""
    except (subprocess.CalledProcessError, OSError) as error:
        return None, f"django-appointment could not be run: {error}"


def _own_rows(ours: _Figures) -> list[Row]:
    return [
        Row("one specialist, one day", ours.day_ms, "ms", 3, note=f"best {ours.day_best:.2f}"),
        Row("10 specialists x 30 days", ours.window_ms, "ms", 30, note=f"best {ours.window_best:.1f}"),
        Row("statements for either", ours.queries, "", 4),
    ]


def _rival_rows(ours: _Figures, rival: RivalFigures | None, why: str) -> list[Row]:
    if rival is None:
        return [Row("django-appointment", 0, "", note=why[:120])]
    same = "same free starts" if rival.free == ours.free else f"{rival.free} free starts, ours {ours.free}"
    return [
        Row("django-appointment, one day", rival.day_ms, "ms", note=_statements(rival.day_queries)),
        Row("django-appointment, 10 x 30", rival.window_ms, "ms", note=_statements(rival.window_queries)),
        Row("times faster, one day", rival.day_ms / ours.day_ms, "x", None, "higher"),
        Row("times faster, 10 x 30", rival.window_ms / ours.window_ms, "x", 100, "higher", same),
        Row("free starts that differ", abs(rival.free - ours.free), "", 0),
    ]


def _statements(number: int) -> str:
    return f"{number:,} statements"


def _grown_rows(ours: _Figures, grown: _Figures) -> list[Row]:
    days, windows = grown.day_best / ours.day_best, grown.window_best / ours.window_best
    visits = f"{grown.rows:,} visits"
    return [
        Row(f"one day among {visits}", grown.day_ms, "ms", 3, note=f"best {grown.day_best:.2f}"),
        Row(f"10 x 30 among {visits}", grown.window_ms, "ms", 30, note=f"best {grown.window_best:.1f}"),
        Row("growth with 12 times the visits", max(days, windows), "x", 1.3, note="of the best runs"),
    ]
