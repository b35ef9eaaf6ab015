"""What one cycle of the sheet mirror costs us: CPU and requests, with years of visits behind it.

`make bench ARGS="sheet_cycle"`. Ten specialists with eight visits a day: two years of the past and sixty days
ahead (or a few weeks in a quick run). The stand-in of Google is a process of its own, so that the CPU is ours
alone; the first cycles, which write the window, are not measured. Old rows are in the archive by then.
"""

import contextlib
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bookings.models import Booking
from botbackend.outbox import api
from botbackend.workshop.bench._salon import BenchSalon, draw_visits, make_salon, tomorrow, write_visits
from botbackend.workshop.bench._talks import drain
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.launcher.run_directory import ephemeral_directory
from botbackend.workshop.launcher.stand_ins import StandInProcess
from sheets import operations
from sheets.cycle import sync
from sheets.cycle.outcome import CycleResult
from sheets.models import SheetLink, SheetRow
from sheets.rhythm.lane import own_lane

NAME = "One cycle of the sheet mirror"
BOOK = "bench-book"
CHANGES = (1, 10, 100, 1000)


def run(options: Options) -> list[Row]:
    """Fill the window, then measure a cycle that finds nothing and cycles that find changes."""
    past, ahead = (30, 30) if options.quick else (600, 60)
    salon = make_salon()
    first = tomorrow()
    visits = write_visits(salon, draw_visits(first, ahead))
    visits += write_visits(salon, draw_visits(first - timedelta(days=past), past))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with _google() as google:
        link = SheetLink.objects.create(project=salon.project, spreadsheet_id=BOOK)
        while _cycle(salon).changes:
            pass
        rows = SheetRow.objects.filter(link=link).count()
        measured = _Meter(salon, google)
        return [
            Row("visits stored / rows in the tabs", visits, "", note=f"{rows:,} rows"),
            *_looks(measured),
            *(row for number in CHANGES for row in _changed(measured, number)),
        ]


@contextlib.contextmanager
def _google() -> Iterator[StandInProcess]:
    with ephemeral_directory() as directory:
        file = directory.path / "service_account.json"
        words = ["--spreadsheet", f"{BOOK}:Bench", "--write-credentials", str(file)]
        google = StandInProcess("google", words, log_directory=directory.path, guard=directory.guard)
        settings.GOOGLE_API_BASE_URL, settings.GOOGLE_CREDENTIALS_FILE = google.url, str(file)
        settings.GOOGLE_REQUESTS_PER_MINUTE = 100_000
        try:
            yield google
        finally:
            google.stop()


def _cycle(salon: BenchSalon) -> CycleResult:
    with own_lane(salon.project) as claim:
        return sync.run_cycle(salon_link(salon), claim)


def salon_link(salon: BenchSalon) -> SheetLink:
    """The link, turned to its spreadsheet."""
    link = operations.link_of(salon.project)
    if link is None:
        raise LookupError("the salon has no spreadsheet")
    return link


class _Meter:
    """CPU seconds of this process and requests to Google, of one cycle."""

    def __init__(self, salon: BenchSalon, google: StandInProcess) -> None:
        self.salon, self.google = salon, google

    def cycle(self) -> tuple[float, tuple[int, int]]:
        before, began = self.requests(), time.process_time()
        _cycle(self.salon)
        spent = time.process_time() - began
        after = self.requests()
        return spent * 1000, (after[0] - before[0], after[1] - before[1])

    def requests(self) -> tuple[int, int]:
        counters = self.google.control("state")["counters"]
        return counters.get("read", 0), counters.get("write", 0)


def _looks(meter: _Meter) -> list[Row]:
    """What Drive knows as unchanged is not read; then a cycle that reads everything and finds nothing."""
    _look(meter.salon)  # learns the version
    meter.cycle()
    before = meter.requests()
    tracemalloc.start()
    _look(meter.salon)
    memory = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    looks = [_look(meter.salon) for _ in range(20)]
    reads = sum(meter.requests()) - sum(before)
    spent = [meter.cycle()[0] for _ in range(5)]
    return [
        Row("CPU of a look at a file that nobody changed", median(looks), "ms", 20, note="median of 20"),
        Row("memory that such a look takes at its most", memory, "MiB", 60),
        Row("reads and writes of 21 such looks", reads, "", 0),
        Row("CPU of a cycle that reads all and finds nothing", min(spent), "ms"),
    ]


def _look(salon: BenchSalon) -> float:
    with transaction.atomic():
        link = salon_link(salon)
        api.put("sheet.look", key=str(salon.project.pk), project=salon.project, payload={"link": link.pk})
    began = time.process_time()
    drain("sheet.look")
    return (time.process_time() - began) * 1000


def _changed(meter: _Meter, number: int) -> list[Row]:
    """Move visits by rows that the bot writes: another guest's name, as an edit in the admin gives."""
    ours = Booking.objects.filter(project=meter.salon.project, start__gte=timezone.now(), status="booked")
    for booking in ours.order_by("?")[:number]:
        booking.guest_name = f"Guest {time.monotonic_ns()}"
        booking.save(update_fields=["guest_name"])
    spent, requests = meter.cycle()
    meter.cycle()
    return [
        Row(f"CPU of a cycle with {number:,} changes", spent, "ms", note=f"{spent / number:.2f} ms each"),
        Row(f"reads and writes with {number:,} changes", sum(requests), "", target=2),
    ]
