"""Figures of a report, what a comparison tells, and the command as a user starts it."""

import json
import os
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from botbackend.workshop.evaluation.clock import clock_at
from botbackend.workshop.evaluation.conversation import Broken, Conversation
from botbackend.workshop.evaluation.diff import diff_reports
from botbackend.workshop.evaluation.outside import outside
from botbackend.workshop.evaluation.reading import read_scenarios
from botbackend.workshop.evaluation.report import (
    ReportError,
    Result,
    as_table,
    make_report,
    pass_hat,
    read_report,
    write_report,
)
from botbackend.workshop.evaluation.running import Run, can_run_live, run_scenario
from botbackend.workshop.evaluation.scenario import Scenario
from botbackend.workshop.evaluation.simulated import DONE
from botbackend.workshop.sandbox.claude.answers.data import AnswerData
from botbackend.workshop.sandbox.claude.answers.script import Rule

NAME = "uk_price_from_the_list"
SCENARIOS = {scenario.name: scenario for scenario in read_scenarios()}


def make_scenario(name: str = NAME) -> Scenario:
    """A shipped scenario."""
    return SCENARIOS[name]


def make_run(*problems: str, **values: Any) -> Run:
    """A run with these problems."""
    return Run(problems=list(problems), cost_usd=Decimal("0.01"), calls=2, turn_seconds=[0.1, 0.3], **values)


def report_of(*runs: Run, name: str = NAME) -> dict[str, Any]:
    """A report of one scenario."""
    return make_report([Result(make_scenario(name), runs)], endpoint="stand-in", times=len(runs))


def test_pass_hat_is_the_chance_that_k_runs_all_pass() -> None:
    assert pass_hat(4, 4, 4) == 1.0
    assert pass_hat(3, 4, 1) == 0.75
    assert pass_hat(3, 4, 2) == 0.5
    assert pass_hat(3, 4, 4) == 0.0
    assert pass_hat(0, 0, 1) == 0.0


def test_a_report_counts_passes_cost_and_time() -> None:
    report = report_of(make_run(), make_run("step 1: said nothing"), make_run(), make_run())
    (one,) = report["scenarios"]
    assert (one["kind"], one["runs"], one["passed"]) == ("read", 4, 3)
    assert (one["pass_1"], one["pass_k"]) == (0.75, 0.0)
    assert (one["cost_usd"], one["calls"]) == (0.01, 2)
    assert (one["turn_p50_ms"], one["turn_p95_ms"]) == (300, 300)
    assert one["problems"] == ["step 1: said nothing"]
    assert report["reads"]["scenarios"] == 1
    assert report["writes"]["scenarios"] == 0
    assert report["all"]["cost_usd"] == 0.04


def test_a_run_in_which_the_evaluation_failed_is_not_counted() -> None:
    (one,) = report_of(make_run(), make_run(broken="no answer"))["scenarios"]
    assert (one["runs"], one["broken"], one["pass_1"], one["pass_k"]) == (1, 1, 1.0, 1.0)
    assert one["problems"] == ["no answer"]


def test_a_table_shows_every_scenario_and_why_it_failed() -> None:
    table = as_table(report_of(make_run("step 1: said nothing"), make_run()))
    assert NAME in table
    assert "step 1: said nothing" in table
    assert "pass^2 0.00" in table


def test_a_diff_tells_what_got_worse_dearer_slower_and_new() -> None:
    before = report_of(make_run(), make_run())
    after = report_of(make_run("it lies"), make_run())
    after["scenarios"][0] |= {"cost_usd": 0.5, "turn_p50_ms": 900}
    told = "\n".join(diff_reports(before, after))
    assert f"{NAME}: WORSE, pass^1 1.00 -> 0.50" in told
    assert "cost 0.010000 -> 0.500000 USD" in told
    assert "p50 300 -> 900 ms" in told
    assert "new problem: it lies" in told


def test_a_diff_tells_of_scenarios_that_came_and_went() -> None:
    before, after = report_of(make_run()), report_of(make_run(), name="pl_no_visits")
    told = diff_reports(before, after)
    assert "+ pl_no_visits: new, pass^1 1.00" in told
    assert f"- {NAME}: not run this time" in told
    assert diff_reports(before, before) == []


def test_a_diff_compares_no_group_that_was_not_run() -> None:
    before, after = report_of(make_run()), report_of(make_run(), name="pl_cancels_both")
    assert not any("reads" in line or "writes" in line for line in diff_reports(before, after))


def test_a_report_survives_its_file_and_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report = report_of(make_run())
    write_report(report, path)
    assert read_report(path) == report
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ReportError, match="no report"):
        read_report(path)


