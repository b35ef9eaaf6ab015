"""Bookings per second through `activate_booking` from eight connections, beside a bare psycopg loop.

`make bench ARGS="activations"`, or `ARGS="--quick activations"` for a short run.

Eight processes (threads of one would wait for each other's Python) book free slots of ten specialists as
fast as they can; each has dates of its own, so every wish is granted, but all of them meet at the rows of
the same ten specialists. The bare loop is the ceiling: the same lock, an overlap check and an INSERT into
the same table under the same constraint, in one transaction, without rules, audit line or outbox. Both run
in turns on the same database. Last, all eight want the same hundred slots: each must be given once.
"""

import multiprocessing
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, connections

from bookings.errors import SlotTaken
from bookings.models import Booking, BookingRules, Client, Service
from bookings.operations import Item, Origin, activate_booking
from bookings.values import VisitRequest
from botbackend.workshop.bench._salon import CLOSES, OPENS, PEOPLE, ZONE, BenchSalon, make_salon, tomorrow
from botbackend.workshop.bench.row import Options, Row
from projects.models import Project

NAME = "Booking operations, 8 connections"
WORKERS, RACE_SLOTS, WARM_UP = 8, 100, 10
_STAFF = Origin(source=Booking.Source.API, actor="bench", for_staff=True)
_HOURS = range(OPENS // 60, CLOSES // 60)

_LOCK = "SELECT id FROM bookings_specialist WHERE id = %s FOR NO KEY UPDATE"
_CHECK = """
SELECT 1 FROM bookings_booking
WHERE specialist_id = %s AND busy_from < %s AND busy_until > %s AND status IN ('held', 'booked') LIMIT 1
"""
_INSERT = """
INSERT INTO bookings_booking (project_id, visit_id, client_id, specialist_id, service_id, status, start,
    "end", busy_from, busy_until, is_overbooked, guest_name, guest_phone, photo_url, source, created_at,
    updated_at)
VALUES (%s, gen_random_uuid(), %s, %s, %s, 'booked', %s, %s, %s, %s, false, '', '', '', 'api', now(), now())
"""

Slot = tuple[int, datetime]  # specialist, start
Book = Callable[[Slot], bool]


class Engine:
    """Books through the product's own operation."""

    def __init__(self, salon: BenchSalon) -> None:
        self.ids = (salon.project.pk, salon.client.pk, salon.services[60].pk)

    def open(self) -> Book:
        project, client, service = (
            Project.objects.get(pk=self.ids[0]),
            Client.objects.get(pk=self.ids[1]),
            Service.objects.get(pk=self.ids[2]),
        )

        def book(slot: Slot) -> bool:
            item = Item(service.pk, slot[0], slot[1])
            try:
                activate_booking(
                    request=VisitRequest(project=project, client=client, items=[item], origin=_STAFF)
                )
            except SlotTaken:
                return False
            return True

        return book


class Bare:
    """Lock, check, insert, and nothing else: what a booking costs at the very least."""

    def __init__(self, salon: BenchSalon) -> None:
        self.ids = (salon.project.pk, salon.client.pk, salon.services[60].pk)

    def open(self) -> Book:
        connection.ensure_connection()
        raw = connection.connection
        project, client, service = self.ids

        def book(slot: Slot) -> bool:
            who, start = slot
            end = start + timedelta(hours=1)
            with raw.transaction(), raw.cursor() as cursor:
                cursor.execute(_LOCK, [who])
                if cursor.execute(_CHECK, [who, end, start]).fetchone():
                    return False
                cursor.execute(_INSERT, [project, client, who, service, start, end, start, end])
            return True

        return book


def _free_slots(salon: BenchSalon, worker: int, count: int, round_number: int) -> list[Slot]:
    """Slots that no other worker and no other round wants, specialists in turn."""
    people = [one.pk for one in salon.people]
    days = -(-count // (len(_HOURS) * PEOPLE))
    first = tomorrow() + timedelta(days=(round_number * WORKERS + worker) * days)
    slots = [
        (who, datetime(day.year, day.month, day.day, hour, tzinfo=ZONE))
        for day in (first + timedelta(days=number) for number in range(days))
        for hour in _HOURS
        for who in people[worker % PEOPLE :] + people[: worker % PEOPLE]
    ]
    return slots[:count]


def _work(opened: Any, slots: list[Slot], warm_up: int, gate: Any, results: Any) -> None:
    """One process: connect, warm up, wait for the others, book; report when it worked and what it got."""
    book = opened.open()
    got = sum(book(slot) for slot in slots[:warm_up])
    gate.wait()
    begun = time.monotonic()
    got += sum(book(slot) for slot in slots[warm_up:])
    results.put((begun, time.monotonic(), got))
    connections.close_all()


def _race(opened: Engine | Bare, slots: list[list[Slot]], warm_up: int = 0) -> tuple[float, int]:
    """Seconds from the first start to the last end, and how many bookings were granted."""
    connections.close_all()  # a connection must not be shared by two processes
    context = multiprocessing.get_context("fork")
    gate, results = context.Barrier(len(slots)), context.SimpleQueue()
    workers = [context.Process(target=_work, args=(opened, own, warm_up, gate, results)) for own in slots]
    for worker in workers:
        worker.start()
    found = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    begins, ends, got = zip(*found, strict=True)
    return max(ends) - min(begins), sum(got)


def _overlaps() -> int:
    """Visits that begin before an earlier one of the same specialist ended, asked without the engine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT busy_from < max(busy_until) OVER earlier AS meets"
            " FROM bookings_booking WINDOW earlier AS (PARTITION BY specialist_id ORDER BY busy_from, id"
            " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) seen WHERE meets"
        )
        return int(cursor.fetchone()[0])


def run(options: Options) -> list[Row]:
    """Rounds of engine and bare loop by turns; the middle one of each counts."""
    salon = make_salon()
    BookingRules.objects.filter(project=salon.project).update(horizon_days=730)
    count, rounds = (60, 3) if options.quick else (240, 5)
    rates: dict[str, list[float]] = {"engine": [], "bare": []}
    contestants: dict[str, Engine | Bare] = {"engine": Engine(salon), "bare": Bare(salon)}
    for number in range(rounds):
        for shift, (name, contestant) in enumerate(contestants.items()):
            plan = partial(_free_slots, salon, count=count, round_number=2 * number + shift)
            seconds, got = _race(contestant, [plan(worker) for worker in range(WORKERS)], WARM_UP)
            if got != count * WORKERS:
                raise RuntimeError(f"{name}: {got} of {count * WORKERS} free slots were booked")
            rates[name].append((count - WARM_UP) * WORKERS / seconds)
    engine, bare = (sorted(rates[name])[rounds // 2] for name in ("engine", "bare"))
    return [
        Row("activate_booking", engine, "bookings/s", 300, "higher", f"{WORKERS} processes, 10 specialists"),
        Row("bare psycopg: lock, check, insert", bare, "bookings/s", note="the ceiling; no audit, no outbox"),
        Row("share of the ceiling", 100 * engine / bare, "%", 30, "higher"),
        *_same_slots(salon, rounds),
    ]


def _same_slots(salon: BenchSalon, rounds: int) -> list[Row]:
    wanted = _free_slots(salon, 0, RACE_SLOTS, 2 * rounds * WORKERS)
    seconds, got = _race(Engine(salon), [wanted] * WORKERS)
    tries = WORKERS * RACE_SLOTS / seconds
    note = f"{WORKERS} processes want the same {RACE_SLOTS} slots; {tries:,.0f} tries/s"
    return [
        Row("slots given out", got, "of 100", RACE_SLOTS, "higher", note),
        Row("double bookings", _overlaps(), "pairs", 0, "lower", "counted by SQL over all rows"),
    ]
