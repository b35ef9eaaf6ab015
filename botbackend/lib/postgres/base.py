"""Django's PostgreSQL backend: asks a connection's socket before itself, and knows of several hosts."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from botbackend.lib.postgres import hosts
from botbackend.lib.uninterrupted import uninterrupted


class DatabaseWrapper(base.DatabaseWrapper):
    """Saves a round trip per request: a server that went away closes the socket, which can be read then.

    Accepted: a connection that a network lost without a word is found by its first statement, which waits for
    the same silence that a question would wait for.
    """

    def connect(self) -> None:
        """Open one, or take it out of the pool."""
        with uninterrupted():
            super().connect()

    def close(self) -> None:
        """Close it, or put it back."""
        with uninterrupted():
            super().close()

    def get_connection_params(self) -> dict[str, Any]:
        """How to connect now, if the address names several hosts."""
        return hosts.last_first(super().get_connection_params())

    def init_connection_state(self) -> None:
        """Remember which of several hosts it was; connections of a pool did so when they were opened."""
        super().init_connection_state()
        if "," in str(self.settings_dict["HOST"]) and not isinstance(
            self.connection, hosts.FollowingConnection
        ):
            hosts.note(self.connection)

    def is_usable(self) -> bool:
        """Tell whether the connection works; an idle one is asked only where its socket has something."""
        if self.connection is None or self.connection.info.transaction_status != TransactionStatus.IDLE:
            return bool(super().is_usable())
        watch = select.poll()
        watch.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
        return not watch.poll(0) or bool(super().is_usable())
