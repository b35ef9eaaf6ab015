"""Databases that live as long as one benchmark, or as all that are run together."""

import os
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


SEED_PREFIX = "bench_seed_"


@contextmanager
def dropping_seeds(url: str) -> Iterator[None]:
    """Drop what benchmarks left on the server for each other, unless BENCH_KEEP_SEEDS is set."""
    try:
        yield
    finally:
        if not os.environ.get("BENCH_KEEP_SEEDS"):
            with psycopg.connect(url, autocommit=True) as connection:
                names = connection.execute(_SEEDS, [f"{SEED_PREFIX}%"]).fetchall()
                for (name,) in names:
                    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_SEEDS = "SELECT datname FROM pg_database WHERE datname LIKE %s"