def run_command(*arguments: str) -> str:
    """Run the command; returns what it printed."""
    out = StringIO()
    call_command("evaluate_dialogues", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_writes_a_report_compares_and_leaves_the_database_alone(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    path = tmp_path / "report.json"
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        first = run_command(NAME, "--report", str(path))
        report = json.loads(path.read_text(encoding="utf-8"))
        report["scenarios"][0]["pass_1"] = 0.0
        path.write_text(json.dumps(report), encoding="utf-8")
        second = run_command(NAME, "--report", str(path))
        with connection.cursor() as cursor:
            own = f"evaluation_{os.getpid()}_%"  # other processes of the run may evaluate too
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE %s", [own])
            left = cursor.fetchone()
        connection.close()
    assert "pass^1 1.00" in first
    assert "since the last report" not in first
    assert f"{NAME}: better, pass^1 0.00 -> 1.00" in second
    assert connection.settings_dict["NAME"] == name
    assert left == (0,)


def test_the_command_ends_with_1_when_a_scenario_fails(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        """
scenarios:
  - name: wants_the_impossible
    about: "expects a visit that nobody books"
    salon: malva
    clock: "2026-06-09 12:00"
    language: uk
    steps: [{say: "Привіт"}]
    end: {visits: [{service: Стрижка, specialist: Ольга, start: "2026-06-10 10:00"}]}
""",
        encoding="utf-8",
    )
    with django_db_blocker.unblock(), pytest.raises(CommandError, match="1 of 1 scenarios failed") as caught:
        run_command(str(path))
    assert caught.value.returncode == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([], "step 1: Claude was asked to understand ['Які мої записи?'], and no data answers"),
        (
            [{"understand": {"wants": "my_bookings"}}, {"say": "Зараз подивлюся."}],
            'step 1: nobody asked for {"say":"Зараз подивлюся."}',
        ),
    ],
)
def test_a_request_too_many_and_an_answer_too_many_fail_the_scenario(
    answers: list[dict[str, Any]], told: str
) -> None:
    scenario = make_scenario("uk_my_visits")
    steps = [scenario.steps[0].model_copy(update={"claude": [AnswerData(**one) for one in answers]})]
    with outside(live=False) as started:
        run = run_scenario(scenario.model_copy(update={"steps": steps}), started)
    assert told in run.problems


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("no_such_scenario",), "no scenario fits"),
        (("--times", "0"), "--times must be at least 1"),
        (("missing.yaml",), "missing.yaml"),
        (("--compare", "missing.json"), "missing.json"),
    ],
)
def test_the_command_refuses_what_cannot_be_run(arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        run_command(*arguments)


def test_a_live_run_needs_a_key(settings: Settings) -> None:
    settings.CLAUDE_API_KEYS = []
    with pytest.raises(CommandError, match="CLAUDE_API_KEY_1"):
        run_command("--live")
    with pytest.raises(CommandError, match="CLAUDE_API_KEY_1"):
        run_command("--live", "uk_")  # a name, no address
    with pytest.raises(CommandError, match="no scenario fits"):
        run_command("--live", "http://127.0.0.1:9", "no_such_scenario")


def test_a_live_run_leaves_out_what_only_a_stand_in_can_play() -> None:
    assert can_run_live(make_scenario("uk_books_the_hour_that_is_open"))
    assert can_run_live(make_scenario("pl_stop"))
    assert not can_run_live(make_scenario("uk_claims_a_booking_without_one"))
    assert not can_run_live(make_scenario("uk_more_words_while_the_model_thinks"))


@pytest.mark.django_db
def test_a_simulated_client_pursues_the_goal_and_only_the_end_counts() -> None:
    scenario = make_scenario("uk_books_the_hour_that_is_open")
    wish = "манікюр у Анни 10 червня о 17:00"
    words = iter([wish, "так", DONE])
    understood = {"book": "Манікюр", "with": "Анна", "day": "2026-06-10", "at": "17:00", "language": "uk"}
    asked: list[dict[str, Any]] = []

    def play(body: dict[str, Any]) -> dict[str, Any]:
        asked.append(body)
        return {"text": next(words)}

    with outside(live=False) as started:
        assert started.claude is not None
        client = Rule(when={"contains": "The chat is open"}, call=play, times=None)
        model = Rule(when={"said": wish}, data=AnswerData.model_validate({"understand": understood}))
        real_set = started.claude.script.set
        started.claude.script.set = lambda rules: real_set([client, model, *rules])  # type: ignore[method-assign]
        started.claude.script.set([])
        run = run_scenario(scenario, started, persona="brief")
    assert (run.problems, run.broken) == ([], "")
    assert run.client_cost_usd > 0
    assert len(asked) == 3
    assert "10 June" in asked[0]["system"][0]["text"]
    assert "17:00" in asked[1]["messages"][-1]["content"]


@pytest.mark.django_db
def test_a_simulated_client_without_words_breaks_the_run_not_the_product(settings: Settings) -> None:
    with outside(live=False) as started:
        settings.CLAUDE_API_KEYS = []
        run = run_scenario(make_scenario(), started, persona="brief")
    assert "no words" in run.broken
    assert not run.problems


@pytest.mark.django_db
def test_a_request_that_claude_would_refuse_breaks_the_run() -> None:
    scenario = make_scenario("pl_no_visits")
    assert not isinstance(scenario.salon, str)
    with (
        outside(live=False) as started,
        clock_at(scenario.clock.replace(tzinfo=scenario.salon.zone)) as clock,
    ):
        assert started.claude is not None
        talk = Conversation.begin(scenario, started, clock)
        started.claude.violations.append({"problems": ["messages: empty"], "request": {}})
        with pytest.raises(Broken, match="messages: empty"):
            talk.play(scenario.steps[0])
