"""Does PostgreSQL take writes, and do the keys open what it holds? Asked of one row."""

from collections.abc import Mapping

from django.db import DatabaseError
from django.utils import timezone
from psycopg import errors as postgres

from botbackend.health.models import Canary
from botbackend.lib.crypto import UndecryptableError, blind_index, decrypt

_WORD = "canary"
# What PostgreSQL says while it answers and takes nothing in -> what an operator does about it.
_REFUSALS: dict[type[Exception], tuple[str, str]] = {
    postgres.DiskFull: (
        "the disk of PostgreSQL is full",
        "Free space, or enlarge the volume.",
    ),
    postgres.ReadOnlySqlTransaction: (
        "the database is read-only",
        "DATABASE_URL leads to a replica, or the server was made read-only: name the primary.",
    ),
}


class UnwritableError(Exception):
    """PostgreSQL answers and takes no writes; `advice` says what to do."""

    def __init__(self, detail: str, advice: str) -> None:
        super().__init__(detail)
        self.advice = advice


def write() -> None:
    """Write the row anew. Raises UnwritableError, or another DatabaseError when there is no answer."""
    now = timezone.now()
    try:
        if not Canary.objects.filter(pk=1).update(written_at=now):
            row = Canary(sealed=_WORD, keyed=_keyed(), written_at=now)
            Canary.objects.bulk_create([row], ignore_conflicts=True)
    except DatabaseError as error:
        for kind, (detail, advice) in _REFUSALS.items():
            if isinstance(error.__cause__, kind):
                raise UnwritableError(detail, advice) from error
        raise


def wrong_keys() -> list[str]:
    """Return the settings that are not those with which this database was written."""
    wrong = []
    try:
        Canary.objects.only("sealed").get(pk=1)
    except UndecryptableError:
        wrong.append("FIELD_ENCRYPTION_KEYS")
    if not Canary.objects.filter(pk=1, keyed=_keyed()).exists():
        wrong.append("SECRET_KEY")
    return wrong


def wrong_keys_for(columns: Mapping[str, str]) -> list[str]:
    """Like `wrong_keys`, for the columns of a row that stands elsewhere, as they are stored."""
    wrong = []
    try:
        decrypt(columns["sealed"])
    except UndecryptableError:
        wrong.append("FIELD_ENCRYPTION_KEYS")
    if columns["keyed"] != _keyed():
        wrong.append("SECRET_KEY")
    return wrong


def _keyed() -> str:
    return blind_index(_WORD, purpose=_WORD)
