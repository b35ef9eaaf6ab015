"""`manage.py backup`: save the database now, list what is saved, or prove that it can be put back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botbackend.backups import drill
from botbackend.backups.archive import sealed, shelf
from botbackend.backups.errors import BackupError
from botbackend.backups.making import make_backup


class Command(BaseCommand):
    """Exit code 0 only if all was done, BACKUP_COMMAND included."""

    help = (
        "Save the database into BACKUP_DIR, encrypted with BACKUP_KEYS, and delete what is older than wanted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--drill", action="store_true", help="restore the newest into a database beside, compare, drop it"
        )
        what.add_argument("--list", action="store_true", help="what lies in BACKUP_DIR, newest first")

    def handle(self, *args: Any, **options: Any) -> None:
        act = self._drill if options["drill"] else self._list if options["list"] else self._make
        try:
            act()
        except BackupError as error:
            raise CommandError(error.message, returncode=1) from error

    def _make(self) -> None:
        made = make_backup()
        size, manifest = made.bytes / 1024**2, made.manifest
        self.stdout.write(
            f"backup: {made.path}, {size:.1f} MiB, {len(manifest.tables)} tables, {manifest.rows} rows;"
            f" {made.removed} older ones deleted"
        )
        if made.away:
            raise CommandError(f"the backup is good, but it was not taken along: {made.away}", returncode=1)

    def _drill(self) -> None:
        done = drill.drill()
        self.stdout.write(
            f"drill: {done.path.name} was put back beside the database; all {len(done.manifest.tables)}"
            f" tables hold the {done.manifest.rows} rows they should, and the keys open them"
        )

    def _list(self) -> None:
        found = shelf.stored(shelf.directory())
        for one in found:
            with one.path.open("rb") as file:
                key = sealed.read_header(file).key_id
            size = one.path.stat().st_size / 1024**2
            self.stdout.write(f"{one.made_at:%Y-%m-%d %H:%M} UTC {size:10.1f} MiB  key {key}  {one.path}")
        self.stdout.write(f"backup: {len(found)} backups")
