"""People who share a phone or a name: said once to be two, they are not taken for one again."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from bookings.errors import ClientNotFound
from bookings.models import Client, ClientsApart
from bookings.models.clients import name_index, phone_index_in
from bookings.operations.client_card import add_client
from bookings.operations.clients import one_at_a_time
from bookings.values import Origin
from projects.models import Project


@transaction.atomic
def keep_apart(*, project: Project, client_ids: tuple[int, int], origin: Origin) -> None:
    """Remember that two clients are two people. Raises ClientNotFound."""
    known = Client.objects.filter(project=project, pk__in=client_ids, merged_into=None).count()
    if known != 2:
        raise ClientNotFound("One of the two clients is there no more.")
    _remember(project, client_ids[0], client_ids[1:], origin)


@transaction.atomic
def another_person(*, project: Project, name: str, phone: str, origin: Origin) -> Client:
    """Return the client of this name and phone who is none of the others that have the phone.

    One is made if there is none without a chat; a repeat finds the one that was made. Raises InvalidRequest
    and InvalidPhone.
    """
    index = phone_index_in(project, phone)
    one_at_a_time(f"{project.pk}::{index}:{name_index(name)}")
    others = list(clients_with_phone(project=project, phone=phone))
    found = next((one for one in others if not one.contact_id and one.name_index == name_index(name)), None)
    if found is None:
        found = add_client(project=project, origin=origin, name=name, phone=phone)
    _remember(project, found.pk, [one.pk for one in others if one.pk != found.pk], origin)
    return found


def clients_with_phone(*, project: Project, phone: str) -> list[Client]:
    """Return who has the phone, in whatever form it is written, those known longest first."""
    index = phone_index_in(project, phone)
    rows = Client.objects.filter(project=project, phone_index=index, merged_into=None).defer("notes")
    return list(rows.order_by("pk")) if index else []


def kept_apart(client_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Return the pairs among these clients who are two people, each both ways round; one query."""
    ids = list(client_ids)
    return _both_ways(ClientsApart.objects.filter(Q(one__in=ids) | Q(other__in=ids)))


def all_kept_apart(*, project: Project) -> set[tuple[int, int]]:
    """Return the salon's pairs who are two people, each both ways round; one query."""
    return _both_ways(ClientsApart.objects.filter(project=project))


def _both_ways(rows: "QuerySet[ClientsApart, ClientsApart]") -> set[tuple[int, int]]:
    pairs = rows.values_list("one", "other")
    return {pair for one, other in pairs for pair in ((one, other), (other, one))}


def _remember(project: Project, client_id: int, others: Iterable[int], origin: Origin) -> None:
    pairs = (sorted((client_id, other)) for other in others)
    rows = [ClientsApart(project=project, one_id=a, other_id=b, actor=origin.actor[:200]) for a, b in pairs]
    ClientsApart.objects.bulk_create(rows, ignore_conflicts=True)
