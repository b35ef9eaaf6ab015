"""Tells what one request to the bare view costs; runs in a process that has the bare views' settings."""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from botbackend.workshop.bench._bare_views import OK, TABLE, application

BATCHES, REQUESTS = 30, 20
BODY = json.dumps([{"title": "incoming_message", "text": "Haircut tomorrow at 15? " * 20}]).encode()


def _environ() -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/insert",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.input": io.BytesIO(BODY),
        "wsgi.url_scheme": "http",
    }


def _ask() -> None:
    answer = application(_environ(), _start)
    if b"".join(answer) != OK:
        raise RuntimeError("the bare view did not store the event")
    answer.close()


def _start(status: str, headers: list[tuple[str, str]], info: Any = None) -> Callable[[bytes], object]:
    return lambda _: None


def cpu_seconds() -> float:
    """Return the median over batches of CPU seconds per request."""
    found = []
    for _ in range(BATCHES):
        began = time.process_time()
        for _ in range(REQUESTS):
            _ask()
        found.append((time.process_time() - began) / REQUESTS)
    return statistics.median(found)


if __name__ == "__main__":
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    _ask()
    sys.stdout.write(f"{cpu_seconds()}\n")
