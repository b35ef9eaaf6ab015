"""Threads of a web process: for whole requests, senders in turn, and no slow one holds any of them."""

import http.client
import json
import queue
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pytest
from django.conf import settings

from botbackend.outbox.tests.processes import database_url
from botbackend.web import hall as halls
from botbackend.web.arrival import LARGE_BYTES, PAGES, Arrived, look, sender_of
from botbackend.web.hall import Hall
from botbackend.web.lines import Lines
from botbackend.web.worker import TOO_SLOW, Seats
from botbackend.workshop.bench._attacks import BOTS, event
from botbackend.workshop.bench._gunicorn import serving
from dialogues.tests.factories import SECRET, make_event, make_project

HEAD = b"POST /webhook/sendpulse/s-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client's end of a TCP connection, and the server's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        with client, server:
            yield client, server


def arrived(server: socket.socket, number: int) -> tuple[Arrived, int]:
    """What is to be seen once so many bytes are here."""
    server.recv(number, socket.MSG_PEEK | socket.MSG_WAITALL)
    return look(server)


def test_a_request_is_whole_once_its_last_byte_is_here(line: tuple[socket.socket, socket.socket]) -> None:
    client, server = line
    assert look(server) == (Arrived.PART, 1)
    client.sendall(HEAD[:20])
    assert arrived(server, 20) == (Arrived.PART, 21)
    client.sendall(HEAD[20:] + b"123")
    assert arrived(server, len(HEAD) + 3) == (Arrived.PART, len(HEAD) + 10)
    client.sendall(b"4567890")
    assert arrived(server, len(HEAD) + 10)[0] is Arrived.WHOLE
    assert sender_of(server) == b"/webhook/sendpulse/s-1"
    assert server.recv(1000) == HEAD + b"1234567890"  # nothing was taken away by looking


def test_a_large_request_is_not_waited_for_to_its_end(line: tuple[socket.socket, socket.socket]) -> None:
    client, server = line
    client.sendall(HEAD.replace(b"10", b"900000") + b"x" * LARGE_BYTES)
    assert arrived(server, LARGE_BYTES)[0] is Arrived.LARGE


@pytest.mark.parametrize(
    ("head", "sender"),
    [
        (b"GET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n", PAGES),
        (b"GET /projects/a/stats HTTP/1.1\r\nAuthorization: Bearer k\r\n\r\n", b"Bearer k"),
        (b"POST /webhook/sendpulse?a=1 HTTP/1.1\r\nX-Webhook-Secret: s\r\n\r\n", b"/webhook/sendpulse s"),
    ],
)
def test_requests_stand_in_the_line_of_what_they_show(
    line: tuple[socket.socket, socket.socket], head: bytes, sender: bytes
) -> None:
    line[0].sendall(head)
    assert arrived(line[1], len(head))[0] is Arrived.WHOLE
    assert sender_of(line[1]) == sender


def test_the_hall_tells_when_the_rest_is_here_and_who_hung_up(
    line: tuple[socket.socket, socket.socket],
) -> None:
    client, server = line
    told: list[Arrived] = []
    came = threading.Event()

    def then(arrived: Arrived) -> None:
        told.append(arrived)
        came.set()

    hall = Hall()
    try:
        client.sendall(HEAD + b"123")
        hall.wait(server, len(HEAD) + 10, then)
        client.sendall(b"4567890")
        assert came.wait(10)
        came.clear()
        server.recv(1000)
        client.sendall(HEAD + b"123")
        hall.wait(server, 1, then)
        client.shutdown(socket.SHUT_WR)
        assert came.wait(10)
        assert told == [Arrived.WHOLE, Arrived.WHOLE]
    finally:
        hall.close()


