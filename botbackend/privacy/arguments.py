"""The arguments by which both privacy commands name a client."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from bookings.models import Client
from botbackend.privacy.people import WhichClient, find_client


def add_client_arguments(parser: ArgumentParser) -> None:
    """Ask for the project and for exactly one way to name the client."""
    parser.add_argument("--project", required=True, metavar="ID", help="project_id")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--client", type=int, metavar="N", help="number of the client in the admin")
    who.add_argument("--contact-id", default="", help="id of the contact at SendPulse")
    who.add_argument("--phone", default="")


def chosen_client(options: dict[str, Any]) -> Client:
    """Return the client. Raises CommandError when nobody or several are meant."""
    try:
        return find_client(
            slug=options["project"],
            client_id=options["client"],
            contact_id=options["contact_id"],
            phone=options["phone"],
        )
    except WhichClient as error:
        raise CommandError(error.message) from error
