"""How the databases of the settings are reached: PostgreSQL itself, or through a pooler before it.

A pooler in transaction mode lends a connection of PostgreSQL for one transaction. Whatever outlives that is
somebody else's a moment later: LISTEN, prepared statements, cursors that are held, settings of a session,
and options that are asked for when a connection begins, which a pooler refuses or drops.
"""

from collections.abc import Mapping
from typing import Any

import environ

Database = dict[str, Any]

# No statement may hold a worker for ever, and no transaction may stay open over a network call. Milliseconds.
TIMEOUTS: Mapping[str, int] = {
    "statement_timeout": 15_000,
    "lock_timeout": 10_000,
    "idle_in_transaction_session_timeout": 30_000,
}
CONNECT_SECONDS = 5  # for each of the hosts that an address names
# A host that loses its power or its network says nothing: without these a statement waits for it a quarter of
# an hour, and a listener for ever. Milliseconds for what was sent, seconds for what is waited for.
SILENCE: Mapping[str, int] = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 2,
}
REPLICA_CONNECT_SECONDS = 2  # whoever waits for a silent replica could have asked the primary
# Our names for parameters of a connection that PostgreSQL's own programs do not know.
OURS = frozenset({"options", "server_side_binding", "prepare_threshold", "pool", "connect_timeout"})


def databases(
    *, url: str, direct_url: str, replica_url: str, prepares: bool, max_age: int
) -> dict[str, Database]:
    """Return DATABASES: `default`, and `direct` and `replica` where they have an address.

    A direct address says that `url` leads through a pooler, and so may the replica's: nothing is asked of
    either that a pooler could not keep. `prepares`: statements that come again are prepared, which old
    poolers do not keep either.
    """
    is_pooled = bool(direct_url)
    found = {"default": _database(url, is_pooled=is_pooled, prepares=prepares, max_age=max_age)}
    if direct_url:
        found["direct"] = _database(direct_url, is_pooled=False, prepares=True, max_age=max_age)
    if replica_url:
        replica = _database(replica_url, is_pooled=is_pooled, prepares=prepares, max_age=max_age)
        replica["OPTIONS"]["connect_timeout"] = REPLICA_CONNECT_SECONDS
        found["replica"] = replica
    for name in found.keys() - {"default"}:
        found[name]["TEST"] = {"MIRROR": "default"}
    return found


def _database(url: str, *, is_pooled: bool, prepares: bool, max_age: int) -> Database:
    parsed: Database = environ.Env.db_url_config(url)
    parsed["ENGINE"] = "botbackend.lib.postgres"
    parsed["CONN_MAX_AGE"] = max_age
    parsed["CONN_HEALTH_CHECKS"] = True
    parsed["DISABLE_SERVER_SIDE_CURSORS"] = is_pooled
    parsed["OPTIONS"] = {
        **SILENCE,
        **parsed.get("OPTIONS", {}),
        "connect_timeout": CONNECT_SECONDS,
        # Values travel apart from the statement, which is then planned once per connection, not at every use.
        "server_side_binding": True,
        "prepare_threshold": 2 if prepares else None,
    }
    if not is_pooled:  # else the role has them, see the doctor
        parsed["OPTIONS"]["options"] = " ".join(f"-c {name}={limit}" for name, limit in TIMEOUTS.items())
    return parsed
