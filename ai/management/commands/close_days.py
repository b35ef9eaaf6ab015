"""`manage.py close_days`: bring what figures keep of closed days in line with messages and turns."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ai.figures.closed_days import close
from projects.models import Project


class Command(BaseCommand):
    """Close the days that are over; the clock does the same every hour."""

    help = "Write down what talks came to on days that are over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="ID", help="only this project")
        parser.add_argument(
            "--again", action="store_true", help="also what is closed: after repairs of old rows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        projects = Project.objects.order_by("pk")
        if options["project"]:
            projects = projects.filter(slug=options["project"])
            if not projects:
                raise CommandError(f"there is no project {options['project']}")
        for project in projects:
            for reached in close(project=project, again=options["again"]):
                self.stdout.write(f"{project.slug}: closed up to {reached}")
