"""Locks that order writers, and the database's own refusals in the product's words.

Order within a transaction, always: idempotency key, client, specialists by id, rooms by id, visits by id.
For several visits at once all locks of a kind are taken before those of the next (`together.begin`).
FOR NO KEY UPDATE keeps writers of the same specialist apart without stopping rows that merely point to
one. READ COMMITTED is needed: a snapshot older than the lock would show a slot as free after it was taken.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from bookings import queries
from bookings.errors import SlotTaken
from bookings.models import Client

_OVERLAP, _DEADLOCK, _LOCK_TIMEOUT = "23P01", "40P01", "55P03"


def lock_specialists(project_id: int, specialist_ids: Collection[int]) -> dict[int, str]:
    """Lock these specialists of the project until the transaction ends; return the versions of their rows."""
    with connection.cursor() as cursor:
        cursor.execute(queries.LOCK_SPECIALISTS, {"project": project_id, "specialists": list(specialist_ids)})
        return dict(cursor.fetchall())


def lock_resources(project_id: int, kinds: Collection[str]) -> None:
    """Lock every room and chair of these kinds; nothing is asked when there is no kind."""
    if kinds:
        with connection.cursor() as cursor:
            cursor.execute(queries.LOCK_RESOURCES, [project_id, list(kinds)])


def lock_client(client_id: int) -> bool:
    """Lock the client, so that two requests cannot both pass the cap; say whether they are blocked."""
    row = Client.objects.select_for_update(no_key=True).filter(pk=client_id)
    return row.values_list("is_blocked", flat=True).get()


@contextmanager
def database_says_taken() -> Iterator[None]:
    """Turn an overlap that the constraint caught, a deadlock and a lock timeout into SlotTaken."""
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state in (_OVERLAP, _DEADLOCK, _LOCK_TIMEOUT):
            raise SlotTaken("This time is taken.") from error
        raise
