"""A cursor for the few statements that run all day: PostgreSQL plans each once per connection."""

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


def prepared_cursor() -> CursorWrapper:
    """Like `connection.cursor()`, but values travel apart from the statement. Use it in a `with`.

    So the statement stays the same and is prepared after its second use (`prepare_threshold` in the
    settings). Planning the rules of a salon costs PostgreSQL several times what reading them does.
    """
    own = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up anew at every attribute
    if own.connection is None:
        own.ensure_connection()
    wrap = own.make_debug_cursor if own.queries_logged else own.make_cursor
    # Django types the parameter as its own wrapper, but it is the driver's cursor that gets wrapped.
    return wrap(psycopg.Cursor(own.connection))  # type: ignore[arg-type]
