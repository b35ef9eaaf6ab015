"""Bring every encrypted value under the first key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from botbackend.privacy.rotate import Rotation, count_values, encrypted_columns, rotate_column


class Command(BaseCommand):
    help = "Encrypt all personal data with the first of FIELD_ENCRYPTION_KEYS; may be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        total = Rotation()
        columns = encrypted_columns()
        rows = sum(count_values(model) for model, _ in columns)
        with tqdm(total=rows, unit="value", disable=None, file=self.stderr) as progress:
            for model, field in columns:
                for done in rotate_column(model, field, dry_run=options["dry_run"]):
                    total += done
                    progress.update(done.rotated + done.current + done.unreadable)
        verb = "to rotate" if options["dry_run"] else "rotated"
        self.stdout.write(f"{verb}={total.rotated} current={total.current} unreadable={total.unreadable}")
        if total.unreadable:
            raise CommandError("Some values open with none of FIELD_ENCRYPTION_KEYS; add the key they need.")
