"""The arguments by which both privacy commands name a client."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from bookings.models import Client
from botbackend.privacy.people import WhichClient, find_clients


def add_client_arguments(parser: ArgumentParser) -> None:
    """Ask for the project and for exactly one way to name the client."""
    parser.add_argument("--project", required=True, metavar="ID", help="project_id")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--client", type=int, metavar="N", help="number of the client in the admin")
    who.add_argument("--contact-id", default="", help="id of the contact at SendPulse")
    who.add_argument("--phone", default="", help="in any spelling")
    parser.add_argument("--all", action="store_true", help="every client who has this phone")


def chosen_clients(options: dict[str, Any]) -> list[Client]:
    """Return who is meant. Raises CommandError for nobody, and for several where one was asked for."""
    try:
        return find_clients(
            slug=options["project"],
            client_id=options["client"],
            contact_id=options["contact_id"],
            phone=options["phone"],
            take_all=options["all"],
        )
    except WhichClient as error:
        raise CommandError(error.message) from error
