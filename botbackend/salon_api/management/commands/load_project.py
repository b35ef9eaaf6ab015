"""Create or update a project from its configuration."""

import codecs
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bookings.doubts import doubts_about
from botbackend.lib.errors import DomainError
from botbackend.salon_api.config.load import load_project
from projects.auth import create_api_key


class Command(BaseCommand):
    help = "Create or update a project from config JSON; FILE may be - for standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--api-key", action="store_true", help="make a new API key and print it, once")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = _read(options["file"])
        try:
            with transaction.atomic():
                project, is_new = load_project(raw=raw)
                key = create_api_key(project=project, label="load_project")[1] if options["api_key"] else ""
        except DomainError as error:
            lines = [f"  {path}: {'; '.join(messages)}" for path, messages in error.fields.items()]
            raise CommandError("\n".join([error.message, *lines])) from error
        self.stderr.write(f"{'created' if is_new else 'updated'} {project.name}")
        for path, messages in doubts_about(project).items():
            self.stderr.write(f"{path}: {'; '.join(messages)}")
        self.stdout.write(f"project_id={project.slug}")
        if key:
            self.stdout.write(f"api_key={key}")


def _read(name: str) -> bytes:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {name}: {error.strerror}") from error
    return raw.removeprefix(codecs.BOM_UTF8)  # what some editors of Windows begin a file with
