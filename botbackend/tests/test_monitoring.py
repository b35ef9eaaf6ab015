"""The dashboard and the alarms in deploy/monitoring ask for what /metrics gives; the docs tell the same."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from ai.models import Turn
from botbackend.backups.models import BackupRun
from botbackend.outbox.models import Heartbeat, Task
from botbackend.tests import promql
from botbackend.tests.checkout import CHECKOUT
from botbackend.tests.planting import plant
from dialogues.models import Dialogue, InboundEvent, Message
from projects.models import Project
from sheets.models import SheetLink

FOLDER = CHECKOUT / "deploy" / "monitoring"
RULES = FOLDER / "alerts.yml"
ALERTS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
BOARD: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text())
PAGE = (CHECKOUT / "docs" / "operations.md").read_text()
WORDS = {
    "queue": set(settings.QUEUES),
    "kind": {*Heartbeat.Kind.values, *BackupRun.Kind.values},
    "state": {"due", "running", "retrying", "dead", "ready", *SheetLink.State.values, *Message.State.values},
    "outcome": set(Turn.Outcome.values),
    "job": {"botbackend", "$job"},
    "project": {"$project"},
    "alertname": {"Botbackend.*"},
    "alertstate": {"firing"},
}


@dataclass(frozen=True)
class Question:
    """One expression, and the labels that the words beside it draw on."""

    where: str
    text: str
    told: frozenset[str]

    def __str__(self) -> str:
        return self.where


def _panels() -> list[dict[str, Any]]:
    return [panel for panel in BOARD["panels"] if panel["type"] != "row"]


def _questions() -> Iterator[Question]:
    for rule in ALERTS:
        told = re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"]))
        yield Question(rule["alert"], rule["expr"], frozenset(told))
    for panel in _panels():
        for target in panel["targets"]:
            told = re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
            yield Question(panel["title"], target["expr"], frozenset(told))
    for note in BOARD["annotations"]["list"]:
        yield Question(
            note["name"], note["expr"], frozenset(re.findall(r"\{\{(\w+)\}\}", note["titleFormat"]))
        )
    for variable in BOARD["templating"]["list"]:
        if found := re.fullmatch(r"label_values\((.*), (\w+)\)", str(variable["query"])):
            yield Question(variable["name"], found[1], frozenset({found[2]}))


QUESTIONS = list(_questions())


def _fill() -> None:
    """Rows of which each metric tells something."""
    project: Project = plant("somebody")
    now, hour_ago = timezone.now(), timezone.now() - timedelta(hours=1)
    Turn.objects.update(started_at=now, finished_at=now + timedelta(seconds=4), outcome="replied")
    SheetLink.objects.update(
        state=SheetLink.State.ERROR, waiting_since=hour_ago, failing_since=hour_ago, last_ok_at=hour_ago
    )
    Task.objects.create(topic="sheet", handler="x", queue="sheets", key="1", due_at=now, state="dead")
    Heartbeat.objects.create(name="worker-turns-1", kind="worker", queue="turns", started_at=now, seen_at=now)
    Message.objects.create(
        project=project,
        dialogue=Dialogue.objects.get(project=project),
        direction="out",
        author="bot",
        text="We open at ten.",
        state="queued",
        channel_date=now,
        created_at=hour_ago,
    )
    BackupRun.objects.create(kind="backup", is_ok=True, bytes=5, started_at=hour_ago)
    InboundEvent.objects.update(state=InboundEvent.State.FAILED)


@pytest.fixture
def families(db: None, client: Client) -> dict[str, frozenset[str]]:
    """Every metric of a filled installation, with its labels."""
    _fill()
    text = client.get("/metrics").content.decode()
    return {
        family.name: frozenset().union(*(sample.labels for sample in family.samples))
        for family in text_string_to_metric_families(text)
        if family.samples
    }


def test_every_expression_asks_for_metrics_and_labels_that_exist(families: dict[str, frozenset[str]]) -> None:
    known = {**families, **promql.ITS_OWN}
    for question in QUESTIONS:
        expression = promql.parse(question.text)
        for selector in promql.asked(expression):
            assert selector.metric in known, (question.where, selector.metric)
            assert selector.labels <= known[selector.metric] | promql.SCRAPED, question.where
            for label, value in selector.values:
                assert value in WORDS[label], (question.where, label, value)
        assert question.told <= promql.carried(expression, known), question.where


def test_every_metric_is_on_the_dashboard(families: dict[str, frozenset[str]]) -> None:
    shown = {
        selector.metric
        for panel in _panels()
        for target in panel["targets"]
        for selector in promql.asked(promql.parse(target["expr"]))
    }
    assert set(families) <= shown


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("sum by (queue) (botbackend_claude_keys)", LookupError),
        ("botbackend_claude_key", KeyError),
        ("sum(botbackend_claude_keys", ValueError),
        ("rate(botbackend_claude_keys)", ValueError),
    ],
)
def test_a_wrong_expression_would_be_found(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        promql.carried(promql.parse(text), {"botbackend_claude_keys": {"state"}})


def test_a_settled_message_is_not_counted_as_unsent(db: None, client: Client) -> None:
    _fill()
    Message.objects.filter(direction="out").update(state="uncertain", is_settled=True)
    assert b"botbackend_messages_unsent{" not in client.get("/metrics").content


def test_it_tells_how_long_turns_take_and_the_oldest_unsent_message_waits(db: None, client: Client) -> None:
    _fill()
    lines = client.get("/metrics").content.decode().splitlines()
    values = {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }
    turn = 'botbackend_turn_seconds_last_hour{mode="model",outcome="replied",quantile="0.95"}'
    assert values[turn] == 4
    assert 3600 <= values['botbackend_message_unsent_age_seconds{state="queued"}'] < 3700


# --- alarms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alarm_says_how_bad_it_is_and_names_a_section_that_exists(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    section = re.fullmatch(r'docs/operations\.md, "(.+)"', rule["annotations"]["runbook"])
    assert section is not None
    title = re.escape(section[1])
    assert re.search(rf"^(?:#+ {title}$|\*\*{title}\.\*\*)", PAGE, re.M), section[1]


def _rows() -> dict[str, str]:
    """What the docs say of each alarm."""
    return dict(re.findall(r"^\| `(Botbackend\w+)` \| (.*) \|$", PAGE, re.M))


def test_the_docs_tell_of_every_alarm_with_its_metrics_and_thresholds() -> None:
    rows = _rows()
    assert rows.keys() == {rule["alert"] for rule in ALERTS}
    for rule in ALERTS:
        row, expression = rows[rule["alert"]], promql.parse(rule["expr"])
        for selector in promql.asked(expression):
            assert f"`{selector.metric}`" in row, rule["alert"]
        told = {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)", row)}
        assert promql.numbers(expression) <= told | {1.0}, rule["alert"]


def _promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool here: Debian's package prometheus has it")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def test_prometheus_itself_takes_the_rules_and_the_configuration() -> None:
    for done in (
        _promtool("check", "rules", RULES),
        _promtool("check", "config", "--syntax-only", FOLDER / "prometheus.yml"),
    ):
        assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_itself_raises_each_alarm_when_it_should(tmp_path: Path) -> None:
    cases = yaml.safe_load((Path(__file__).parent / "alarms.yml").read_text())
    raised = {
        one["alertname"] for case in cases["tests"] for one in case["alert_rule_test"] if one["exp_alerts"]
    }
    assert raised == {rule["alert"] for rule in ALERTS}
    cases["rule_files"] = [str(RULES)]
    file = tmp_path / "cases.yml"
    file.write_text(yaml.safe_dump(cases))
    done = _promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


# --- the dashboard ----------------------------------------------------------------------------------------


def test_each_panel_has_a_title_words_and_a_place_of_its_own() -> None:
    places = [panel["gridPos"] for panel in BOARD["panels"]]
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below
    assert all(place["x"] + place["w"] <= 24 for place in places)
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    assert all(panel["title"] and panel["description"] and panel["targets"] for panel in _panels())


def test_the_dashboard_reads_from_the_source_that_is_chosen_and_from_one_installation() -> None:
    for panel in _panels():
        for target in panel["targets"]:
            assert (
                target["datasource"] == panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            )
            assert all(
                "job" in selector.labels
                for selector in promql.asked(promql.parse(target["expr"]))
                if selector.metric
            )


def test_figures_of_several_web_processes_are_never_added_up(families: dict[str, frozenset[str]]) -> None:
    for question in QUESTIONS:
        for name in families.keys() & set(re.findall(r"\w+", question.text)):
            pattern = rf"(?:(?:max|min) without \(instance\) \((?:avg_over_time\()?|absent\(){name}\b"
            if not question.where.islower():  # those that fill the menus of the dashboard
                assert len(re.findall(pattern, question.text)) == len(
                    re.findall(rf"\b{name}\b", question.text)
                )
