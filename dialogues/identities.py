"""What the channel knows salons by, as people paste it: one form for forms, configuration and events.

Each reader returns what is stored, "" for nothing, and raises ValueError for what could never be met again.
"""

import re

from bookings.models.clients import contact_id_in
from botbackend.lib.text import canonical

_ID = re.compile(r"[A-Za-z0-9_-]*")
_NO_PART_OF_A_PATH = "/?#%&+"


def id_in(text: str) -> str:
    """Return the id of a bot or a contact."""
    found = contact_id_in(text)
    if not _ID.fullmatch(found):
        raise ValueError("must be an id as SendPulse shows it: Latin letters, digits, - and _ only")
    return found


def credential_in(text: str) -> str:
    """Return one of the pair that opens the account."""
    found = canonical(text)
    if not found.isascii():
        raise ValueError("must be Latin letters, digits and signs only, as SendPulse shows it")
    return found


def path_secret_in(text: str) -> str:
    """Return a secret that can stand in the address of the webhook."""
    found = canonical(text)
    if not found.isascii() or any(sign in found for sign in (" ", *_NO_PART_OF_A_PATH)):
        raise ValueError("must be fit for a web address: Latin letters, no spaces, slashes, ?, #, %, & or +")
    return found
