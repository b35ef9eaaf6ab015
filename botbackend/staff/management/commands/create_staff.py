"""Let a person into the admin."""

import os
import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from projects.access import grant_membership
from projects.models import Membership, Project


class Command(BaseCommand):
    help = "Make a staff user of a project, or the operator of all; an existing user gets the role added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="also the user name")
        parser.add_argument("--project", metavar="ID", help="project_id")
        parser.add_argument("--role", choices=Membership.Role.values, default=Membership.Role.OWNER.value)
        parser.add_argument("--operator", action="store_true", help="sees every project (superuser)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not options["operator"] and not options["project"]:
            raise CommandError("Name a --project, or give --operator.")
        password = os.environ.get("STAFF_PASSWORD", "")
        user, fresh = self._user(options["email"], password)
        if options["operator"]:
            User.objects.filter(pk=user.pk).update(is_superuser=True)
        if options["project"]:
            project = Project.objects.filter(slug=options["project"]).first()
            if project is None:
                raise CommandError(f"There is no project {options['project']}.")
            grant_membership(project=project, user=user, role=Membership.Role(options["role"]))
        self.stdout.write(f"user={user.username}")
        if fresh:
            self.stdout.write(f"password={fresh}")

    @staticmethod
    def _user(email: str, password: str) -> tuple[User, str]:
        """Return the user, and the new password where one was made up; STAFF_PASSWORD sets one instead."""
        user = User.objects.filter(username=email).first()
        try:
            validate_email(email)
            if password:
                validate_password(password, user or User(username=email, email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        generated = ""
        if user is None:
            user = User(username=email, email=email)
            generated = "" if password else secrets.token_urlsafe(12)
        user.is_staff = True
        if password or generated:
            user.set_password(password or generated)
        user.save()
        return user, generated
