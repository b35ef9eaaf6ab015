"""Every page of the office over a salon of years: time in the server, and statements.

`make bench ARGS="office_pages"`: 100,000 visits of ten specialists, 1,000,000 messages of 5,000 clients;
`--quick` has a tenth of both. A page that names a row gets the newest one. The network and the browser are
not in the figures.
"""

import statistics
import time
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, reverse

from bookings.models import Booking, Client, Resource, Service, Specialist
from botbackend.lib import crypto
from botbackend.office import urls
from botbackend.workshop.bench._salon import (
    PEOPLE,
    VISITS_A_DAY,
    draw_visits,
    make_salon,
    tomorrow,
    write_visits,
)
from botbackend.workshop.bench._years import fill_years
from botbackend.workshop.bench.row import Options, Row
from dialogues.models import Dialogue, Message
from projects.models import Membership, Project

NAME = "Pages of the office with 100,000 visits and 1,000,000 messages"
CLIENTS, DAYS_AHEAD, RUNS, MOST_MS = 5000, 60, 7, 200
_ROWS: dict[str, Any] = {
    "booking": Booking,
    "client": Client,
    "specialist": Specialist,
    "service": Service,
    "room": Resource,
    "dialogue": Dialogue,
    "message": Message,
}


def run(options: Options) -> list[Row]:
    """Ask for every page that can be looked at."""
    visits, messages = (10_000, 100_000) if options.quick else (100_000, 1_000_000)
    salon = make_salon()
    days = visits // (PEOPLE * VISITS_A_DAY)
    first = tomorrow()
    write_visits(salon, draw_visits(type(first).fromordinal(first.toordinal() + DAYS_AHEAD - days), days))
    fill_years(project_id=salon.project.pk, clients=CLIENTS, messages=messages, visits=False)
    _spread(salon.project)
    user = User.objects.create_superuser("bench@example.com", password=None)
    Membership.objects.create(project=salon.project, user=user, role=Membership.Role.OWNER)
    browser = Browser(headers={"host": "127.0.0.1"})
    browser.force_login(user)
    return [row for page in _pages() for row in _measure(browser, page, salon.project)]


def _spread(project: Project) -> None:
    """Let the visits be those of the clients, who have names."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_client SET name = %s", [crypto.encrypt("Олена Ткаченко")])
        cursor.execute(
            "UPDATE bookings_booking SET client_id = (SELECT min(id) FROM bookings_client) + id %% %s",
            [CLIENTS],
        )
        cursor.execute("UPDATE dialogues_dialogue SET is_archived = false, last_message_at = now()")
        cursor.execute("ANALYZE")


def _pages() -> Iterator[URLPattern]:
    waiting: list[Any] = list(urls.urlpatterns)
    for part in waiting:
        if isinstance(part, URLResolver):
            waiting += part.url_patterns
        elif hasattr(part.callback, "office_roles"):
            yield part


def _measure(browser: Browser, page: URLPattern, project: Project) -> Iterator[Row]:
    address = _address(page, project)
    if not address:
        return
    answer = browser.get(address)
    if answer.status_code in (302, 405):
        return  # it only leads elsewhere, or takes something
    if answer.status_code not in (200, 204):
        raise RuntimeError(f"{address} answered {answer.status_code}")
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        browser.get(address)
        times.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    note = f"{len(queries.captured_queries)} statements, best {min(times):.0f} ms"
    yield Row(str(page.name), statistics.median(times), "ms", target=MOST_MS, note=note)


def _address(page: URLPattern, project: Project) -> str:
    values: dict[str, object] = {}
    for name in page.pattern.converters:
        rows = _ROWS.get(name)
        if rows is None:
            return ""
        newest = rows.objects.filter(project=project).order_by("-pk").values_list("pk", flat=True).first()
        if newest is None:
            return ""
        values[name] = newest
    return reverse(f"office:{page.name}", kwargs={"salon": project.slug, **values})
