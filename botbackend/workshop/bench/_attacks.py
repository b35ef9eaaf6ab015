"""What a salon, or somebody without any, may do to a web server; attacks go on until told to end."""

import http.client
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

CONNECTIONS, BOTS = 8, 45_000
SLOW_SECONDS = 0.25
TOKEN = "a" * 32
_numbers = itertools.count(1)
Attack = Callable[[int, threading.Event], None]


@contextmanager
def under(attack: Attack, port: int, *, connections: int = CONNECTIONS) -> Iterator[None]:
    """Let so many attackers loose for as long as the block lasts."""
    over = threading.Event()
    attackers = [threading.Thread(target=attack, args=(port, over), daemon=True) for _ in range(connections)]
    for one in attackers:
        one.start()
    try:
        yield
    finally:
        over.set()
        for one in attackers:
            one.join(60)


def post(port: int, path: str, body: str, headers: dict[str, str], *, seconds: float = 55) -> int:
    """The status of one request; 0 if the connection broke."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def event(bot: str, *, contact: str, number: int) -> dict[str, object]:
    """An incoming message in the captured shape."""
    inner = {"message_id": number, "chat_id": 1, "message": {"text": "Haircut tomorrow at 15?"}}
    return {
        "service": "telegram",
        "title": "incoming_message",
        "date": 1767261600,
        "bot": {"id": bot},
        "contact": {"id": contact, "name": "Olena"},
        "info": {"message": {"id": f"attack-{number}", "channel_data": inner}},
    }


def events_of(bot: str, path: str) -> Attack:
    """Events under a good secret, ten at a time, as fast as they are taken."""

    def attack(port: int, over: threading.Event) -> None:
        while not over.is_set():
            numbers = [next(_numbers) for _ in range(10)]
            body = json.dumps([event(bot, contact=f"flood-{n}", number=n) for n in numbers])
            post(port, path, body, {"Content-Type": "application/json"})

    return attack


def many_bots(path: str) -> Attack:
    """Bodies of a megabyte that name as many bots as it holds."""
    body = "[" + ",".join(f'{{"bot":{{"id":"{number:05d}"}}}}' for number in range(BOTS)) + "]"

    def attack(port: int, over: threading.Event) -> None:
        while not over.is_set():
            post(port, path, body, {"Content-Type": "application/json"})

    return attack


def slow_bodies(path: str) -> Attack:
    """A request that comes in byte by byte, and the next one when the server has enough of it."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n["

    def attack(port: int, over: threading.Event) -> None:
        while not over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port)) as line:
                    line.sendall(head.encode())
                    while not over.wait(SLOW_SECONDS):
                        line.sendall(b" ")
            except OSError:
                over.wait(0.01)

    return attack


def flow_requests(slug: str, path: str) -> Attack:
    """Requests of a flow, each of another contact, that wait for a reply which nobody makes."""

    def attack(port: int, over: threading.Event) -> None:
        while not over.is_set():
            contact = f"flow-{next(_numbers)}"
            body = json.dumps({"project_id": slug, "contact_send_id": contact, "response": "Haircut?"})
            post(port, path, body, {"Content-Type": "application/json"}, seconds=1)

    return attack


def sign_ins(port: int, over: threading.Event) -> None:
    """Wrong passwords from ever other addresses."""
    while not over.is_set():
        number = next(_numbers)
        typed = {"username": f"anna{number}@example.com", "password": "guess", "csrfmiddlewaretoken": TOKEN}
        address = f"198.51.{number // 250 % 250}.{number % 250}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={TOKEN}",
            "X-Forwarded-For": address,
        }
        post(port, "/admin/login/", urlencode(typed), headers)
