"""Ids of rows: opaque, unique, never the database's own."""

import base64
import secrets


def new_uid() -> str:
    """Return an id for a row."""
    return "b-" + base64.b32encode(secrets.token_bytes(8)).decode().rstrip("=").lower()