def test_who_is_too_slow_is_told_so_and_hung_up_on_at_once(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, server = line
    monkeypatch.setattr(halls, "WHOLE_WITHIN_SECONDS", 0.2)
    client.sendall(HEAD[:20])
    seats = Seats(1)
    try:
        refused = seats.submit(lambda connection: True, SimpleNamespace(sock=server, initialized=False))
        assert refused.result(10) is False
    finally:
        seats.shutdown()
    client.settimeout(10)
    assert client.makefile("rb").read() == TOO_SLOW
    # gunicorn waits on its main loop until nothing more can come.
    server.settimeout(1)
    assert server.makefile("rb").read() == HEAD[:20]


def test_whoever_sends_much_keeps_no_other_sender_waiting() -> None:
    lines, begun, gate, done = Lines(2), list[bytes](), threading.Event(), threading.Semaphore(0)

    def put(sender: bytes) -> None:
        lines.put(sender, lambda: run(sender))

    def run(sender: bytes) -> None:
        begun.append(sender)
        gate.wait(10)
        done.release()

    for sender in (b"a", b"a", b"a", b"a", b"a", b"a", b"a", b"a", b"b", b"b", b"c"):
        put(sender)
    gate.set()
    for _ in range(11):
        assert done.acquire(timeout=10)
    lines.shutdown(wait=True, cancel_futures=False)
    assert sorted(begun[:2]) == [b"a", b"b"]  # a thread was kept free: the first of another waits for nobody
    assert b"c" in begun[:5]


def test_a_thread_that_becomes_free_serves_whoever_has_fewest_in_work() -> None:
    lines, begun = Lines(5), queue.Queue[str]()
    gates = {name: threading.Event() for name in ("a1", "a2", "a3", "a4", "b1", "c1", "c2")}

    def put(name: str) -> None:
        lines.put(name[:1].encode(), lambda: run(name))

    def run(name: str) -> None:
        begun.put(name)
        gates[name].wait(10)

    for name in ("a1", "a2", "a3", "c1", "c2", "a4", "b1"):
        put(name)
    first = {begun.get(timeout=10) for _ in range(5)}
    assert first == {"a1", "a2", "a3", "c1", "c2"}
    gates["c1"].set()  # a4 has waited longer than b1, behind three of its own
    assert begun.get(timeout=10) == "b1"
    for gate in gates.values():
        gate.set()
    assert begun.get(timeout=10) == "a4"
    lines.shutdown(wait=True, cancel_futures=False)


def pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


def test_large_requests_have_threads_of_their_own() -> None:
    seats, gate = Seats(2), threading.Event()
    heads = {b"a": HEAD.replace(b"s-1", b"a"), b"b": HEAD.replace(b"s-1", b"b")}
    with ExitStack() as opened:
        opened.callback(seats.shutdown)
        opened.callback(gate.set)
        ends = [(opened.enter_context(client), opened.enter_context(server)) for client, server in
                (pair() for _ in range(3))]  # fmt: skip
        for (client, server), head in zip(ends, heads.values(), strict=False):
            client.sendall(head + b"1234567890")
            arrived(server, len(head) + 10)
            seats.submit(lambda one: gate.wait(10), SimpleNamespace(sock=server, initialized=False))
        client, server = ends[2]
        client.sendall(HEAD.replace(b"10", b"900000") + b"x" * LARGE_BYTES)
        arrived(server, LARGE_BYTES)
        answer = seats.submit(lambda one: True, SimpleNamespace(sock=server, initialized=False))
        assert answer.result(10) is True


def test_half_a_request_behind_a_whole_one_holds_its_thread_no_longer_than_others(
    line: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, server = line
    monkeypatch.setattr(halls, "WHOLE_WITHIN_SECONDS", 1.0)
    client.sendall(HEAD + b"1234567890" + HEAD[:20])
    arrived(server, len(HEAD) + 30)
    seats = Seats(2)

    def read_both(one: SimpleNamespace) -> bytes:
        one.sock.recv(len(HEAD) + 10, socket.MSG_WAITALL)
        return bytes(one.sock.recv(len(HEAD) + 10, socket.MSG_WAITALL))

    answer = seats.submit(read_both, SimpleNamespace(sock=server, initialized=False))
    try:
        assert answer.result(10) == HEAD[:20]
    finally:
        client.close()
        seats.shutdown()


# --- a real server ------------------------------------------------------------------------------------------


@contextmanager
def posting(port: int, body: bytes, *, length: int = 0) -> Iterator[socket.socket]:
    """A connection on which a request of the flooding salon was begun."""
    head = f"POST /webhook/sendpulse/{SECRET} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Content-Length: {length or len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode() + body)
        yield line


def message(port: int, secret: str, body: object) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", f"/webhook/sendpulse/{secret}", json.dumps(body))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def has_answer(line: socket.socket) -> bool:
    return bool(select.select([line], [], [], 0)[0])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_neither_slow_nor_large_bodies_of_one_salon_keep_another_waiting() -> None:
    make_project()
    make_project(sendpulse_bot_id="bot-of-another", webhook_secret="another-secret-of-a-salon")
    mine = event("bot-of-another", contact="c", number=1)
    many = b"[" + b",".join(b'{"bot":{"id":"%05d"}}' % number for number in range(BOTS)) + b"]"
    environment = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
    with serving("botbackend.wsgi", environment) as port, ExitStack() as stack:
        for _ in range(4):
            message(port, "another-secret-of-a-salon", [mine])  # both processes are warm
        slow = [stack.enter_context(posting(port, b"[", length=1000)) for _ in range(16)]
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(16)]
        assert message(port, "another-secret-of-a-salon", [mine]) == 200
        assert not any(map(has_answer, [*slow, *silent]))  # all of them still wait: nobody waited for them
        large = [stack.enter_context(posting(port, many)) for _ in range(24)]
        assert message(port, "another-secret-of-a-salon", [mine]) == 200
        assert not all(map(has_answer, large))  # it went before some of them
        assert {line.recv(12)[9:] for line in large} == {b"413"}
        slow[0].sendall(json.dumps([make_event(text="Haircut?")]).encode()[1:].ljust(999))
        assert slow[0].recv(12)[9:] == b"200"  # slow is not refused
