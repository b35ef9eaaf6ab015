"""Every endpoint of the API, every page of the office and every table, in an installation of 1,000 salons.

`make bench ARGS="endpoints"`; `--quick` asks for each twenty times, in a tenth of the messages and visits.
Times are those in the server, one request after the other: network and browser are not in them. Of a list
that is sent while it is read the time to its first row counts. What a request writes is taken back.
"""

import time
from collections import deque
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botbackend.workshop.bench._office.salon import find_salon
from botbackend.workshop.bench._town.requests import Question, questions
from botbackend.workshop.bench._town.seed import QUICK, Town, take_town
from botbackend.workshop.bench.row import Options, Row

NAME = "Endpoints: 99 of 100 are answered within, in an installation of 1,000 salons"
RUNS, QUICK_RUNS, WARM_UPS, MOST_MS = 100, 20, 2, 250
MOST_SECONDS = 10.0  # for one of them: what is slow is seen soon enough


def run(options: Options) -> list[Row]:
    """Ask for everything."""
    settle_settings()
    take_town(QUICK if options.quick else Town())
    return list(measure(QUICK_RUNS if options.quick else RUNS))


def settle_settings() -> None:
    """Let this process be asked as often as one likes."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.API_KEY_REQUESTS_PER_MINUTE = settings.ANONYMOUS_REQUESTS_PER_MINUTE = 10**9
    settings.SECURITY_CONTACT, settings.SECURITY_EXPIRES = ["mailto:a@example.com"], timezone.now()


def measure(runs: int) -> Iterator[Row]:
    """Yield a row for each request."""
    for question in questions(find_salon()):
        yield measure_one(question, runs)


def measure_one(question: Question, runs: int) -> Row:
    """Ask for it so often."""
    for _ in range(WARM_UPS):
        _look(question)
    with CaptureQueriesContext(connection) as queries:
        _look(question)
        statements = len(queries)  # the next request begins a new log
    times: list[float] = []
    ends = time.monotonic() + MOST_SECONDS
    while len(times) < runs and time.monotonic() < ends:
        times.append(_look(question))
    times.sort()
    middle, worst = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
    said = f"p50 {middle:.1f} ms, {1000 * len(times) / sum(times):,.0f}/s, {statements} statements"
    return Row(question.what, worst, "ms", target=MOST_MS, note=said)


def _look(question: Question) -> float:
    """Ask once; returns the milliseconds. Of a stream the header and the first row are taken."""
    with transaction.atomic():
        began = time.perf_counter()
        answer = question.ask()
        if answer.streaming:
            deque(islice(answer, 2), maxlen=0)
            answer.close()
        took = (time.perf_counter() - began) * 1000
        transaction.set_rollback(True)
    _check(question, answer)
    return took


def _check(question: Question, answer: HttpResponseBase) -> None:
    if answer.status_code not in question.statuses:
        raise RuntimeError(f"{question.what} answered {answer.status_code}")
