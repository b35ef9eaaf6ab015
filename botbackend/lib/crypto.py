"""Encryption of personal data at rest and blind indexes for exact search over it."""

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class UndecryptableError(Exception):
    """A stored value was encrypted with a key that FIELD_ENCRYPTION_KEYS no longer holds."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty")
    return MultiFernet([Fernet(key) for key in keys])


def _current_box() -> MultiFernet:
    return _box(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(clear: str) -> str:
    """Return a Fernet token made with the first key."""
    return seal(clear.encode())


def decrypt(token: str) -> str:
    """Return the clear text of a token made with any of the keys. Raises UndecryptableError."""
    return unseal(token).decode()


def seal(content: bytes) -> str:
    """Like `encrypt`, for what is no text."""
    return _current_box().encrypt(content).decode("ascii")


def unseal(token: str) -> bytes:
    """Like `decrypt`, for what `seal` made. Raises UndecryptableError."""
    try:
        return _current_box().decrypt(token.encode("ascii"))
    except InvalidToken as error:
        raise UndecryptableError("none of FIELD_ENCRYPTION_KEYS opens this value") from error


def rotate(token: str) -> str:
    """Return the same clear text encrypted with the first key."""
    return _current_box().rotate(token.encode("ascii")).decode("ascii")


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed hash for exact search; equal values of one purpose give equal hashes.

    The key is derived from SECRET_KEY, not from the field keys, so that rotating those leaves
    every index as it is. An empty value gives "", which is never searched for.
    """
    if not value:
        return ""
    key = hashlib.sha256(b"blind-index:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{purpose}\x00{value}".encode(), hashlib.sha256).hexdigest()[:40]


def digester(purpose: str) -> Callable[[str], str]:
    """Return a function from text to a keyed hash of 32 characters, for comparing many texts at little cost.

    Who reads the database alone can test no guess; the key is of SECRET_KEY, as that of `blind_index`.
    """
    key = hashlib.sha256(b"digest:" + purpose.encode() + b"\x00" + settings.SECRET_KEY.encode()).digest()

    def digest(text: str) -> str:
        return hashlib.blake2b(text.encode(), digest_size=16, key=key).hexdigest()

    return digest


def number_digester(purpose: str) -> Callable[[str], int]:
    """Like `digester`, with hashes that a column of bigint holds: for rows that are found by many of them."""
    key = hashlib.sha256(b"number:" + purpose.encode() + b"\x00" + settings.SECRET_KEY.encode()).digest()

    def digest(text: str) -> int:
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, key=key).digest(), signed=True)

    return digest
