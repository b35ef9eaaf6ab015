"""`manage.py restore`: put a backup back, into an empty database or in the place of what stands there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from botbackend.backups import aftermath, restoring
from botbackend.backups.archive.manifest import Manifest
from botbackend.backups.database.server import Server, own_server, server_of, turn_to
from botbackend.backups.errors import BackupError


class Command(BaseCommand):
    """Everything is looked at before anything is touched; what is loaded is loaded whole or not at all."""

    help = "Put a backup back. Stop web, dispatcher and workers first, and start them afterwards."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` made")
        parser.add_argument("--into", metavar="URL", help="another database than that of DATABASE_URL")
        parser.add_argument(
            "--replace",
            metavar="NAME",
            help="lose what stands in the database of this name, if it is not empty",
        )
        parser.add_argument(
            "--check", action="store_true", help="only read the file through and say whether it would fit"
        )
        parser.add_argument(
            "--continue",
            action="store_true",
            dest="goes_on",
            help="nothing ran since the backup was made (a move): go on with all that was under way",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = server_of(options["into"]) if options["into"] else own_server()
            checked = restoring.check(options["file"], server)
            self._tell(checked)
            if options["check"]:
                return
            there = restoring.check_target(server, replace=options["replace"])
            restoring.put_back(checked, server, replacing=bool(there))
            self.stdout.write(f"{len(checked.manifest.tables)} tables hold what they held then")
            self._bring_up_to_date(checked, server, goes_on=options["goes_on"])
        except BackupError as error:
            raise CommandError(error.message, returncode=1) from error

    def _tell(self, checked: restoring.Checked) -> None:
        manifest: Manifest = checked.manifest
        keys = "the keys open it" if manifest.canary else "nothing in it tells whether the keys are right"
        self.stdout.write(
            f"{checked.path}: of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, database {manifest.database},"
            f" version {manifest.version}, PostgreSQL {manifest.server // 10000},"
            f" {len(manifest.tables)} tables, {manifest.rows} rows, {checked.missing_migrations} migrations"
            f" missing; the file is whole, and {keys}"
        )

    def _bring_up_to_date(self, checked: restoring.Checked, server: Server, *, goes_on: bool) -> None:
        turn_to(server)
        call_command("migrate", interactive=False, verbosity=0)
        if goes_on:
            self.stdout.write(f"restore: {server.database} goes on where the backup ended")
            return
        settled = aftermath.settle(made_at=checked.manifest.made_at)
        self.stdout.write(
            f"restore: {server.database} is as it was then; {settled.texts} texts to clients will be"
            f" looked up instead of sent, {settled.talks} talks are left to people, {settled.sessions}"
            " sessions ended"
        )
