"""The chaos run's own judgement must be able to fail."""

import random
from dataclasses import replace

from botbackend.workshop.chaos.clients import _script, answers_of_claude
from botbackend.workshop.chaos.report import Verdict, rows_of

CLEAN = Verdict(
    said=100,
    answered=90,
    handed_off=6,
    skipped=4,
    sent=80,
    uncertain=0,
    bookings=10,
    quiet_after=3.0,
    wrong={"texts sent twice": 0, "texts not sent": 0},
)


def misses(verdict: Verdict) -> list[str]:
    return [row.what for row in rows_of(verdict, {"flush Redis": 2}) if row.verdict == "miss"]


def test_a_run_in_which_every_message_has_its_fate_passes() -> None:
    assert misses(CLEAN) == []


def test_one_lost_message_fails_the_run() -> None:
    assert misses(replace(CLEAN, answered=89)) == ["lost"]


def test_one_double_fails_the_run() -> None:
    assert misses(replace(CLEAN, wrong={"texts sent twice": 1})) == ["texts sent twice"]


def test_more_than_one_percent_of_unknown_fate_fails_the_run() -> None:
    assert misses(replace(CLEAN, sent=99, uncertain=1)) == []
    assert misses(replace(CLEAN, sent=97, uncertain=1)) == ["texts of unknown fate, marked"]


def test_unsent_texts_count_as_lost_for_the_control_run() -> None:
    assert CLEAN.unanswered_for_good == 0
    assert replace(CLEAN, wrong={"texts not sent": 3}).unanswered_for_good == 3


def test_the_stand_in_of_claude_has_an_answer_to_everything_that_is_written() -> None:
    answered = {rule["when"]["said"] for rule in answers_of_claude()}
    written = {text for seed in range(200) for text in _script(random.Random(f"1-{seed}"), 10)}
    assert written <= answered


def test_a_seed_makes_the_same_clients_again() -> None:
    first = _script(random.Random("1-7"), 10)
    assert first == _script(random.Random("1-7"), 10)
    assert len(first) == 10
    assert first != _script(random.Random("2-7"), 10)
