"""Keys for tests."""

import base64
import os


def new_key() -> str:
    """A key as BACKUP_KEYS wants it."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()
