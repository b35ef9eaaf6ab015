"""What an evaluation found: per scenario and in all, as JSON for the next comparison and as a table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import comb
from pathlib import Path
from typing import Any

from django.utils import timezone

from botbackend.workshop.evaluation.running import Run
from botbackend.workshop.evaluation.scenario import Scenario

VERSION = 1


class ReportError(ValueError):
    """A file is no report of an evaluation."""


def pass_hat(passed: int, runs: int, k: int) -> float:
    """The chance that k runs drawn from these all pass; 0 without enough runs."""
    return comb(passed, k) / comb(runs, k) if runs >= k > 0 else 0.0


@dataclass(frozen=True)
class Result:
    """One scenario with its runs. Runs in which the evaluation itself failed are not counted."""

    scenario: Scenario
    runs: Sequence[Run]

    def as_json(self) -> dict[str, Any]:
        """Return the figures of the scenario."""
        counted = [run for run in self.runs if not run.broken]
        passed = sum(run.passed for run in counted)
        seconds = sorted(second for run in counted for second in run.turn_seconds)
        problems = dict.fromkeys(
            problem for run in self.runs for problem in [*run.problems, run.broken] if problem
        )
        return {
            "name": self.scenario.name,
            "kind": "write" if self.scenario.writes else "read",
            "language": self.scenario.language,
            "runs": len(counted),
            "broken": len(self.runs) - len(counted),
            "passed": passed,
            "pass_1": pass_hat(passed, len(counted), 1),
            "pass_k": pass_hat(passed, len(counted), len(counted)),
            "cost_usd": _mean([run.cost_usd for run in counted]),
            "client_cost_usd": _mean([run.client_cost_usd for run in counted]),
            "calls": round(sum(run.calls for run in counted) / max(len(counted), 1), 2),
            "turn_p50_ms": _percentile(seconds, 0.5),
            "turn_p95_ms": _percentile(seconds, 0.95),
            "problems": list(problems)[:20],
            "transcript": next((run.transcript for run in self.runs if not run.passed), []),
        }


def make_report(results: Sequence[Result], *, endpoint: str, times: int) -> dict[str, Any]:
    """Return the report; reads and writes are summed apart, since it is the writes that hurt."""
    scenarios = [result.as_json() for result in results]
    return {
        "version": VERSION,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "endpoint": endpoint,
        "k": times,
        "all": _sum(scenarios),
        "reads": _sum([one for one in scenarios if one["kind"] == "read"]),
        "writes": _sum([one for one in scenarios if one["kind"] == "write"]),
        "scenarios": scenarios,
    }


def _sum(scenarios: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counted = [one for one in scenarios if one["runs"]]
    count = max(len(counted), 1)
    return {
        "scenarios": len(scenarios),
        "pass_1": round(sum(one["pass_1"] for one in counted) / count, 4),
        "pass_k": round(sum(one["pass_k"] for one in counted) / count, 4),
        "cost_usd": round(sum(one["cost_usd"] * one["runs"] for one in counted), 6),
        "broken": sum(one["broken"] for one in scenarios),
    }


def _mean(costs: Sequence[Decimal]) -> float:
    return round(float(sum(costs, Decimal(0)) / max(len(costs), 1)), 6)


def _percentile(ordered: Sequence[float], share: float) -> int:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000) if ordered else 0


def read_report(path: Path) -> dict[str, Any]:
    """Read a report. Raises ReportError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise ReportError(f"{path}: is no report of this version")
    return found


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Write it in one move, so that a reader never sees half of it."""
    half = path.with_name(f"{path.name}.new")
    half.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    half.replace(path)


def as_table(report: Mapping[str, Any]) -> str:
    """Return the report for a terminal, failed scenarios with their reasons."""
    width = max((len(one["name"]) for one in report["scenarios"]), default=8)
    lines = [f"{'scenario':{width}}  lang  pass^1  pass^k  calls   cost USD  p50 ms  p95 ms"]
    for one in report["scenarios"]:
        lines.append(
            f"{one['name']:{width}}  {one['language']:4}  {one['pass_1']:6.2f}  {one['pass_k']:6.2f}  "
            f"{one['calls']:5.1f}  {one['cost_usd']:9.6f}  {one['turn_p50_ms']:6}  {one['turn_p95_ms']:6}"
        )
        lines += [f"    {problem}" for problem in one["problems"]]
    for name in ("reads", "writes", "all"):
        total = report[name]
        lines.append(
            f"{name}: {total['scenarios']} scenarios, pass^1 {total['pass_1']:.2f}, "
            f"pass^{report['k']} {total['pass_k']:.2f}, {total['cost_usd']:.6f} USD, "
            f"{total['broken']} runs broken"
        )
    return "\n".join(lines)
