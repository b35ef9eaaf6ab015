"""A cursor for the statements that run with every message."""

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


def plain_cursor() -> CursorWrapper:
    """Like `connection.cursor()` without its lookups and checks, a tenth of a short statement's price.

    Use it in a `with`. Statements are bound and prepared as on every connection (`OPTIONS` in the settings).
    """
    own = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up anew at every attribute
    if own.connection is None:
        own.ensure_connection()
    wrap = own.make_debug_cursor if own.queries_logged else own.make_cursor
    # Django types the parameter as its own wrapper, but it is the driver's cursor that gets wrapped.
    return wrap(psycopg.Cursor(own.connection))  # type: ignore[arg-type]
