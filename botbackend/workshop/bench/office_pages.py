"""Every page and part of the office over a salon of years: time in the server, and statements.

`make bench ARGS="office_pages"`: one salon with 100,000 visits and 1,000,000 messages of three years;
`--quick` has a tenth. The network and the browser are not in the figures. Of a list that is sent while it is
read the time to its first row counts.
"""

import math
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from botbackend.workshop.bench._office.requests import Ask, asks
from botbackend.workshop.bench._office.salon import Salon, make_salon
from botbackend.workshop.bench.row import Options, Row

NAME = "Pages of the office: 95 of 100 are answered within, one salon, three years"
RUNS, MOST_MS = 20, 200


def run(options: Options) -> list[Row]:
    """Ask for everything that can be looked at."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    visits, messages = (10_000, 100_000) if options.quick else (100_000, 1_000_000)
    return list(measure(make_salon(visits=visits, messages=messages)))


def measure(salon: Salon) -> Iterator[Row]:
    """Yield a row for each request."""
    browsers = {"stranger": Browser(headers={"host": "127.0.0.1"})}
    for who in ("owner", "specialist", "operator"):
        browsers[who] = Browser(headers={"host": "127.0.0.1"})
        browsers[who].force_login(getattr(salon, who))
    for ask in asks(salon):
        yield _measure(browsers[ask.who], ask)


def _measure(browser: Browser, ask: Ask) -> Row:
    with CaptureQueriesContext(connection) as queries:
        answer, _ = _look(browser, ask)
    statements = len(queries)  # the next request begins a new log
    if answer.status_code not in (ask.status, 204):
        raise RuntimeError(f"{ask.address} answered {answer.status_code}")
    times = sorted(_look(browser, ask)[1] for _ in range(RUNS))
    note = f"half within {times[RUNS // 2]:.0f} ms, {statements} statements"
    if answer.streaming:
        note += f", whole in {_whole(browser, ask):.1f} s"
    return Row(ask.what, times[math.ceil(RUNS * 0.95) - 1], "ms", target=MOST_MS, note=note)


def _look(browser: Browser, ask: Ask) -> tuple[HttpResponseBase, float]:
    """Ask once; of a stream the header and the first row are taken."""
    began = time.perf_counter()
    answer: HttpResponseBase = browser.get(ask.address)
    if answer.streaming:
        deque(islice(answer, 2), maxlen=0)
        answer.close()
    return answer, (time.perf_counter() - began) * 1000


def _whole(browser: Browser, ask: Ask) -> float:
    """How long it takes until the last row is there, in seconds."""
    began = time.perf_counter()
    deque(browser.get(ask.address), maxlen=0)
    return time.perf_counter() - began
