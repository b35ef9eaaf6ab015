"""What a page showed when somebody opened it: by its digest a save knows whether that still stands."""

from typing import Any

from django.utils.crypto import salted_hmac


def digest(value: Any) -> str:
    """Return what a page carries in the place of values that it shows."""
    return salted_hmac(__name__, repr(value), algorithm="sha256").hexdigest()[:16]
