"""What 400 salons ask of Google in a minute, by day and by night, against what five accounts may ask.

The mirror's own code works for some salons against the stand-in of Google while a moved clock lets hours
pass; the requests that arrive there are counted and scaled. The ceilings of our own are off: this is the
demand. Drive is three minutes late, as Google's. Each salon has a typical day: an hour brings four visits of
the bot's, each after a look at free times, and two edits of staff; at night the bot books one an hour.
"""

import json
import logging
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path

import time_machine
from django.conf import settings

from bookings.models import Booking
from botbackend.outbox import api
from botbackend.outbox.testing import run_due
from botbackend.workshop.bench._salon import ZONE as HERE
from botbackend.workshop.bench._salon import DrawnVisit, make_salon, tomorrow, write_visits
from botbackend.workshop.bench.row import Options, Row
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.google.auth import make_credentials
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from projects.models import Project
from sheets.apps import POLL_SECONDS
from sheets.handlers import poll
from sheets.models import SheetLink
from sheets.rhythm.hints import mark_dirty
from sheets.rhythm.looks import DRIVE_LAG

NAME = "Requests to Google for 400 salons"
SALONS, ACCOUNTS = 400, 5
PER_PROJECT, PER_USER = 300, 60  # what Google allows a minute, of reads and of writes
TAB = "Specialist 00"
WARM_UP_MINUTES = 5


@dataclass(frozen=True)
class Load:
    """What happens in a salon in an hour."""

    visits: float
    edits: float


DAY, AFTER_HOURS = Load(visits=4, edits=2), Load(visits=1, edits=0)


@dataclass
class Street:
    """Some of the salons, and edits of staff that are not taken yet: {name typed: (booking, when)}."""

    google: GoogleStandIn
    projects: list[Project]
    source: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - a plan of work
    typed: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=lambda: count(1))

    def live(self, load: Load, minutes: float, clock: time_machine.Traveller) -> None:
        """Let time pass; the clock's job runs as often as it does in real life."""
        for _ in range(round(minutes * 60 / POLL_SECONDS)):
            clock.shift(POLL_SECONDS)
            for project in self.projects:
                if self._happens(load.visits):
                    self._book(project)
                if self._happens(load.edits):
                    self._edit(project)
            run_due()
            poll(None)  # type: ignore[arg-type]  # its claim says nothing
            run_due()
            self._see_edits()

    def _happens(self, per_hour: float) -> bool:
        return self.source.random() < per_hour * POLL_SECONDS / 3600

    def _book(self, project: Project) -> None:
        """The bot offers times, for which the sheet is read if need be, and changes a visit."""
        mark_dirty(project, seconds=0, when_waiting="earlier")
        run_due()
        booking = self._visit(project, -1)
        Booking.objects.filter(pk=booking.pk).update(guest_name=f"bot {next(self.names)}")
        api.put("booking.changed", key=str(booking.pk), project=project, payload={"booking": booking.pk})

    def _edit(self, project: Project) -> None:
        """Staff write another name into a row."""
        booking, name = self._visit(project, 0), f"staff {next(self.names)}"
        cell = {"spreadsheet": project.slug, "sheet": TAB, "action": "set", "cell": "E2", "value": name}
        self.google.staff.edit(cell)
        self.typed = {old: told for old, told in self.typed.items() if told[0] != booking.pk}
        self.typed[name] = booking.pk, datetime.now(HERE)

    @staticmethod
    def _visit(project: Project, place: int) -> Booking:
        return list(Booking.objects.filter(project=project).order_by("start"))[place]

    def _see_edits(self) -> None:
        """Note how long those waited that are visits by now."""
        known = set(Booking.objects.values_list("guest_name", flat=True))
        for name in [name for name in self.typed if name in known]:
            _, since = self.typed.pop(name)
            self.waits.append((datetime.now(HERE) - since).total_seconds())


