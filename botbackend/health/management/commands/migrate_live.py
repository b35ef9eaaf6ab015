"""`manage.py migrate_live`: Django's migrate, for a database in which others are at work."""

import time
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connection

from botbackend.lib.postgres.direct import go_direct

LOCK_SECONDS = 2.0  # whoever comes behind a change of a table that waits, waits with it: webhooks, too
TRIES = 15
PAUSE_SECONDS = 2.0


class Command(migrate.Command):
    help = (
        "Django's migrate beside running processes: waits for a table two seconds at most, lets the others"
        " pass and tries again; takes the time it needs for the work itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Those of migrate, and how often to try."""
        super().add_arguments(parser)
        parser.add_argument("--tries", type=int, default=TRIES, help="until it gives up; what is done stays")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; raises CommandError if a table was never free. Applied migrations stay applied."""
        options["interactive"] = False
        go_direct()
        for left in reversed(range(options["tries"])):
            _wait_briefly_for_locks()
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    raise
            finally:
                connection.close()  # the next command of this process has the settings' own timeouts again
            if left:
                self.stdout.write(f"a table was not free within {LOCK_SECONDS:g} s; {left} more tries")
                time.sleep(PAUSE_SECONDS)
        raise CommandError("a table was never free: look for long transactions in pg_stat_activity")


def _wait_briefly_for_locks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(LOCK_SECONDS * 1000)}ms"])
        # Of the settings' 15 s: an index over a million rows takes longer.
        cursor.execute("SELECT set_config('statement_timeout', '0', false)")
