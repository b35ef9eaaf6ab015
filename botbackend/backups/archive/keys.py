"""The keys of backups: BACKUP_KEYS, never those of the fields, which a backup is to protect."""

import base64
import binascii
import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from botbackend.backups.errors import BackupError, Unreadable

KEY_BYTES = 32
HOW = 'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


def read_key(text: str) -> bytes:
    """Return the 32 bytes of a key as BACKUP_KEYS writes it. Raises ValueError."""
    try:
        key = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("it is not URL-safe base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"it has {len(key)} bytes, not {KEY_BYTES}")
    return key


def id_of(key: bytes) -> str:
    """Return the name by which a file says which key closes it; it gives nothing of the key away."""
    return hashlib.sha256(b"id of a backup key\x00" + key).hexdigest()[:12]


def closing_key() -> bytes:
    """Return the key that new backups are closed with. Raises BackupError."""
    keys = _all()
    if not keys:
        raise BackupError(f"BACKUP_KEYS is empty. Make a key and keep a copy of it elsewhere: {HOW}")
    return keys[0]


def opening_key(key_id: str) -> bytes:
    """Return the key of this name. Raises Unreadable."""
    for key in _all():
        if id_of(key) == key_id:
            return key
    raise Unreadable(
        f"none of BACKUP_KEYS is the key {key_id} that closes this file: put that one in. Without it"
        " nobody can open the backup."
    )


def key_of_file(key: bytes, salt: bytes) -> bytes:
    """Return the key of one file: with a salt of its own no two files ever share key and nonce."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"botbackend backup 1").derive(key)


def _all() -> Sequence[bytes]:
    try:
        return [read_key(text) for text in settings.BACKUP_KEYS]
    except ValueError as error:
        raise BackupError(f"a key of BACKUP_KEYS is wrong: {error}. Make one: {HOW}") from error