def run(options: Options) -> list[Row]:
    """A part of a working day, and half an hour of the night after it."""
    salons, minutes = (10, 15) if options.quick else (40, 60)
    logging.getLogger("sheets").setLevel(logging.WARNING)
    with time_machine.travel(at_eleven(), tick=False) as clock, street(salons) as some:
        some.live(DAY, WARM_UP_MINUTES, clock)  # the tabs are made, and read once more
        some.waits.clear()
        day = counted(some, DAY, minutes, clock)
        some.live(Load(0, 0), WARM_UP_MINUTES, clock)  # until the last edit is taken
        worst = max(some.waits, default=0.0)
        clock.shift(timedelta(hours=14))
        some.live(AFTER_HOURS, WARM_UP_MINUTES, clock)
        night = counted(some, AFTER_HOURS, 30, clock)
    told = f"measured with {salons} salons"
    return [
        Row("Sheets reads a minute by day", day["read"], "", target=PER_PROJECT, note=told),
        Row("of the busiest account", day["account"], "", target=PER_USER),
        Row("Sheets writes a minute by day", day["write"], "", target=PER_PROJECT),
        Row("Drive requests a minute by day", day["drive"], "", note="a quota of its own: 325,000 a user"),
        Row("Sheets reads a minute by night", night["read"], "", target=PER_PROJECT),
        Row("Drive requests a minute by night", night["drive"], ""),
        Row("longest wait of a staff's edit", worst, "s", target=300, note="no Apps Script"),
    ]


def at_eleven() -> datetime:
    """In the working hours of tomorrow."""
    return datetime.combine(tomorrow(), time(11), HERE)


def counted(some: Street, load: Load, minutes: int, clock: time_machine.Traveller) -> dict[str, float]:
    """Requests a minute of all salons, and of the account that reads most."""
    scale = SALONS / len(some.projects) / minutes
    before, since = Counter(some.google.counters), some.google.log.last_number
    some.live(load, minutes, clock)
    spent = some.google.counters - before
    accounts = dict(SheetLink.objects.values_list("spreadsheet_id", "account"))
    reads = Counter(
        accounts[record.path.split("/")[3]]
        for record in some.google.log.find(path="^/v4/", since=since)
        if not record.path.endswith(":batchUpdate")
    )
    rates = {name: spent[name] * scale for name in ("read", "write", "drive")}
    return rates | {"account": max(reads.values(), default=0) * scale}


@contextmanager
def street(salons: int) -> Iterator[Street]:
    """New salons with a spreadsheet each, over five accounts."""
    with running(GoogleStandIn()) as google, tempfile.TemporaryDirectory() as directory:
        google.drive.lag = DRIVE_LAG
        settings.GOOGLE_API_BASE_URL, settings.GOOGLE_REQUESTS_PER_MINUTE = google.url, 100_000
        settings.GOOGLE_CREDENTIALS_FILE = ",".join(_key_files(google, Path(directory)))
        projects = [_project(google, f"salon-{number}") for number in range(salons)]
        yield Street(google, projects)


def _key_files(google: GoogleStandIn, directory: Path) -> Iterator[str]:
    known = make_credentials(f"{google.url}/token")
    for number in range(ACCOUNTS):
        path = directory / f"{number}.json"
        path.write_text(json.dumps(known | {"client_email": f"robot-{number}@bench.example.com"}))
        yield str(path)


def _project(google: GoogleStandIn, slug: str) -> Project:
    """A salon of two with a visit each; the first one's is edited by staff, the other by the bot."""
    salon = make_salon(slug)
    for one in salon.people[2:]:
        one.delete()
    day = tomorrow() + timedelta(days=7)
    write_visits(salon, iter([DrawnVisit(0, day, 600, 60), DrawnVisit(1, day, 700, 60)]))
    google.create(slug)
    SheetLink.objects.create(project=salon.project, spreadsheet_id=slug)
    mark_dirty(salon.project, seconds=0)
    return salon.project
