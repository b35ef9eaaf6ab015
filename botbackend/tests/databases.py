"""Databases beside the one pytest made, for what a migration does to whole tables."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from botbackend.outbox.tests.processes import database_url
from botbackend.tests.checkout import CHECKOUT


@contextmanager
def new_database(name: str, template: str = "template0") -> Iterator[str]:
    """The URL of a database without a table, or like another one."""
    url, own = database_url(), f"{database_url().rsplit('/', 1)[1]}_{name}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(own)))
        names = (sql.Identifier(own), sql.Identifier(template.rsplit("/", 1)[-1]))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        try:
            yield f"{url.rsplit('/', 1)[0]}/{own}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(own)))


def manage(url: str, *arguments: str, **environment: str) -> str:
    """Run `manage.py` against another database; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, **environment, "DATABASE_URL": url},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
