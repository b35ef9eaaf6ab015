"""Forget a client: blank the person, keep the visits."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botbackend.privacy.arguments import add_client_arguments, chosen_clients
from botbackend.privacy.forget import forget_client


class Command(BaseCommand):
    help = "Blank a client's personal data and delete the talks; visits stay, without a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_client_arguments(parser)
        parser.add_argument("--yes", action="store_true", help="needed: this cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        clients = chosen_clients(options)
        if not options["yes"]:
            numbers = ", ".join(str(client.pk) for client in clients)
            raise CommandError(f"This cannot be undone. Add --yes to forget client {numbers}.")
        for client in clients:
            done = forget_client(client=client)
            self.stdout.write(
                f"client={client.pk} bookings={done.bookings} messages={done.messages}"
                f" raw_events={done.raw_events}"
            )
            if done.ahead:
                self.stderr.write(
                    f"{done.ahead} visits ahead stay booked; cancel them if they are not wanted."
                )
        self.stderr.write(
            "Rows that the salon's spreadsheet no longer syncs have to be cleaned there by hand."
        )
