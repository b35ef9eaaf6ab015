"""`manage.py compress_dialogues`: summarise quiet dialogues now."""

import argparse
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from ai.memory import batches, compression
from projects.models import Project


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 <= hours <= 24 * 365:
        raise argparse.ArgumentTypeError("must be between 0 and 8760")
    return hours


class Command(BaseCommand):
    """Summarise dialogues that have been quiet for a day; ends with 1 when any of them failed."""

    help = "Replace the old part of quiet dialogues by a structured summary (rows are archived, not deleted)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="ID", help="only this project")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, call nothing")
        parser.add_argument(
            "--idle-hours",
            type=_hours,
            default=24.0,
            metavar="N",
            help="quiet for so long; 0 = all quiet now",
        )
        parser.add_argument(
            "--batch", action="store_true", help="half price: hand in as a batch, fetch the results later"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = self._project(options["project"])
        idle = timedelta(hours=options["idle_hours"])
        ids = compression.due_dialogues(project=project, idle=idle)
        if options["dry_run"]:
            self.stdout.write(f"dry run: candidates={len(ids)} compressed=0 skipped=0 failed=0")
            return
        if options["batch"]:
            self.stdout.write(batches.submit(ids, idle=idle).line())
            return
        tally = compression.Tally()
        with tqdm(total=len(ids), unit="dialogue", file=self.stderr, disable=not ids) as bar:
            for tally in compression.run(ids, idle=idle):  # noqa: B007  # the last one is told
                bar.update()
        self.stdout.write(f"candidates={len(ids)} {tally.line()}")
        if tally.failed:
            raise CommandError(f"{tally.failed} dialogues could not be compressed; they are as they were")

    def _project(self, slug: str | None) -> Project | None:
        if slug is None:
            return None
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"there is no project {slug}")
        return project
