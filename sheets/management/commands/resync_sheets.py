"""manage.py resync_sheets: compare every row with the database and write the difference now."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from botbackend.outbox.claims import LeaseLost
from projects.models import Project
from sheets.cycle import sync
from sheets.cycle.lane import BusySheet, own_lane
from sheets.google import GoogleError
from sheets.models import SheetLink, SheetTab
from sheets.selectors import mirrored_projects


class Command(BaseCommand):
    """Also wakes a mirror that was frozen or gave up."""

    help = "Bring the spreadsheets in line with the database. Exit code 1 when any of them failed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--project", help="only this project_id")
        parser.add_argument("--dry-run", action="store_true", help="read and compare, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = mirrored_projects()
        if options["project"]:
            projects = projects.filter(slug=options["project"])
            if not projects.exists():
                raise CommandError(f"no active project {options['project']!r} with a spreadsheet")
        failed = total = 0
        for project in tqdm(list(projects), desc="spreadsheets", file=self.stderr, disable=None):
            total += 1
            failed += not self._resync(project, dry_run=options["dry_run"])
        self.stdout.write(f"resync_sheets: {total} spreadsheets, {total - failed} in line, {failed} failed")
        if failed:
            raise CommandError("some spreadsheets could not be brought in line", returncode=1)

    def _resync(self, project: Project, *, dry_run: bool) -> bool:
        link = sync.link_of(project)
        if link is None:
            return True
        try:
            result = sync.preview(link) if dry_run else self._run(project, link)
        except (GoogleError, BusySheet, LeaseLost) as error:
            self.stderr.write(f"{project.slug}: {error}")
            return False
        frozen = link.own_tabs().filter(state=SheetTab.State.FROZEN)
        for tab in frozen:
            self.stderr.write(f"{project.slug}: {tab.title}: {tab.reason}")
        verb = "would be " if dry_run else ""
        self.stdout.write(
            f"{project.slug}: rows {verb}updated {result.updated}, {verb}added {result.added}, "
            f"{verb}removed {result.removed}; staff edits taken {result.accepted}, refused {result.rejected}"
        )
        return not frozen

    @staticmethod
    def _run(project: Project, link: SheetLink) -> sync.CycleResult:
        with own_lane(project) as claim:
            link.state, link.failures, link.reason = SheetLink.State.NEW, 0, ""
            link.save(update_fields=["state", "failures", "reason"])
            link.own_tabs().update(state=SheetTab.State.OK, reason="")
            return sync.run_cycle(link, claim, refresh_tabs=True)
