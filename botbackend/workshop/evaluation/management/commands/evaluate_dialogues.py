"""`manage.py evaluate_dialogues`: play scenarios through the assistant and judge what came of them."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from botbackend.workshop.evaluation.diff import diff_reports
from botbackend.workshop.evaluation.outside import Outside, outside
from botbackend.workshop.evaluation.reading import ScenarioError, read_scenarios
from botbackend.workshop.evaluation.report import (
    ReportError,
    Result,
    as_table,
    make_report,
    read_report,
    write_report,
)
from botbackend.workshop.evaluation.running import can_run_live, run_scenario
from botbackend.workshop.evaluation.scenario import Scenario
from botbackend.workshop.evaluation.scratch import scratch_database
from botbackend.workshop.evaluation.simulated import PERSONAS

CONFIGURED = "configured"


class Command(BaseCommand):
    """Plays in a scratch database; ends with 1 when a scenario failed in any run."""

    help = (
        "Play scenarios k times and report pass^1, pass^k, cost and time. Without --live the scripted words "
        "go to stand-ins and cost nothing; with --live simulated clients write to the configured Claude. "
        "The installation's own data is never touched."
    )
    requires_system_checks: list[str] = []  # an evaluation needs neither Redis nor SendPulse

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "what", nargs="*", metavar="FILE|NAME", help="scenario files, or parts of scenario names"
        )
        parser.add_argument("--times", type=int, default=1, metavar="K", help="runs of each scenario")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the figures as JSON")
        parser.add_argument(
            "--compare",
            type=Path,
            metavar="FILE",
            help="report to compare with; default: what --report held before",
        )
        parser.add_argument(
            "--live",
            nargs="?",
            const=CONFIGURED,
            default="",
            metavar="URL",
            help="ask the configured Claude, which costs money, or whoever answers at URL (`answer_by_hand`)",
        )
        parser.add_argument(
            "--persona", choices=sorted(PERSONAS), help="only this one; default: they take turns"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["times"] < 1:
            raise CommandError("--times must be at least 1")
        live, claude_at = self._endpoint(options)
        if live and not claude_at and not settings.CLAUDE_API_KEYS:
            raise CommandError("--live needs a key: set CLAUDE_API_KEY_1")
        scenarios = self._scenarios(options["what"], live=live)
        last = self._last(options)
        logging.disable(logging.ERROR)  # a scenario provokes refusals and outages; the report tells of them
        try:
            with scratch_database(), outside(live=live, claude_at=claude_at) as started:
                results = self._run(scenarios, started, options)
        finally:
            logging.disable(logging.NOTSET)
        endpoint = (claude_at or settings.CLAUDE_BASE_URL) if live else "stand-in"
        report = make_report(results, endpoint=endpoint, times=options["times"])
        self.stdout.write(as_table(report))
        if last is not None:
            changes = diff_reports(last, report)
            self.stdout.write("since the last report:\n" + ("\n".join(changes) or "  no change"))
        if options["report"]:
            write_report(report, options["report"])
        failed = [one["name"] for one in report["scenarios"] if one["passed"] < one["runs"] or one["broken"]]
        if failed:
            raise CommandError(f"{len(failed)} of {len(results)} scenarios failed", returncode=1)

    def _endpoint(self, options: dict[str, Any]) -> tuple[bool, str]:
        """Return whether a real endpoint is asked, and its address if it is not the configured one."""
        given = options["live"]
        if given in ("", CONFIGURED):
            return bool(given), ""
        if given.startswith(("http://", "https://")):
            return True, given
        options["what"].insert(0, given)  # the name of a scenario that followed a bare --live
        return True, ""

    def _scenarios(self, what: Sequence[str], *, live: bool) -> list[Scenario]:
        files = [Path(one) for one in what if one.endswith((".yaml", ".yml"))]
        names = [one for one in what if not one.endswith((".yaml", ".yml"))]
        try:
            found = read_scenarios(files)
        except ScenarioError as error:
            raise CommandError(str(error)) from error
        chosen = [one for one in found if not names or any(name in one.name for name in names)]
        chosen = [one for one in chosen if not live or can_run_live(one)]
        if not chosen:
            raise CommandError("no scenario fits")
        return chosen

    def _last(self, options: dict[str, Any]) -> dict[str, Any] | None:
        path = options["compare"] or options["report"]
        if path is None or (not options["compare"] and not path.exists()):
            return None
        try:
            return read_report(path)
        except ReportError as error:
            raise CommandError(str(error)) from error

    def _run(self, scenarios: list[Scenario], started: Outside, options: dict[str, Any]) -> list[Result]:
        personas = [options["persona"]] if options["persona"] else sorted(PERSONAS)
        results = []
        total = len(scenarios) * options["times"]
        with tqdm(total=total, unit="run", desc="evaluate_dialogues", file=self.stderr, disable=None) as bar:
            for scenario in scenarios:
                runs = []
                for number in range(options["times"]):
                    simulated = options["live"] and scenario.goal
                    persona = personas[number % len(personas)] if simulated else ""
                    runs.append(run_scenario(scenario, started, persona=persona))
                    bar.update()
                results.append(Result(scenario, runs))
        return results
