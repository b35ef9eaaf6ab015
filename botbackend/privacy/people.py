"""Which client is meant."""

from django.db.models import Q, QuerySet

from bookings.models import Client
from bookings.models.clients import contact_id_in, phone_index_in
from botbackend.lib.errors import DomainError
from dialogues.models import InboundEvent
from projects.models import Project


class WhichClient(DomainError):
    """No client, or more than one, answers to the description."""

    code = "which_client"


def find_clients(
    *, slug: str, client_id: int | None, contact_id: str, phone: str, take_all: bool = False
) -> list[Client]:
    """Return the client of the project, or with `take_all` every row that has this phone, in any spelling.

    Exactly one of the three is given. Raises WhichClient for nobody, and for several without `take_all`:
    anybody can claim a number in a chat.
    """
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise WhichClient(f"There is no project {slug}.")
    clients = Client.objects.filter(project=project, merged_into=None)
    if client_id is not None:
        clients = clients.filter(pk=client_id)
    elif contact_id:
        clients = clients.filter(contact_id=contact_id_in(contact_id))
    else:
        index = phone_index_in(project, phone)
        clients = clients.filter(phone_index=index) if index else clients.none()
    found = list(clients.order_by("pk"))
    if not found:
        raise WhichClient("There is no such client in this project.")
    if len(found) > 1 and not take_all:
        numbers = ", ".join(str(client.pk) for client in found)
        raise WhichClient(
            f"Several clients have this phone; choose one by --client: {numbers}; or take --all."
        )
    return found


def raw_events_of(client: Client) -> QuerySet[InboundEvent]:
    """Return what the channel told of a client, stray events too: a contact's id is one bot's alone."""
    rows = InboundEvent.objects.filter(Q(project=client.project_id) | Q(project=None))
    return rows.filter(contact_id=client.contact_id)
