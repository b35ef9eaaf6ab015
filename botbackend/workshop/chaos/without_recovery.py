"""`manage.py` with everything switched off that brings lost work back: for the control run.

What remains is a queue as it is commonly built: the dispatcher announces a task once, through Redis, and
whoever takes it must not die.
"""

import os
import sys
from collections.abc import Callable, Sequence

import django
from django.core.management import execute_from_command_line

NEVER = 1e9


def cripple() -> None:
    """Take out the sweeper, the repeated announcement, the look into PostgreSQL, and the clock's sweeps."""
    # Here and not above, because Django has to be set up first.
    from botbackend.outbox import leases
    from botbackend.outbox.processes import announcements, clock, runner

    def nothing(limit: int = 0) -> int:
        return 0

    replacements: Sequence[tuple[object, str, float | Callable[..., int | None]]] = (
        (leases, "reclaim_lapsed", nothing),
        (clock, "ensure_jobs", lambda: None),
        (announcements, "ANNOUNCED_SECONDS", NEVER / 10),
        (runner, "LOOK_SECONDS", NEVER / 1000),
        (runner, "LOOK_SECONDS_WITHOUT_REDIS", NEVER / 1000),
    )
    for module, name, value in replacements:
        setattr(module, name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botbackend.settings")
    django.setup()
    cripple()
    execute_from_command_line(sys.argv)
