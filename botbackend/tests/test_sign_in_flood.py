"""A real web server: no client's message waits for fifty wrong passwords, no broken body is an error."""

import http.client
import json
import socket
import threading
import time
from urllib.parse import urlencode

import pytest
from django.conf import settings

from botbackend.outbox.tests.processes import database_url
from botbackend.workshop.bench._gunicorn import serving
from dialogues.tests.factories import SECRET, make_event, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
GUESSES = 50
# A hash takes half a second of a free core; behind two rounds of eight a message waited for 8 to 13 seconds.
LONGEST_SECONDS = 2.0
TOKEN = "a" * 32


def ask(port: int, method: str, path: str, body: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def guess(port: int, number: int, seen: list[int]) -> None:
    typed = {"username": f"anna{number}@example.com", "password": "guess", "csrfmiddlewaretoken": TOKEN}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={TOKEN}",
        "X-Forwarded-For": f"198.51.100.{number}",
    }
    seen.append(ask(port, "POST", "/admin/login/", urlencode(typed), headers))


def message(port: int) -> float:
    """The seconds that one message took."""
    body, kind = json.dumps([make_event(text="Haircut?")]), {"Content-Type": "application/json"}
    begun = time.monotonic()
    assert ask(port, "POST", f"/webhook/sendpulse/{SECRET}", body, kind) == 200
    return time.monotonic() - begun


BROKEN = [b"ZZ\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n", b"5;=\r\nabcde\r\n0\r\n\r\n", b"5\r\nab"]


def chunked(port: int, path: str, body: bytes) -> bytes:
    """The first line of the answer to a body that comes in these chunks, and ends there."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        return line.recv(4096).split(b"\r\n")[0]


def assert_broken_bodies_are_refused(port: int) -> None:
    for path in ("/admin/login/", f"/webhook/sendpulse/{SECRET}", "/projects/hair/bookings/", "/nowhere/"):
        for body in BROKEN:
            assert chunked(port, path, body) == b"HTTP/1.1 400 Bad Request", (path, body)


def test_wrong_passwords_never_slow_a_webhook() -> None:
    make_project()
    environment = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL, "BEHIND_PROXY": "true"}
    with serving("botbackend.wsgi", environment) as port:
        for _ in range(4):
            message(port)  # both processes are warm
        assert_broken_bodies_are_refused(port)
        seen: list[int] = []
        guesses = [
            threading.Thread(target=guess, args=(port, number, seen)) for number in range(1, GUESSES + 1)
        ]
        for one in guesses:
            one.start()
        took = [message(port)]
        while any(one.is_alive() for one in guesses):
            took.append(message(port))
        for one in guesses:
            one.join()
    assert set(seen) <= {422, 429}
    assert 422 in seen
    assert max(took) < LONGEST_SECONDS, f"{len(took)} messages, {sorted(took)[-5:]}"
