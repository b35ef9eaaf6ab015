"""manage.py resync_sheets: compare every row with the database and write the difference now."""

import argparse
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from botbackend.lib.errors import DomainError
from botbackend.outbox.claims import LeaseLost
from projects.models import Project
from sheets import operations
from sheets.adoption import contact, wording
from sheets.cycle import sync
from sheets.cycle.outcome import CycleResult
from sheets.google import GoogleError
from sheets.models import SheetLink, SheetTab
from sheets.rhythm.lane import own_lane
from sheets.selectors import mirrored_projects
from sheets.trouble import vanished
from sheets.trouble.handover import take_over

WHO = "resync_sheets"


class FrozenTabs(DomainError):
    """Tabs look damaged: a person decides."""

    code = "frozen"
    http_status = 409


class Command(BaseCommand):
    """Also wakes a mirror that gave up, and answers what a mirror asks people."""

    help = "Bring the spreadsheets in line with the database. Exit code 1 when any of them failed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--project", help="only this project_id")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="tell row by row, write nothing anywhere")
        what.add_argument("--plan", action="store_true", help="what becomes of a spreadsheet that held rows")
        what.add_argument("--accept", action="store_true", help="say yes to the plan, then do it")
        what.add_argument("--refuse", action="store_true", help="say no to the plan: nothing is touched")
        what.add_argument("--take-over", action="store_true", help="it is ours, whosever mark it carries")
        what.add_argument("--vanished", action="store_true", help="list the visits whose rows are gone")
        what.add_argument("--cancel", nargs="*", type=int, metavar="ROW", help="cancel those visits (all)")
        what.add_argument(
            "--put-back", nargs="*", type=int, metavar="ROW", help="write their rows again (all)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        projects = mirrored_projects()
        if options["project"]:
            projects = projects.filter(slug=options["project"])
            if not projects.exists():
                raise CommandError(f"no active project {options['project']!r} with a spreadsheet")
        act = self._act(options)
        failed = total = 0
        for project in tqdm(list(projects), desc="spreadsheets", file=self.stderr, disable=None):
            total += 1
            failed += not self._try(act, project)
        self.stdout.write(f"resync_sheets: {total} spreadsheets, {total - failed} in line, {failed} failed")
        if failed:
            raise CommandError("some spreadsheets could not be brought in line", returncode=1)

    def _act(self, options: dict[str, Any]) -> Callable[[SheetLink], None]:
        """Return what is to be done with each; an answer is for one salon, never for all of them."""
        answers: dict[str, Callable[[SheetLink], None]] = {
            "accept": self._accept,
            "refuse": self._refuse,
            "take_over": self._take_over,
            "cancel": lambda link: self._settle(link, options["cancel"], is_cancel=True),
            "put_back": lambda link: self._settle(link, options["put_back"], is_cancel=False),
        }
        for name, answer in answers.items():
            if options.get(name) not in (None, False):
                if not options["project"]:
                    raise CommandError(f"--{name.replace('_', '-')} wants --project")
                return answer
        if options.get("plan"):
            return self._plan
        if options.get("vanished"):
            return self._list_vanished
        return lambda link: self._resync(link, dry_run=options["dry_run"])

    def _try(self, act: Callable[[SheetLink], None], project: Project) -> bool:
        link = operations.link_of(project)
        if link is None:
            return True
        try:
            act(link)
        except contact.AwaitsYes as error:
            waiting = contact.waiting_plan(link)
            self._say(link, *wording.lines_of(waiting.plan if waiting and waiting.plan else []))
            self.stderr.write(f"{project.slug}: {error}: resync_sheets --project {project.slug} --accept")
            return False
        except (GoogleError, LeaseLost, DomainError) as error:
            self.stderr.write(f"{project.slug}: {error}")
            return False
        return True

    def _say(self, link: SheetLink, *lines: str) -> None:
        for line in lines:
            self.stdout.write(f"{link.project.slug}: {line}")

    def _resync(self, link: SheetLink, *, dry_run: bool) -> None:
        result = sync.preview(link) if dry_run else self._run(link)
        verb = "would be " if dry_run else ""
        self._say(
            link,
            *result.lines,
            f"rows {verb}updated {result.updated}, {verb}added {result.added}, "
            f"{verb}removed {result.removed}; staff edits taken {result.accepted}, refused {result.rejected}",
        )
        frozen = link.own_tabs().filter(state=SheetTab.State.FROZEN)
        if reasons := [f"{tab.title}: {tab.reason}" for tab in frozen]:
            self._list_vanished(link)
            raise FrozenTabs("; ".join(reasons))

    @staticmethod
    def _run(link: SheetLink) -> CycleResult:
        with own_lane(link.project) as claim:
            link.state, link.failures, link.reason = SheetLink.State.NEW, 0, ""
            link.save(update_fields=["state", "failures", "reason"])
            link.own_tabs().update(state=SheetTab.State.OK, reason="")
            return sync.run_cycle(link, claim, refresh_tabs=True)

    def _plan(self, link: SheetLink) -> None:
        waiting = contact.plan_again(link)
        self._say(link, *(wording.lines_of(waiting.plan) if waiting else ["nothing that needs a yes"]))

    def _accept(self, link: SheetLink) -> None:
        waiting = contact.waiting_plan(link)
        contact.accept(link, adoption_id=waiting.pk if waiting else 0, who=WHO)
        self._resync(link, dry_run=False)

    def _refuse(self, link: SheetLink) -> None:
        waiting = contact.waiting_plan(link)
        contact.refuse(link, adoption_id=waiting.pk if waiting else 0, who=WHO)
        self._say(link, "refused; nothing was touched")

    def _take_over(self, link: SheetLink) -> None:
        take_over(link, who=WHO)
        self._resync(link, dry_run=False)

    def _list_vanished(self, link: SheetLink) -> None:
        self._say(
            link,
            *(f"vanished {row.pk}: {vanished.line_of(link, row)}" for row in vanished.vanished_rows(link)),
        )

    def _settle(self, link: SheetLink, row_ids: list[int], *, is_cancel: bool) -> None:
        chosen = row_ids or [row.pk for row in vanished.vanished_rows(link)]
        if is_cancel:
            count = vanished.cancel_vanished(link, row_ids=chosen, who=WHO)
        else:
            count = vanished.put_back(link, row_ids=chosen)
        self._say(link, f"{count} visits {'cancelled' if is_cancel else 'put back'}")
