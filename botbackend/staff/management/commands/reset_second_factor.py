"""Let somebody who lost phone and recovery codes in again."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from projects.access import sees_everything
from projects.security import second_factor


class Command(BaseCommand):
    help = "Remove somebody's second step of signing in, end their sessions, and note who did it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="user name of the person")
        parser.add_argument("--by", metavar="OPERATOR", required=True, help="user name of the operator")

    def handle(self, *args: Any, **options: Any) -> None:
        user, by = self._named(options["email"]), self._named(options["by"])
        if not sees_everything(by):
            raise CommandError(f"{by.username} is no operator.")
        had = second_factor.reset(user=user, by=by)
        self.stdout.write(f"user={user.username} had_second_factor={'yes' if had else 'no'}")

    @staticmethod
    def _named(username: str) -> User:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        return user
