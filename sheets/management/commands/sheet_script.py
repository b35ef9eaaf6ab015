"""manage.py sheet_script: the Apps Script by which a salon's spreadsheet tells that it was changed."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from sheets.models import SheetLink
from sheets.rhythm.signatures import new_secret

TEMPLATE = Path(__file__).parents[2] / "apps_script.gs"


class Command(BaseCommand):
    """Each call makes another secret, which is shown this once; the script with the former one is dead."""

    help = "Print the script for a salon's spreadsheet, with a new secret in it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--project", required=True, help="its project_id")
        parser.add_argument("--url", required=True, help="where this installation is reached: https://...")

    def handle(self, *args: Any, **options: Any) -> None:
        link = SheetLink.objects.filter(project__slug=options["project"]).exclude(spreadsheet_id="").first()
        if link is None:
            raise CommandError(f"no project {options['project']!r} with a spreadsheet")
        if not options["url"].startswith("https://"):
            raise CommandError("the address must begin with https://: Google calls it from outside")
        url = options["url"].rstrip("/") + reverse("sheet-hint", args=[options["project"]])
        text = TEMPLATE.read_text()
        self.stdout.write(text.replace("{url}", url).replace("{secret}", new_secret(link)))
