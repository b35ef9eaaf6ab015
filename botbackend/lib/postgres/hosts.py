"""Of several hosts in an address the one that answered last is asked first.

libpq begins with the first one each time. While that is gone without a word each new connection waits for it,
and whoever has less time - /health has a second and a half - finds no database at all. It is the safer one
too: a former primary that comes back before it was made a standby is not asked while the new one answers.
"""

import time
from collections.abc import Mapping
from typing import Any, Self

import psycopg

_Place = tuple[str, str, str]  # what is wanted of it, host, port
DEFAULT_PORT = "5432"
_answered: dict[_Place, float] = {}  # when, on the monotonic clock; of this process


def last_first(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters of a connection with the hosts in the order in which they are to be asked."""
    hosts = str(parameters.get("host") or "").split(",")
    if len(hosts) < 2 or parameters.get("hostaddr"):
        return dict(parameters)
    ports = str(parameters.get("port") or "").split(",")
    pairs = list(zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=True))
    wanted = str(parameters.get("target_session_attrs") or "")
    pairs.sort(key=lambda pair: -_answered.get(_place(wanted, *pair), 0.0))
    named = [",".join(part) for part in zip(*pairs, strict=True)]
    return {**parameters, "host": named[0], "port": named[1]}


def note(connection: psycopg.Connection[Any]) -> None:
    """This one answered, and is what was wanted."""
    told = connection.info.get_parameters()
    _answered[_place(told.get("target_session_attrs", ""), told.get("host", ""), told.get("port", ""))] = (
        time.monotonic()
    )


def _place(wanted: str, host: str, port: str) -> _Place:
    return wanted, host, port or DEFAULT_PORT


class FollowingConnection(psycopg.Connection[Any]):
    """For pools, which open connections by themselves long after they were told how."""

    @classmethod
    def connect(cls, conninfo: str = "", **parameters: Any) -> Self:
        """Open one as psycopg does."""
        made = super().connect(conninfo, **last_first(parameters))
        note(made)
        return made
