"""The world outside of the salon: the client's chat and the salon's spreadsheet, both as stand-ins."""

from typing import Any

from botbackend.outbox.testing import run_due
from botbackend.workshop.sandbox.google.stand_in import GoogleStandIn
from botbackend.workshop.sandbox.sendpulse.contacts import OUTGOING
from botbackend.workshop.sandbox.sendpulse.stand_in import SendPulseStandIn
from dialogues import topics
from projects.models import Project
from sheets import operations
from sheets.cycle import sync
from sheets.rhythm.lane import own_lane

BOOK = "book"


class Outside:
    """One client in the chat, one spreadsheet."""

    def __init__(self, sendpulse: SendPulseStandIn, google: GoogleStandIn) -> None:
        self.sendpulse, self.google = sendpulse, google
        sendpulse.people.client_says({"contact": "olena", "text": "hello"})
        google.create(BOOK)

    def settings(self) -> dict[str, Any]:
        """What a salon needs to reach both."""
        return {
            "sendpulse_bot_id": "6671465ac84ab24b4702fa25",
            "sendpulse_client_id": "sp_id_demo",
            "sendpulse_client_secret": "sp_sk_demo",
            "spreadsheet_id": BOOK,
        }

    def contact(self) -> str:
        """The channel's id of the client."""
        (contact,) = self.sendpulse.contacts.all()
        return contact.id

    def let_it_pass(self, project: Project) -> None:
        """Deliver what is queued, and let the mirror run once."""
        run_due(topics.MESSAGE_QUEUED)
        link = operations.link_of(project)
        assert link is not None
        with own_lane(project, patience=0) as claim:
            sync.run_cycle(link, claim)

    def read_by_client(self) -> list[str]:
        """The texts before the client's eyes."""
        (contact,) = self.sendpulse.contacts.all()
        return [message.text for message in contact.messages if message.direction == OUTGOING]

    def rows(self, tab: str) -> list[list[str]]:
        """A-F of the rows below the header that hold anything."""
        values = self.google.staff.rows(BOOK, tab)["values"]
        return [row for row in ([str(cell) for cell in one[:6]] for one in values[1:]) if any(row)]
