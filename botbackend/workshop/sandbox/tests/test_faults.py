"""The shared server: faults, the request log, waiting, the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import requests

from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.wire import Json

from .factories import Receiver, control


@pytest.fixture
def server() -> Iterator[Receiver]:
    with running(Receiver()) as receiver:
        yield receiver


def post(server: Receiver, path: str = "/work") -> requests.Response:
    return requests.post(server.url + path, json=[1], timeout=5, headers={"Authorization": "Bearer secret"})


def set_fault(server: Receiver, **rule: object) -> None:
    control(server, "faults", {"faults": [rule]})


def test_a_status_fault_answers_without_doing_the_work_as_often_as_told(server: Receiver) -> None:
    set_fault(server, kind="status", status=429, headers={"Retry-After": "3"}, body={"a": 1}, times=2)
    answers = [post(server) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert (answers[0].headers["Retry-After"], answers[0].json()) == ("3", {"a": 1})


def test_a_delay_holds_the_answer_back_and_the_work_is_done(server: Receiver) -> None:
    set_fault(server, kind="delay", seconds=0.2)
    started = time.monotonic()
    assert post(server).status_code == 200
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_cut_connection_gives_no_answer(server: Receiver, kind: str) -> None:
    set_fault(server, kind=kind, times=1)
    with pytest.raises(requests.ConnectionError):
        post(server)
    assert server.requests[-1].status == 0
    assert post(server).status_code == 200


def test_garbage_is_a_success_that_is_not_json(server: Receiver) -> None:
    set_fault(server, kind="garbage")
    answer = post(server)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_html_is_an_error_page(server: Receiver) -> None:
    set_fault(server, kind="html")
    answer = post(server)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


def test_a_fault_strikes_only_what_it_matches(server: Receiver) -> None:
    set_fault(server, kind="status", status=500, match={"path": "^/a", "method": "POST", "body": "1"})
    assert [post(server, "/a").status_code, post(server, "/b").status_code] == [500, 200]
    assert requests.get(f"{server.url}/a", timeout=5).status_code == 200


def test_a_fault_of_probability_zero_never_strikes(server: Receiver) -> None:
    set_fault(server, kind="cut_before", probability=0)
    assert {post(server).status_code for _ in range(20)} == {200}


@pytest.mark.parametrize("rule", [{"kind": "explode"}, {"kind": "status", "when": "now"}])
def test_a_senseless_fault_is_refused(server: Receiver, rule: Json) -> None:
    answer = requests.post(f"{server.url}/_control/faults", json=[rule], timeout=5)
    assert answer.status_code == 400


def test_the_log_tells_requests_apart_and_hides_secrets(server: Receiver) -> None:
    post(server)
    post(server, "/other?x=1")
    found = requests.get(f"{server.url}/_control/requests", params={"path": "other"}, timeout=5).json()
    assert [(entry["path"], entry["query"]) for entry in found["requests"]] == [("/other", {"x": ["1"]})]
    assert "secret" not in str(found)
    assert server.requests[0].body == [1]


def test_waiting_returns_as_soon_as_the_request_is_served(server: Receiver) -> None:
    params: dict[str, str] = {"path": "/late", "count": "2", "timeout": "5"}
    answers: list[Json] = []
    url = f"{server.url}/_control/wait"
    waiter = threading.Thread(
        target=lambda: answers.append(requests.get(url, params=params, timeout=9).json())
    )
    waiter.start()
    post(server, "/late")
    post(server, "/late")
    waiter.join(5)
    assert (answers[0]["ok"], len(answers[0]["requests"])) == (True, 2)


def test_waiting_in_vain_ends_with_the_time(server: Receiver) -> None:
    answer = requests.get(f"{server.url}/_control/wait?path=never&timeout=0.05", timeout=5)
    assert (answer.status_code, answer.json()["ok"]) == (408, False)
    with pytest.raises(TimeoutError):
        server.wait_for("/never", timeout=0.05)


def test_a_page_of_another_site_is_turned_away(server: Receiver) -> None:
    def ask(origin: str) -> int:
        return requests.get(f"{server.url}/_control/state", headers={"Origin": origin}, timeout=5).status_code

    assert [ask("https://evil.example"), ask(server.url)] == [403, 200]


def test_reset_forgets_requests_and_faults(server: Receiver) -> None:
    set_fault(server, kind="status", status=500)
    post(server)
    control(server, "reset", {})
    assert server.requests == []
    assert post(server).status_code == 200


def test_a_keep_alive_connection_serves_many_requests(server: Receiver) -> None:
    with requests.Session() as session:
        first = session.get(server.url, stream=True, timeout=5)
        port = first.raw.connection.sock.getsockname()[1] if first.raw.connection else None
        assert first.content
        second = session.get(server.url, stream=True, timeout=5)
        assert second.raw.connection is not None
        assert second.raw.connection.sock.getsockname()[1] == port
        assert second.content


def test_stopping_ends_waiters_and_frees_the_port() -> None:
    with running(Receiver()) as server:
        port = int(server.url.rpartition(":")[2])
        thread = threading.Thread(target=server.log.wait, kwargs={"path": "never", "timeout": 60})
        thread.start()
    thread.join(2)
    assert not thread.is_alive()
    with running(Receiver(), port) as again:
        assert post(again).status_code == 200
