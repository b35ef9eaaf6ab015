"""Hints that a spreadsheet's own script signs: HMAC-SHA256 over "spreadsheet id|time" with its own secret."""

import hashlib
import hmac
import secrets
import time

from sheets.models import SheetLink

CLOCK_WINDOW_SECONDS = 300


def sign(secret: str, spreadsheet_id: str, timestamp: int) -> str:
    """Return the signature in hex."""
    signed = f"{spreadsheet_id}|{timestamp}".encode()
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_genuine(link: SheetLink, *, spreadsheet_id: str, timestamp: int, signature: str) -> bool:
    """Tell whether the link's spreadsheet sent this in the last minutes."""
    if not link.hint_secret or abs(time.time() - timestamp) > CLOCK_WINDOW_SECONDS:
        return False
    right = sign(link.hint_secret, link.spreadsheet_id, timestamp)
    return hmac.compare_digest(right.encode(), signature.encode()) and spreadsheet_id == link.spreadsheet_id


def new_secret(link: SheetLink) -> str:
    """Give the spreadsheet another secret; the one before is dead at once."""
    link.hint_secret = secrets.token_urlsafe(32)
    link.save(update_fields=["hint_secret"])
    return link.hint_secret
