"""A database of its own for an evaluation, beside the installation's, dropped afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def scratch_database() -> Iterator[str]:
    """Work in a new, migrated, empty database for the length of the block; yields its name.

    Every connection of this process goes there meanwhile: whoever evaluates cannot touch a real salon. A
    process that was killed leaves its database behind; it begins with "evaluation_".
    """
    settings = connection.settings_dict
    real, test = settings["NAME"], dict(settings["TEST"])
    name = f"evaluation_{os.getpid()}_{secrets.token_hex(4)}"
    settings["TEST"]["NAME"] = name
    created = False
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        created = True
        yield name
    finally:
        if created or settings["NAME"] == name:
            connection.creation.destroy_test_db(real, verbosity=0)
        settings["NAME"] = real
        settings["TEST"].clear()
        settings["TEST"].update(test)
