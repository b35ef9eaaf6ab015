"""The large installation as a database: written once, and copied for each benchmark that wants it."""

import time
from collections import deque
from dataclasses import dataclass
from hashlib import sha256

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from ai.figures.closed_days import close
from botbackend.workshop.bench._database import SEED_PREFIX
from botbackend.workshop.bench._office.history import Stretch, write_history
from botbackend.workshop.bench._office.salon import open_salon, settle
from botbackend.workshop.bench._town.salons import DAYS, clients_of, make_salons
from projects.models import Project

SPAN = Stretch(days=DAYS, ahead=7, a_day=5)


@dataclass(frozen=True)
class Town:
    """How large it is; `largest` are the clients of the salon that has one of everything."""

    salons: int = 1_000
    clients: int = 50_000
    largest: int = 10_000
    visits: int = 100_000
    messages: int = 1_000_000

    def clients_of_others(self) -> list[int]:
        """Of each of the other salons, by their numbers."""
        return clients_of(self.salons - 1, self.clients - self.largest)


QUICK = Town(clients=10_000, largest=2_000, visits=10_000, messages=100_000)


def make_town(town: Town) -> None:
    """Write it into the migrated, empty database of this process.

    One salon more, the largest, has a row at least of everything that an address can name.
    """
    salon = open_salon(clients=town.largest)
    make_salons(town.clients_of_others())
    write_history(visits=town.visits, messages=town.messages, span=SPAN)
    settle(salon)
    for project in Project.objects.all():
        deque(close(project=project), maxlen=0)  # as the clock would have, day by day


def take_town(town: Town) -> float:
    """Fill this process's database with it; returns the seconds that writing it took, 0 for a copy.

    The first to ask leaves a copy on the server, which the others take; whoever runs the benchmarks drops it.
    """
    name = _name_of(town)
    if _is_there(name):
        _replace(source=name, target=_own_name())
        return 0.0
    began = time.monotonic()
    make_town(town)
    seconds = time.monotonic() - began
    _replace(source=_own_name(), target=name)
    return seconds


def _name_of(town: Town) -> str:
    """Tell apart what another version of the program, or other keys, have written."""
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    made_of = f"{town} {applied} {settings.SECRET_KEY} {settings.FIELD_ENCRYPTION_KEYS}"
    return f"{SEED_PREFIX}{sha256(made_of.encode()).hexdigest()[:16]}"


def _own_name() -> str:
    return str(connection.settings_dict["NAME"])


def _is_there(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        return bool(cursor.fetchone()[0])


def _replace(*, source: str, target: str) -> None:
    """Put a copy of one database into the place of another; nobody may be connected to either."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    connections.close_all()
    with psycopg.connect(**given, dbname="postgres", autocommit=True) as other:
        for statement in ("DROP DATABASE IF EXISTS {target} WITH (FORCE)", _COPY):
            other.execute(
                sql.SQL(statement).format(source=sql.Identifier(source), target=sql.Identifier(target))
            )


_COPY = "CREATE DATABASE {target} TEMPLATE {source}"
