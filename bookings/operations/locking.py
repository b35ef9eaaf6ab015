"""Locks that order writers, and the database's own refusals in the product's words.

Order within a transaction, always: idempotency key, client, specialists by id, rooms by id, visits by id.
FOR NO KEY UPDATE keeps writers of the same specialist apart without stopping rows that merely point to
one. READ COMMITTED is needed: a snapshot older than the lock would show a slot as free after it was taken.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from bookings.errors import SlotTaken
from bookings.models import Client
from botbackend.lib.cursors import plain_cursor

# Plain SQL: these run in every operation, while other clients wait for the rows.
LOCK_SPECIALISTS = """
SELECT id FROM bookings_specialist
WHERE project_id = %(project)s AND id = ANY(%(specialists)s) ORDER BY id FOR NO KEY UPDATE
"""
_LOCK_CLIENT = "SELECT is_blocked FROM bookings_client WHERE id = %s FOR NO KEY UPDATE"
_LOCK_RESOURCES = """
SELECT id FROM bookings_resource WHERE project_id = %s AND kind = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
_OVERLAP, _DEADLOCK, _LOCK_TIMEOUT = "23P01", "40P01", "55P03"


def lock_specialists(project_id: int, specialist_ids: Collection[int]) -> None:
    """Lock these specialists of the project until the transaction ends."""
    with plain_cursor() as cursor:
        cursor.execute(LOCK_SPECIALISTS, {"project": project_id, "specialists": list(specialist_ids)})


def lock_resources(project_id: int, kinds: Collection[str]) -> None:
    """Lock every room and chair of these kinds; nothing is asked when there is no kind."""
    if kinds:
        with plain_cursor() as cursor:
            cursor.execute(_LOCK_RESOURCES, [project_id, list(kinds)])


def lock_client(client_id: int) -> bool:
    """Lock the client, so that two requests cannot both pass the cap; say whether they are blocked."""
    with plain_cursor() as cursor:
        cursor.execute(_LOCK_CLIENT, [client_id])
        found = cursor.fetchone()
    if found is None:
        raise Client.DoesNotExist
    return bool(found[0])


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
