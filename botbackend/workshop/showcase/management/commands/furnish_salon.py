"""Let a demo salon look alive."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botbackend.workshop.showcase.weeks import fill_weeks
from projects.models import Project


class Command(BaseCommand):
    help = "Fill the four weeks around today with invented visits; days that have some are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", metavar="ID", help="project_id")

    def handle(self, *args: Any, **options: Any) -> None:
        salon = Project.objects.filter(slug=options["project"]).first()
        if salon is None:
            raise CommandError(f"There is no project {options['project']}.")
        made = fill_weeks(salon=salon)
        self.stdout.write(f"visits={made.visits} clients={made.clients}")
