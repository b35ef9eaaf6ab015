"""The way to PostgreSQL itself, for what needs a session of its own: LISTEN, migrations, backups."""

from django.conf import settings
from django.db import connections


def session_alias() -> str:
    """Return the connection whose session outlives a transaction: around the pooler, where there is one."""
    return "direct" if "direct" in settings.DATABASES else "default"


def go_direct() -> None:
    """Let the default connection of this process lead to PostgreSQL itself from now on.

    For commands that change tables: their steps set timeouts for the session, and everything that they run
    has to see what they have not committed yet.
    """
    alias = session_alias()
    if alias == "default":
        return
    connections.close_all()
    direct = connections[alias].settings_dict
    for known in (connections.settings["default"], connections["default"].settings_dict):
        known.update({key: value for key, value in direct.items() if key != "TEST"})
