"""Conversations are read, played against an endpoint, judged, and played again from their answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from botbackend.workshop.evaluation.outside import outside
from botbackend.workshop.evaluation.playing.answering import ByEndpoint, replay
from botbackend.workshop.evaluation.playing.burst import Played
from botbackend.workshop.evaluation.playing.conversation import (
    SHIPPED,
    Conversation,
    ConversationError,
    read_conversations,
)
from botbackend.workshop.evaluation.playing.play import play_conversation
from botbackend.workshop.evaluation.playing.recorded import read_recorded
from botbackend.workshop.evaluation.playing.relay import Relay
from botbackend.workshop.evaluation.playing.transcript import table, write_played
from botbackend.workshop.evaluation.scratch import scratch_database
from botbackend.workshop.sandbox.base import running
from botbackend.workshop.sandbox.claude.stand_in import READ, ClaudeStandIn


@pytest.fixture(scope="module")
def database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), scratch_database():
        yield


def make_talk(name: str) -> Conversation:
    return read_conversations([name])[0]


def play(talk: Conversation) -> Played:
    """The small reader answers for Claude."""
    reader = ClaudeStandIn(keys={"by-hand": "org"}, unscripted=READ)
    with (
        running(reader) as endpoint,
        running(Relay(endpoint.url, patience=10)) as relay,
        outside(live=True, claude_at=relay.url) as started,
    ):
        return play_conversation(talk, started, ByEndpoint(relay))


def test_every_shipped_conversation_is_read() -> None:
    talks = read_conversations()
    assert len(talks) == 40
    assert {talk.language for talk in talks} == {"uk", "ru", "en", "pl"}


def test_a_key_that_nobody_judges_is_refused(tmp_path: Path) -> None:
    text = (SHIPPED / "uk-eyebrows-tomorrow-at-noon.yaml").read_text().replace("receipt:", "reciept:")
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(ConversationError, match="reciept"):
        read_conversations(folder=tmp_path)


@pytest.mark.usefixtures("database")
def test_a_conversation_is_played_judged_and_played_again_from_its_answers(tmp_path: Path) -> None:
    played = play(make_talk("uk-eyebrows-tomorrow-at-noon"))
    assert played.problems == []
    write_played(played, tmp_path)
    assert "Корекція та фарбування брів" in (tmp_path / "uk-eyebrows-tomorrow-at-noon.md").read_text()
    with outside(live=False) as started:
        again = replay(read_recorded(tmp_path / "uk-eyebrows-tomorrow-at-noon.json"), started)
    assert again.problems == []
    assert [burst.replies for burst in again.bursts] == [burst.replies for burst in played.bursts]
    assert table([played])[2].startswith("| uk-eyebrows-tomorrow-at-noon | 2 | 2 |")


@pytest.mark.usefixtures("database")
def test_what_comes_out_otherwise_is_told_with_its_place() -> None:
    talk = make_talk("uk-eyebrows-tomorrow-at-noon")
    wanted = talk.end[0].model_copy(update={"guest": "Настя"})
    step = talk.says[0].model_copy(update={"then": talk.says[1].then})
    changed = talk.model_copy(update={"end": [wanted], "says": [step, talk.says[1]]})
    problems = play(changed).problems
    assert "step 1: nothing was booked" in problems
    assert any(one.startswith("step 1: an unwanted card (book): Корекція") for one in problems)
    assert any(one.startswith("end: the end: no row") and "for Настя" in one for one in problems)


@pytest.mark.usefixtures("database")
def test_an_answer_too_few_fails_the_replay(tmp_path: Path) -> None:
    played = play(make_talk("uk-eyebrows-tomorrow-at-noon"))
    for burst in played.bursts:
        burst.asked.clear()
    write_played(played, tmp_path)
    with outside(live=False) as started:
        again = replay(read_recorded(tmp_path / "uk-eyebrows-tomorrow-at-noon.json"), started)
    assert any("no answer is recorded" in problem for problem in again.problems)
