"""What the webhook is measured against: nothing but WSGI, a view with one INSERT, the same plus an RQ job."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from redis import Redis
from rq import Queue

TABLE = "CREATE TABLE IF NOT EXISTS bench_event (id bigserial PRIMARY KEY, body jsonb, at timestamptz)"
INSERT = "INSERT INTO bench_event (body, at) VALUES (%s, now()) RETURNING id"
OK = b'{"accepted": 1}'


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that reads the body and answers."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(OK)))])
    return [OK]


def insert(request: HttpRequest) -> HttpResponse:
    """One INSERT."""
    _insert(request)
    return _accepted()


def insert_and_enqueue(request: HttpRequest) -> HttpResponse:
    """One INSERT, then an RQ job for it."""
    _queue().enqueue("botbackend.workshop.bench._bare_views.work", _insert(request))
    return _accepted()


def _accepted() -> HttpResponse:
    """With the length that a middleware of Django would add, so that the connection is kept unchunked."""
    return HttpResponse(OK, content_type="application/json", headers={"Content-Length": str(len(OK))})


def work(event_id: int) -> None:
    """Never run: nobody takes the jobs."""


def _insert(request: HttpRequest) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [request.body.decode()])
        return int(cursor.fetchone()[0])


@cache
def _queue() -> Queue:
    return Queue("bench", connection=Redis.from_url(settings.REDIS_URL))


urlpatterns = [path("insert", insert), path("enqueue", insert_and_enqueue)]

if os.environ.get("DJANGO_SETTINGS_MODULE") == "botbackend.workshop.bench._bare_settings":
    application = get_wsgi_application()
