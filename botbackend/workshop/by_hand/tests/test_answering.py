"""Somebody plays the model by writing files; the SDK asks as it asks Claude."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anthropic
import pytest

from botbackend.workshop.by_hand.answers import Unfit, answer_in
from botbackend.workshop.by_hand.endpoint import HandAnswered
from botbackend.workshop.by_hand.queue import HandQueue
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.tests.factories import (
    ask,
    make_tool,
    text_in,
)
from botbackend.workshop.sandbox.wire import Json

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}, "days": {"type": "array"}},
    "required": ["answer", "days"],
    "additionalProperties": False,
}
FORMAT = {"format": {"type": "json_schema", "schema": SCHEMA}}


class Somebody:
    """Whoever answers: waits for what the endpoint tells and writes the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._told: list[str] = []
        self._news = threading.Condition()

    def hear(self, line: str) -> None:
        with self._news:
            self._told.append(line)
            self._news.notify_all()

    def wait_for(self, words: str, count: int = 1) -> None:
        with self._news:
            heard: Callable[[], bool] = lambda: sum(words in line for line in self._told) >= count  # noqa: E731
            assert self._news.wait_for(heard, timeout=10), f"nobody said {words!r}: {self._told}"

    def asked(self, number: int) -> Json:
        self.wait_for(f"{number:04} waits")
        found: Json = json.loads((self.folder / f"{number:04}.request.json").read_text())
        return found

    def answer(self, number: int, given: Any) -> None:
        text = given if isinstance(given, str) else json.dumps(given)
        (self.folder / f"{number:04}.answer.json").write_text(text)


@pytest.fixture
def somebody(tmp_path: Path) -> Somebody:
    return Somebody(tmp_path / "queue")


@pytest.fixture
def endpoint(somebody: Somebody) -> Iterator[HandAnswered]:
    with running(HandAnswered(HandQueue(somebody.folder, tell=somebody.hear), tell=somebody.hear)) as server:
        yield server
        assert server.bugs == []


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_a_request_waits_as_a_file_for_the_file_with_its_answer(
    endpoint: HandAnswered, somebody: Somebody, threads: ThreadPoolExecutor
) -> None:
    asked = threads.submit(ask, endpoint, messages=[{"role": "user", "content": "Є місце?"}])
    assert somebody.asked(1)["messages"] == [{"role": "user", "content": "Є місце?"}]
    somebody.answer(1, {"text": "Так"})
    message = asked.result(timeout=10)
    assert (text_in(message), message.stop_reason) == ("Так", "end_turn")
    assert message.usage.output_tokens > 0


def test_several_requests_wait_at_once_and_each_gets_its_own_answer(
    endpoint: HandAnswered, somebody: Somebody, threads: ThreadPoolExecutor
) -> None:
    asked: dict[str, Future[Any]] = {
        word: threads.submit(ask, endpoint, messages=[{"role": "user", "content": word}])
        for word in ("a", "b")
    }
    words = {number: somebody.asked(number)["messages"][0]["content"] for number in (1, 2)}
    for number in (2, 1):
        somebody.answer(number, {"text": words[number] * 3})
    assert {word: text_in(one.result(timeout=10)) for word, one in asked.items()} == {"a": "aaa", "b": "bbb"}


def test_what_does_not_fit_the_schema_is_told_and_the_next_answer_is_taken(
    endpoint: HandAnswered, somebody: Somebody, threads: ThreadPoolExecutor
) -> None:
    asked = threads.submit(ask, endpoint, output_config=FORMAT)
    somebody.asked(1)
    somebody.answer(1, {"answer": "maybe", "days": []})
    somebody.wait_for("needs another answer")
    assert "answer: 'maybe' is not one of" in (somebody.folder / "0001.error").read_text()
    assert not (somebody.folder / "0001.answer.json").exists()
    good = {"answer": "yes", "days": []}
    somebody.answer(1, good)
    assert json.loads(text_in(asked.result(timeout=10))) == good
    assert not (somebody.folder / "0001.error").exists()


def test_a_file_that_is_still_being_written_is_not_taken_for_a_bad_answer(
    endpoint: HandAnswered, somebody: Somebody, threads: ThreadPoolExecutor
) -> None:
    asked = threads.submit(ask, endpoint)
    somebody.asked(1)
    for end in range(1, 20):
        somebody.answer(1, '{"text": "It is free"}'[:end])
    somebody.answer(1, {"text": "It is free"})
    assert text_in(asked.result(timeout=10)) == "It is free"


def test_a_request_that_comes_again_waits_for_the_same_answer(
    endpoint: HandAnswered, somebody: Somebody, threads: ThreadPoolExecutor
) -> None:
    asked = [threads.submit(ask, endpoint) for _ in range(2)]
    somebody.wait_for("asked again")
    somebody.asked(1)
    somebody.answer(1, {"text": "once"})
    assert [text_in(one.result(timeout=10)) for one in asked] == ["once", "once"]


TOOLS: Json = {
    "tools": [make_tool("say", text={"type": "string"}), make_tool("find_slots")],
    "thinking": {"type": "disabled"},
}


def test_an_answer_may_call_several_tools(
    endpoint: HandAnswered, somebody: Somebody, threads: ThreadPoolExecutor
) -> None:
    asked = threads.submit(ask, endpoint, **TOOLS)
    somebody.asked(1)
    somebody.answer(1, [{"text": "Let me see"}, {"tool": "say", "input": {"text": "Free"}}])
    message = asked.result(timeout=10)
    assert message.stop_reason == "tool_use"
    assert [block.type for block in message.content] == ["text", "tool_use"]


def test_a_whole_response_is_given_as_it_is() -> None:
    whole = {"type": "message", "content": [], "stop_reason": "refusal", "usage": {"output_tokens": 0}}
    assert answer_in(json.dumps(whole).encode(), TOOLS) == whole


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{", "is no JSON"),
        ('{"say": "hi"}', 'write {"text"'),
        ('{"text": " "}', "needs words"),
        ('{"tool": "dance", "input": {}}', "there is no tool 'dance'; there are: say, find_slots"),
        ('{"type": "message", "content": "hi"}', "must be a list of blocks"),
        ('{"tool": "say", "input": {"extra": 1}}', "content.0.input"),
    ],
)
def test_a_mistake_is_told_where_it_is(written: str, why: str) -> None:
    with pytest.raises(Unfit, match=why.replace("{", r"\{")):
        answer_in(written.encode(), TOOLS)


def test_a_stopped_endpoint_lets_those_go_who_wait(somebody: Somebody, threads: ThreadPoolExecutor) -> None:
    with running(HandAnswered(HandQueue(somebody.folder, tell=somebody.hear))) as server:
        asked = threads.submit(ask, server)
        somebody.asked(1)
    with pytest.raises(anthropic.APIConnectionError):
        asked.result(timeout=10)


def test_numbers_go_on_where_the_folder_ended(somebody: Somebody) -> None:
    somebody.folder.mkdir()
    (somebody.folder / "0041.request.json").write_text("{}")
    server = HandAnswered(HandQueue(somebody.folder, tell=somebody.hear))
    with running(server), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server)
        somebody.asked(42)
        somebody.answer(42, {"text": "here"})
        assert text_in(asked.result(timeout=10)) == "here"
