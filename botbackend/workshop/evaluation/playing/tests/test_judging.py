"""The measures: times of a text, ids of recorded answers, several right ways."""

from datetime import date

import pytest

from botbackend.workshop.evaluation.playing.conversation import Said, Then, Window
from botbackend.workshop.evaluation.playing.recorded import with_ids
from botbackend.workshop.evaluation.playing.says import judge_times, judge_words
from botbackend.workshop.evaluation.playing.verdict import Verdict
from botbackend.workshop.evaluation.playing.words import Named, has_any, named_times

TODAY = date(2026, 11, 28)
WEDNESDAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("У середу, 2 грудня, о 16:00 або о 17:30", [(WEDNESDAY, "16:00"), (WEDNESDAY, "17:30")]),
        ("On Wednesday, December 2, at 9:30", [(WEDNESDAY, "09:30")]),
        ("o 16:00 w środę, 2 grudnia", [(WEDNESDAY, "16:00")]),
        ("в среду 16:00, 03.12 12:00", [(date(2026, 12, 3), "16:00"), (date(2026, 12, 3), "12:00")]),
        ("завтра о 10:00", [(date(2026, 11, 29), "10:00")]),
        ("післязавтра о 10:00", [(date(2026, 11, 30), "10:00")]),
        ("12 января в 18:00", [(date(2027, 1, 12), "18:00")]),
        ("о 10:00", [(None, "10:00")]),
    ],
)
def test_times_are_read_with_their_days(text: str, named: list[tuple[date | None, str]]) -> None:
    assert named_times(text, TODAY) == [Named(day, time) for day, time in named]


def test_figures_and_apostrophes_are_compared_in_one_form() -> None:
    assert has_any("1 250 грн", ["1250"])
    assert has_any("зв’яжеться", ["зв'яж"])


def test_a_step_with_alternatives_has_a_way_for_each() -> None:
    then = Then.model_validate({"may_ask_staff": True, "one_of": [{"receipt": "moved"}, {"asks": "day"}]})
    assert [(way.receipt, way.asks, way.may_ask_staff) for way in then.ways()] == [
        ("moved", [], True),
        ("", ["day"], True),
    ]


def test_what_is_not_offered_is_wrong_and_what_does_not_fit_is_looked_at() -> None:
    then = Then(offers_only=[Window(days=[WEDNESDAY], after="16:00")])
    late, early = Verdict(), Verdict()
    judge_times(then, "2 грудня о 17:30; о 10:00 зайнято", TODAY, late)
    judge_times(then, "2 грудня о 10:00", TODAY, early)
    assert late.problems == []
    assert "10:00" in late.doubts[0]
    assert early.problems == ["offers nothing in days ['2026-12-02'], after 16:00"]


@pytest.mark.parametrize(
    ("fact", "says", "text", "told"),
    [
        ("18:30 is taken", ["taken", "sorry"], "Nothing is free at 18:30 on Tuesday.", ""),
        ("a person will answer", ["колег", "відповід"], "Передала колезі, вона відповість Вам.", ""),
        ("there is none of 90 minutes", ["90"], "The massage comes in one length only: 1 hour.", ""),
        ("the price", ["900"], "У середу зранку є час о 09:00.", "Вії - 900 грн."),
    ],
)
def test_a_fact_is_told_in_other_words_too(fact: str, says: list[str], text: str, told: str) -> None:
    verdict, untold = Verdict(), Verdict()
    then = Then(mentions=[Said(fact=fact, says=says)])
    judge_words(then, text, verdict, told=told)
    judge_words(then, "Добре. 650 UAH.", untold)
    assert (verdict.problems, len(untold.problems)) == ([], 1)


def test_the_hour_that_was_asked_for_need_not_be_told_again() -> None:
    offered, other = Verdict(), Verdict()
    then = Then(offers_one_of=["2026-12-02T09:00"])
    judge_times(then, "At the same hour Anna is free on Wednesday, 2 December.", TODAY, offered)
    judge_times(then, "At the same hour Anna is free on Thursday, 3 December.", TODAY, other)
    assert (offered.problems, len(other.problems)) == ([], 1)


def test_a_question_is_asked_with_its_sign() -> None:
    verdict = Verdict()
    judge_words(Then(asks=["service"]), "Добре.", verdict)
    assert verdict.problems == ["does not ask for service"]


def test_recorded_ids_follow_their_names() -> None:
    before = {"services": {"Педикюр": 4}, "specialists": {"Анна": 1}, "visits": {"visit 1": 32}, "notes": {}}
    now = {"services": {"Педикюр": 7}, "specialists": {"Анна": 2}, "visits": {"visit 1": 50}, "notes": {}}
    answer = {
        "json": {"items": [{"services": [4], "specialist": 1}], "visits": [32], "times": 4},
        "content": [{"text": "{v32.time}: {p4.1+p4}, {s4}, {d2026-12-04}"}],
    }
    assert with_ids(answer, before, now) == {
        "json": {"items": [{"services": [7], "specialist": 2}], "visits": [50], "times": 4},
        "content": [{"text": "{v50.time}: {p7.2+p7}, {s4}, {d2026-12-04}"}],
    }
