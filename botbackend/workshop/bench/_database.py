"""Databases that live as long as one benchmark."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextmanager
def fresh_database(url: str, name: str) -> Iterator[str]:
    """An empty database on the server of `url`, dropped afterwards; yields its URL."""
    database = sql.Identifier(f"bench_{name}")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/bench_{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(drop)
