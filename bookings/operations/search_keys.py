"""Keys that a client lacks: an older version that ran beside this one wrote the name or phone."""

from django.db import transaction

from bookings.models import Client
from bookings.models.clients import INDEXES, LACKS_KEYS
from botbackend.lib.crypto import UndecryptableError
from botbackend.outbox.claims import Claim

BATCH = 200


def fill_search_keys(claim: Claim) -> None:
    """Give every client the keys of the name and phone that it has by now."""
    last = 0
    while rows := _lacking(last):
        last = rows[-1]
        for pk in rows:
            _fill(pk)
        claim.extend(60)


def _lacking(last: int) -> list[int]:
    rows = Client.objects.filter(LACKS_KEYS, pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _fill(pk: int) -> None:
    """Read under a lock: a name that is written meanwhile would keep the keys of the one before."""
    try:
        client = Client.objects.select_for_update(no_key=True).only("project_id", "name", "phone").get(pk=pk)
    except (Client.DoesNotExist, UndecryptableError):
        return  # gone, or none of FIELD_ENCRYPTION_KEYS opens it: it cannot be found then
    client.index()
    Client.objects.filter(pk=pk).update(**{column: getattr(client, column) for column in INDEXES})
