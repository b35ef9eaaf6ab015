"""Look at everything the installation needs and say what to do."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from botbackend.health.doctor import examine
from botbackend.health.findings import DEGRADED, DOWN, OK

MARKS = {OK: "ok  ", DEGRADED: "warn", DOWN: "FAIL"}


class Command(BaseCommand):
    help = "Check everything the installation needs and say what to do; exit code 1 if something is down."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for diagnosis in examine():
            found.append(diagnosis)
            if not options["json"]:
                self.stdout.write(
                    f"{MARKS[diagnosis.status]}  {diagnosis.name:<15} {diagnosis.detail}".rstrip()
                )
                if diagnosis.advice and diagnosis.status != OK:
                    self.stdout.write(f"      {'':<15} -> {diagnosis.advice}")
        is_down = any(diagnosis.status == DOWN for diagnosis in found)
        if options["json"]:
            body = {"ok": not is_down, "checks": [asdict(diagnosis) for diagnosis in found]}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
        if is_down:
            sys.exit(1)
