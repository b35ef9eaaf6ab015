"""A cursor for the few statements that run all day: PostgreSQL plans each once per connection."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Like `connection.cursor()`, but values travel apart from the statement.

    So the statement stays the same and is prepared after its second use (`prepare_threshold` in the
    settings). Planning the rules of a salon costs PostgreSQL several times what reading them does.
    """
    connection.ensure_connection()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    # Django types the parameter as its own wrapper, but it is the driver's cursor that gets wrapped.
    with wrap(psycopg.Cursor(connection.connection)) as cursor:  # type: ignore[arg-type]
        yield cursor
